"""`verify`: passes on a good bundle, fails on one that gives something else."""

import json
from dataclasses import replace

import pytest

from edge_runtime.__main__ import main
from edge_runtime.bundle.bundle_file import write_bundle


def test_good_bundle(bundle_path, capsys):
    assert main(["verify", str(bundle_path)]) == 0
    printed = capsys.readouterr().out
    assert "golden codes: 16 of 16 equal" in printed
    assert printed.splitlines()[-1] == "passed"
    assert main(["verify", str(bundle_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "model": str(bundle_path),
        "engine": "litert",
        "passed": True,
        "tolerance": 1e-4,
        "codes": 16,
        "codes_equal": 16,
        "latents_largest_difference": 0.0,
        "decoded_largest_difference": 0.0,
        "logits_largest_difference": None,
        "signed": None,
    }


def test_numpy_engine(bundle_path, capsys):
    assert main(["verify", str(bundle_path), "--engine", "numpy"]) == 0
    printed = capsys.readouterr().out
    assert "engine: numpy" in printed and printed.splitlines()[-1] == "passed"


@pytest.mark.parametrize("engine", ["litert", "numpy"])
def test_a_prior_in_int8(prior_bundle_path, capsys, engine):
    """LiteRT recorded it; numpy gives the same to the bit."""
    assert main(["verify", str(prior_bundle_path), "--engine", engine]) == 0
    assert "golden prior: largest relative difference 0\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("codemap", "golden codes: 15 of 16 equal"),
        ("latents", "golden latents: largest relative difference 0.25"),
        ("decoded", "golden spectrogram: largest relative difference 0.25"),
    ],
)
def test_other_outputs_fail(real_bundle, tmp_path, capsys, name, line):
    golden = {key: array.copy() for key, array in real_bundle.golden.items()}
    if name == "codemap":
        # The decoder of a tiny model reacts too: record what it gives for these codes.
        from edge_runtime.engines.litert_engine import LiteRTEngine

        golden[name][0, 0, 0] = (golden[name][0, 0, 0] + 1) % 16
        golden["decoded"] = LiteRTEngine(real_bundle.flatbuffer).decode(golden[name])
    else:
        golden[name].flat[3] += 0.25
    bundle = replace(real_bundle, golden=golden)
    path = tmp_path / "other.tflite"
    write_bundle(path, bundle)
    assert main(["verify", str(path)]) == 1
    printed = capsys.readouterr().out
    assert line in printed
    assert printed.splitlines()[-1].startswith("FAILED")


def test_damaged_bundle(bundle_path, tmp_path, capsys):
    content = bytearray(bundle_path.read_bytes())
    content[1000] ^= 1
    path = tmp_path / "damaged.tflite"
    path.write_bytes(content)
    assert main(["verify", str(path)]) == 4
    printed = capsys.readouterr()
    assert printed.out == "" and "damaged" in printed.err
