import pytest

from edge_runtime.errors import UsageError
from vqkeras.distribution.cluster import Worker, tf_config, this_worker
from vqkeras.train import main

TWO = ["host0:1", "host1:1"]


def test_a_worker_knows_its_place(monkeypatch):
    monkeypatch.setenv("TF_CONFIG", tf_config(TWO, 1))
    assert this_worker("workers") == Worker(1, 2)
    assert this_worker("mirrored").is_first
    chief = '{"cluster": {"chief": ["a:1"], "worker": ["b:1"]}, "task": %s}'
    for task, place in (("chief", 0), ("worker", 1)):
        said = f'{{"type": "{task}", "index": "0"}}'
        monkeypatch.setenv("TF_CONFIG", chief % said)
        assert this_worker("workers") == Worker(place, 2)


@pytest.mark.parametrize("given", ["{", "[]", '{"cluster": {}}', tf_config(TWO, 2)])
def test_another_tf_config_is_shown_with_an_example(monkeypatch, given):
    monkeypatch.setenv("TF_CONFIG", given)
    with pytest.raises(UsageError, match=r"TF_CONFIG is .*TF_CONFIG='{\"cluster\""):
        this_worker("workers")


def test_without_tf_config_the_command_says_how_and_leaves_nothing(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    config = tmp_path / "tiny.yaml"
    config.write_text("name: tiny\ndata: {name: mnist}\n")
    arguments = ["--config", str(config), "--run_dir", str(tmp_path / "run")]
    assert main([*arguments, "--strategy", "workers"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "has no TF_CONFIG" in line and "vqkeras.workers 2" in line
    assert '{"type": "worker", "index": 0}' in line
    assert not (tmp_path / "run").exists()
