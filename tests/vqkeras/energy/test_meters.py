"""A config's choice of meters."""

import math

import pytest

from edge_runtime.errors import UsageError
from vqkeras.energy.meters import meters_from, training_meters


def names(meters):
    return [meter.name for meter in meters]


def test_gpus_and_one_source_for_the_processor(fake_driver):
    fake_driver.set(("GPU-1", "Tesla V100", 5, 250_000))
    meters = training_meters()
    assert names(meters)[0] == "nvidia"
    assert len(meters) == 2
    assert names(meters)[1] in ("rapl", "raspberry-pi-5", "cpu-time")
    assert [domain.name for domain in meters[0].domains()] == ["gpu:0"]


def test_choices_by_name_and_by_power():
    assert meters_from("auto") is training_meters
    assert names(meters_from("codecarbon")()) == ["codecarbon"]
    (constant,) = meters_from(65)()
    assert constant.read()["machine"].value == 65.0


@pytest.mark.parametrize("source", ["rapl", -1.0, math.nan, math.inf])
def test_other_choices_are_refused(source):
    with pytest.raises(UsageError, match="auto, codecarbon, or the machine"):
        meters_from(source)
