"""`info`: what it says about a bundle."""

import json
import math

from edge_runtime.__main__ import main
from edge_runtime.bundle.bundle_file import write_bundle
from edge_runtime.bundle.shipped import SHIPPED_MODELS, load_model


def test_text(placeholder_path, capsys):
    assert main(["info", str(placeholder_path)]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    for line in (
        "name: levels",
        "codebook: 16 codewords of 1 numbers",
        "cell: 4 frames x 16 bins",
        "sound: 8000 Hz, n_fft 256, hop_length 64, floor -80 dB",
        "representation: log_magnitude, 128 bins",
        "bit rate: 1000 bit/s",  # 31.25 x 8 cells per second of 4 bits
        "prior: none of its own; naive Bayes predicts hidden codes",
        "licence: MIT",
        "training.seconds: 0",
    ):
        assert line in printed.out.splitlines()


def test_a_prior(prior_bundle, tmp_path, capsys):
    path = tmp_path / "prior.tflite"
    write_bundle(path, prior_bundle)
    assert main(["info", str(path)]) == 0
    assert (
        "prior: convolutional, 660 parameters, 3.50 bits a code, looks 5 cells along "
        "time (0.16 s) to each side"
    ) in capsys.readouterr().out.splitlines()
    assert main(["info", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["prior"]["reach"] == 5


def test_json(placeholder_path, capsys):
    assert main(["info", str(placeholder_path), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["bytes"] == placeholder_path.stat().st_size
    assert report["array_shapes"] == {"codebook": [16, 1], "marginal": [16]}
    assert math.isclose(report["bitrate_bps"], 1000.0)
    assert report["spectrogram"]["sample_rate"] == 8000
    assert report["model"] == str(placeholder_path)


def test_image_model(bundle_with, tmp_path, capsys):
    path = tmp_path / "images.tflite"
    write_bundle(path, bundle_with(spectrogram=None, energy={"joules": 2.5}))
    assert main(["info", str(path)]) == 0
    printed = capsys.readouterr().out
    assert "bit rate" not in printed and "energy.joules: 2.5" in printed
    assert main(["info", str(path), "--json"]) == 0
    assert "bitrate_bps" not in json.loads(capsys.readouterr().out)


def test_models_of_the_package_are_listed_each_with_its_purpose(capsys):
    assert main(["info", "--models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == list(SHIPPED_MODELS)
    assert "44.1 kHz" in lines[0] and lines[0].endswith(" kB)")
    assert ["used where no model is named" in line for line in lines] == [
        name == load_model().name for name in SHIPPED_MODELS
    ]
    assert main(["info", "--models", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows] == list(SHIPPED_MODELS)
    assert all(row["bytes"] > 1000 and row["purpose"] for row in rows)


def test_a_model_of_the_package_is_found_by_its_name(capsys):
    assert main(["info", "nsynth_live"]) == 0
    assert capsys.readouterr().out.startswith("name: nsynth_live\n")
    assert main(["info", "nsynth_loud"]) == 4
    assert "No model 'nsynth_loud' comes with the package" in capsys.readouterr().err
