"""The command `python -m vqkeras.train`: arguments, exit codes, help."""

import subprocess
import sys

import pytest

from edge_runtime.errors import UserError
from vqkeras import training
from vqkeras.callbacks.history_file import read_history
from vqkeras.train import main

pytestmark = [
    pytest.mark.usefixtures("tiny_data"),
    # Keras itself still copies arrays the way of numpy 1.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

YAML = """
name: tiny
data: {name: mnist}
model: {channels: [4], strides: [[4, 4]], codebook_size: 8, codebook_dim: 2}
training: {epochs: 1, batch_size: 10, learning_rate: 0.01}
"""


@pytest.fixture
def config_file(tmp_path):
    path = tmp_path / "tiny.yaml"
    path.write_text(YAML)
    return str(path)


def test_the_command_trains_and_resumes(tmp_path, config_file, capsys):
    run_dir = str(tmp_path / "run")
    arguments = ["--config", config_file, "--run_dir", run_dir]
    assert main([*arguments, "--strategy", "single"]) == 0
    assert capsys.readouterr().out == f"{run_dir}\n"
    more = ["--resume", "--run_dir", run_dir, "--training.epochs", "2"]
    assert main(more) == 0
    assert len(read_history(tmp_path / "run" / "history.csv")) == 2


@pytest.fixture
def no_training(monkeypatch):
    """The command without its long part."""
    monkeypatch.setattr(training, "fit_run", lambda *args, **kwargs: None)


def test_strategy_is_short_for_the_field(tmp_path, config_file, no_training):
    run_dir = tmp_path / "run"
    arguments = ["--config", config_file, "--run_dir", str(run_dir)]
    assert main([*arguments, "--strategy", "mirrored"]) == 0
    assert "strategy: mirrored" in (run_dir / "config.yaml").read_text()


def test_a_run_is_named_after_its_config(
    tmp_path, config_file, no_training, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert main(["--config", config_file]) == 0
    assert (tmp_path / "runs" / "tiny" / "config.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model.codebok=3"], "Unknown key model.codebok in the command line"),
        (["--training.learning_rate=9"], "training.learning_rate must lie in"),
        (["--resume", "--run_dir", "nowhere"], "holds no run to resume"),
        (["--strategy", "many"], "strategy"),
    ],
)
def test_a_wrong_command_is_one_line_and_exit_code_2(
    config_file, capsys, arguments, message
):
    assert main(["--config", config_file, *arguments]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert message in output.err
    assert len(output.err.splitlines()) == 1


def test_a_folder_that_cannot_be_made_is_one_line(config_file, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    run_dir = str(tmp_path / "file" / "run")
    assert main(["--config", config_file, "--run_dir", run_dir]) == 1
    assert "Cannot make folder" in capsys.readouterr().err


def test_an_interrupted_command_returns_130(config_file, monkeypatch, tmp_path):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "fit_run", interrupted)
    arguments = ["--config", config_file, "--run_dir", str(tmp_path / "run")]
    assert main(arguments) == 130


def test_help_needs_no_tensorflow():
    code = (
        "import sys\nfrom vqkeras.train import main\n"
        "try:\n    main(['--help'])\n"
        "except SystemExit as end:\n    assert end.code in (0, None)\n"
        "assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    for option in ("--config", "--run_dir", "--resume", "--training.minutes"):
        assert option in shown.stdout


def test_without_its_extra_the_command_names_it():
    code = (
        "import sys\nsys.modules['jsonargparse'] = None\n"
        "from vqkeras.train import main\nsys.exit(main(['--config', 'x.yaml']))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert shown.returncode == 3
    assert "'.[train]'" in shown.stderr


def test_a_run_that_is_refused_leaves_no_folder(tmp_path, config_file, monkeypatch):
    def refuse(config, run_dir, **options):
        raise UserError("There is no data.")

    def learn(config, run_dir, **options):
        (run_dir / "history.csv").write_text("epoch\n")

    run_dir = tmp_path / "run"
    arguments = ["--config", config_file, "--run_dir", str(run_dir)]
    monkeypatch.setattr(training, "fit_run", refuse)
    assert main(arguments) == 1
    assert not run_dir.exists()
    monkeypatch.setattr(training, "fit_run", learn)
    assert main(arguments) == 0
    monkeypatch.setattr(training, "fit_run", refuse)
    assert main([*arguments, "--resume"]) == 1
    names = {path.name for path in run_dir.iterdir()}
    assert {"config.yaml", "versions.json", "history.csv"} <= names
