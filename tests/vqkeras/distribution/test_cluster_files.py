"""The examples for SLURM and Kubernetes, run with programs that stand in for theirs."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from vqkeras.distribution.cluster import Worker, this_worker

FOLDER = Path(__file__).parents[3] / "configs" / "cluster"
# What each program of a cluster does, for one of two workers.
PROGRAMS = {
    "scontrol": 'printf "node1\\nnode2\\n"',
    "srun": 'shift; exec "$@"',
    "python": 'echo "$TF_CONFIG"; echo "$*"',
}

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")


@pytest.fixture
def started(tmp_path, monkeypatch):
    """Runs a script as one worker: its place, and the arguments of its training."""
    for name, content in PROGRAMS.items():
        program = tmp_path / name
        program.write_text(f"#!/bin/bash\n{content}\n")
        program.chmod(0o755)

    def start(script, environment):
        result = subprocess.run(
            ["bash", "-ec", script],
            env={"PATH": f"{tmp_path}:{os.environ['PATH']}", **environment},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        said, arguments = result.stdout.splitlines()
        monkeypatch.setenv("TF_CONFIG", said)
        return this_worker("workers"), arguments, said

    return start


def test_the_slurm_script_starts_a_worker_on_each_machine(started, tmp_path):
    script = (FOLDER / "slurm.sh").read_text()
    options = [line for line in script.splitlines() if line.startswith("#SBATCH ")]
    assert {"#SBATCH --nodes=2", "#SBATCH --ntasks-per-node=1"} <= set(options)
    # SLURM reads options only before the first command.
    assert script.index(options[-1]) < script.index("\nset -")
    environment = {"SLURM_JOB_NODELIST": "node[1-2]", "SLURM_PROCID": "1"}
    worker, arguments, said = started(script, environment)
    assert worker == Worker(1, 2)
    assert '["node1:12345","node2:12345"]' in said
    assert arguments.endswith("--run_dir runs/nsynth_light --strategy workers")

    run_dir = tmp_path / "runs" / "nsynth_light"
    run_dir.mkdir(parents=True)
    (run_dir / "config.yaml").touch()
    assert started(script, environment)[1].endswith("--strategy workers --resume")


def test_the_kubernetes_job_starts_as_many_workers_as_it_names(started):
    service, job = yaml.safe_load_all((FOLDER / "kubernetes.yaml").read_text())
    assert (service["kind"], job["kind"]) == ("Service", "Job")
    name, spec = job["metadata"]["name"], job["spec"]
    assert service["spec"]["selector"] == {"job-name": name}
    assert service["spec"]["clusterIP"] == "None"
    assert spec["completionMode"] == "Indexed"
    pod = spec["template"]["spec"]
    assert pod["subdomain"] == service["metadata"]["name"]
    (container,) = pod["containers"]
    environment = {entry["name"]: entry["value"] for entry in container["env"]}
    environment["JOB_COMPLETION_INDEX"] = "1"
    assert container["command"] == ["bash", "-ec"]
    worker, arguments, said = started(container["args"][0], environment)
    assert worker == Worker(1, spec["completions"])
    assert spec["completions"] == spec["parallelism"]
    port = container["ports"][0]["containerPort"]
    assert f'"{name}-1.{pod["subdomain"]}:{port}"' in said
    assert arguments.startswith("-m vqkeras.train --config configs/nsynth_light.yaml")
