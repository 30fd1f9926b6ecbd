"""Every engine gives the bytes of one process; a lost Spark worker changes nothing.

The engines are extras: where one is missing, its test is skipped and says so.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from edge_runtime.errors import UserError
from vqkeras.prepare import prepare
from vqkeras.prepare.engines import ENGINES

MODULES = {"spark": "pyspark", "dask": "distributed", "beam": "apache_beam"}
HOW = {"shard_size": 1, "max_bad": 0.5}
ROOT = Path(__file__).parents[3]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # of the engines themselves
]


def need(engine):
    pytest.importorskip(MODULES[engine], reason=f"{MODULES[engine]} is not installed")
    if engine == "spark" and shutil.which("java") is None:
        pytest.skip("Spark needs java, which is not there")


@pytest.mark.parametrize("engine", sorted(MODULES))
def test_an_engine_makes_the_same_bytes(broken, settings, tmp_path, content, engine):
    need(engine)
    one, other = tmp_path / "one", tmp_path / "other"
    prepare(broken, settings, one, **HOW)
    done = prepare(broken, settings, other, workers=2, engine=engine, **HOW)
    assert (done.num_made, done.num_good, done.num_bad) == (15, 10, 5)
    assert content(one) == content(other)
    assert prepare(broken, settings, other, engine=engine, **HOW).num_made == 0


@pytest.mark.parametrize("engine", sorted(MODULES))
def test_what_stops_a_worker_is_one_line(notes, settings, tmp_path, engine):
    need(engine)
    # Of a class that workers find, wherever they are started.
    job = SimpleNamespace(folder="/dev/null/nowhere", stem="x", compressed=False)
    with pytest.raises(UserError, match="Cannot write .*nowhere") as caught:
        list(ENGINES[engine](iter([job]), 1))
    assert len(str(caught.value).splitlines()) == 1


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def cluster(tmp_path):
    """A standalone master and two workers: its address, and the workers."""
    need("spark")
    import pyspark

    home = Path(pyspark.__file__).parent
    port = free_port()
    address = f"spark://127.0.0.1:{port}"
    package = "org.apache.spark.deploy"
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"}
    workers = [
        *(f"{package}.worker.Worker", "--host", "127.0.0.1", "--cores", "1"),
        *(
            "--memory",
            "600m",
            "--webui-port",
            "0",
            "--work-dir",
            str(tmp_path / "work"),
        ),
        address,
    ]
    master = [
        *(f"{package}.master.Master", "--host", "127.0.0.1", "--port", str(port)),
        *("--webui-port", "0"),
    ]
    started = []
    try:
        for command in (master, workers, workers):
            started.append(
                subprocess.Popen(
                    [str(home / "bin" / "spark-class"), *command],
                    cwd=ROOT,
                    env=environment,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            )
            if len(started) == 1:
                wait_for(port)
        yield address, started[1:]
    finally:
        for process in started:
            end(process)


def wait_for(port):
    limit = time.monotonic() + 120.0
    while time.monotonic() < limit:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", port)),
        ):
            return
        time.sleep(0.2)
    raise TimeoutError("the master does not start")


def end(process):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_a_lost_spark_worker_changes_nothing(
    cluster, broken, settings, tmp_path, content, monkeypatch
):
    address, workers = cluster
    one, out = tmp_path / "one", tmp_path / "out"
    prepare(broken, settings, one, **HOW)
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv(
        "PYSPARK_SUBMIT_ARGS",
        f"--master {address} --conf spark.executor.memory=512m "
        "--conf spark.executor.cores=1 --conf spark.ui.enabled=false pyspark-shell",
    )
    seen = []

    def end_one():
        while not list(out.glob("*-*.json")) and not seen:
            time.sleep(0.01)
        end(workers[0])
        seen.append(len(list(out.glob("*-*.json"))))

    watcher = threading.Thread(target=end_one)
    watcher.start()
    try:
        prepare(broken, settings, out, engine="spark", **HOW)
    finally:
        seen.append(None)
        watcher.join()
    assert seen[0] < 15, "the worker was to be lost before the last shard"
    assert content(one) == content(out)
