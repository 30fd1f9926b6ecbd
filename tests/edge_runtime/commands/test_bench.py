"""`bench`: what it measures and prints."""

import json

import pytest

from edge_runtime.__main__ import main
from edge_runtime.bundle.bundle_file import write_bundle
from edge_runtime.commands import bench as command


def test_json(bundle_path, capsys):
    assert (
        main(["bench", str(bundle_path), "--threads", "1", "--runs=2", "--json"]) == 0
    )
    report = json.loads(capsys.readouterr().out)
    assert (report["sound_s"], report["edited_s"], report["runs"]) == (4, [1.5, 2.5], 2)
    assert [row["engine"] for row in report["results"]] == ["litert", "numpy"]
    for row in report["results"]:
        assert (row["number_format"], row["threads"]) == ("float32", 1)
        assert row["model"] == str(bundle_path)
        assert row["cold_start_s"] > row["edit_ms"] / 1000 > 0
        assert row["real_time_factor"] == pytest.approx(row["edit_ms"] / 4000)
        assert row["cold_start_cpu_s"] > 0
        assert row["speed"] > 1
        assert 10 < row["peak_memory_mb"] < 500
        stages = ["read", "stft", "encode", "codebook", "prior", "decode", "phase"]
        assert {*stages, "istft", "write"} <= row["stages_ms"].keys()
    latency = report["latency"][str(bundle_path)]
    assert latency == {"buffering_ms": 32.0, "algorithmic_ms": 32.0}


def test_without_a_name_both_formats_of_the_pretrained_model(
    bundle_path, tmp_path, capsys, monkeypatch
):
    twin = tmp_path / "twin.tflite"
    twin.write_bytes(bundle_path.read_bytes())
    monkeypatch.setattr(command, "number_format_paths", lambda: (bundle_path, twin))
    flags = ["--engine", "numpy", "--threads", "1", "--runs", "1", "--json"]
    assert main(["bench", *flags]) == 0
    rows = json.loads(capsys.readouterr().out)["results"]
    assert [row["model"] for row in rows] == [str(bundle_path), str(twin)]


def test_table_with_numpy_alone(bundle_path, capsys, block_imports):
    block_imports("ai_edge_litert", "tflite_runtime", "soundfile")
    assert main(["bench", str(bundle_path), "--threads", "1", "--runs", "1"]) == 0
    printed = capsys.readouterr()
    rows = [line.split() for line in printed.out.splitlines()]
    assert ["float32", "numpy", "1"] in [row[:3] for row in rows]
    assert "litert" not in printed.out
    assert "not measured: litert" in printed.err
    assert "32 ms buffering, 32 ms of look-ahead" in printed.out


def test_refusals(bundle_path, bundle_with, placeholder_path, tmp_path, capsys):
    other = tmp_path / "other.tflite"
    settings = {"sample_rate": 16000, "n_fft": 256, "hop_length": 64}
    write_bundle(other, bundle_with(spectrogram=settings))
    for arguments, code, message in (
        ([str(bundle_path), str(other)], 2, "one sample rate. Received: 8000 Hz, 160"),
        ([str(placeholder_path), "--engine", "numpy"], 4, "no signature encode"),
        ([str(bundle_path), "--runs", "0"], 2, "--runs"),
    ):
        assert main(["bench", *arguments]) == code
        assert message in capsys.readouterr().err
