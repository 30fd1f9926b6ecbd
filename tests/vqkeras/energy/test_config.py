"""The energy part of a config: read from options, checked, handed to the callback."""

import pytest

from edge_runtime.energy.constant import ConstantMeter
from edge_runtime.errors import UsageError
from vqkeras.config_file import load_config
from vqkeras.distribution.cluster import Worker
from vqkeras.energy.config import EnergyConfig
from vqkeras.shared_training import energy_callback


def loaded(tmp_path, *options):
    path = tmp_path / "config.yaml"
    path.write_text("name: run\ndata:\n  name: mnist\n")
    return load_config(path, options).energy


def test_options_are_read_with_their_types(tmp_path):
    assert loaded(tmp_path) == EnergyConfig()
    assert loaded(tmp_path, "--energy.meters", "codecarbon").meters == "codecarbon"
    options = ("--energy.meters", "65", "--energy.country", "FRA")
    energy = loaded(tmp_path, *options)
    assert (energy.meters, energy.country) == (65.0, "FRA")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--energy.country", "Atlantis"), "Known:"),
        (("--energy.preset", "paper", "--energy.country", "FRA"), "fixes the grid"),
        (("--energy.meters", "-1"), "the machine's power in watts"),
        (("--energy.meters", "sundial"), "'codecarbon'"),
        (("--energy.interval_s", "0"), "energy.interval_s must be positive"),
    ],
    ids=["country", "contradiction", "negative", "unknown", "interval"],
)
def test_what_makes_no_sense_is_refused_before_the_training(tmp_path, options, message):
    with pytest.raises(UsageError, match=message):
        loaded(tmp_path, *options)


def test_the_callback_gets_every_field(tmp_path):
    config = EnergyConfig(meters=65.0, interval_s=2.0, country="FRA")
    callback = energy_callback(config, tmp_path, None, Worker(0, 1))
    (meter,) = callback._make_meters()
    assert isinstance(meter, ConstantMeter)
    assert meter.domains()[0].method == "estimated:constant-65W"
    assert callback.interval_s == 2.0
    assert callback.preset.place == "France"
    paper = energy_callback(EnergyConfig(preset="paper"), tmp_path, None, Worker(0, 1))
    assert paper.preset.gpu_only
