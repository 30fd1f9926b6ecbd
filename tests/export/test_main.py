import dataclasses
import json
import shutil
import subprocess
import sys

import pytest

from edge_runtime.bundle.bundle_file import read_bundle
from export.__main__ import main
from vqkeras.config_file import load_config, save_config


def test_writes_a_bundle_and_a_table(run_dir, tmp_path, capsys):
    path = tmp_path / "tiny.tflite"
    arguments = [str(run_dir), "-o", str(path), "--calibration", "2"]
    assert main(arguments) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("model        tiny, int8\n")
    assert f"{path.stat().st_size} bytes" in captured.out
    assert "5 unseen examples" in captured.out
    assert captured.err.splitlines()[-1] == f"Wrote {path}"
    assert read_bundle(path).metadata["number_format"] == "int8"


def test_json_is_one_document(run_dir, tmp_path, capsys):
    path = tmp_path / "tiny.tflite"
    path.write_bytes(b"old")
    arguments = [str(run_dir), "-o", str(path), "--format", "float32", "--json"]
    assert main([*arguments, "--force"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["number_format"] == "float32"
    assert report["bundle_bytes"] == path.stat().st_size > report["flatbuffer_bytes"]
    assert report["equal_codes"] > 0.99  # the codebook is rounded
    assert report["nmse_exported"] == pytest.approx(report["nmse_float"], rel=1e-4)


def error_of(capsys, *arguments):
    """Exit code and the one line on stderr."""
    code = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    return code, line


def test_refuses_an_existing_output_before_any_work(run_dir, tmp_path, capsys):
    path = tmp_path / "there.tflite"
    path.write_bytes(b"kept")
    code, line = error_of(capsys, tmp_path / "no run", "-o", path)
    assert code == 2
    assert line == f"error: {path} exists. Choose another name or add --force."
    assert path.read_bytes() == b"kept"


def test_refuses_what_is_no_run(tmp_path, capsys):
    code, line = error_of(capsys, tmp_path, "-o", tmp_path / "x.tflite")
    assert code == 4
    assert f"{tmp_path} is not the folder of a trained run" in line


def test_refuses_an_unfinished_run(run_dir, tmp_path, capsys):
    for name in ("config.yaml", "best.keras"):
        (tmp_path / name).write_bytes((run_dir / name).read_bytes())
    code, line = error_of(capsys, tmp_path, "-o", tmp_path / "x.tflite")
    assert code == 4
    assert "has not finished. Continue it with" in line


def test_refuses_no_calibration_and_a_missing_folder(run_dir, tmp_path, capsys):
    output = tmp_path / "x.tflite"
    code, line = error_of(capsys, run_dir, "-o", output, "--calibration", 0)
    assert code == 2
    assert line == "error: --calibration must be 1 or more. Received: 0."
    code, line = error_of(capsys, run_dir, "-o", tmp_path / "no" / "x.tflite")
    assert code == 1
    assert "does not exist" in line


def test_unknown_format_is_a_usage_error(run_dir, capsys):
    code, line = error_of(capsys, run_dir, "-o", "x.tflite", "--format", "int4")
    assert code == 2 and "invalid choice: 'int4'" in line


def test_help_does_not_load_tensorflow():
    program = (
        "import sys; from export.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print(sorted({'tensorflow', 'keras'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "usage: python -m export" in done.stdout
    assert done.stdout.endswith("[]\n")


@pytest.mark.parametrize(
    ("field", "message"),
    [
        (
            {"quantizer": "none"},
            "model.quantizer=none: without a codebook there is nothing to export",
        ),
        ({"codebooks": 2}, "has 2 codes a cell and runs in Keras only"),
    ],
)
def test_refuses_a_run_without_one_code_a_cell(
    field, message, run_dir, tmp_path, capsys
):
    folder = tmp_path / "run"
    shutil.copytree(run_dir, folder)
    config = load_config(folder / "config.yaml")
    model = dataclasses.replace(config.model, **field)
    save_config(dataclasses.replace(config, model=model), folder / "config.yaml")
    code, line = error_of(capsys, folder, "-o", tmp_path / "x.tflite")
    assert code == 4
    assert message in line
