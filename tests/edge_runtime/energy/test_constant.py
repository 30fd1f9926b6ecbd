"""A stated power is read back as given, and called an estimate."""

import pytest

from edge_runtime.energy.constant import ConstantMeter


def test_the_power_given_is_the_power_read():
    meter = ConstantMeter(65)
    assert meter.read()["machine"].value == 65.0
    assert meter.domains()[0].method == "estimated:constant-65W"


@pytest.mark.parametrize("power_w", [-1.0, float("inf"), float("nan")])
def test_a_power_that_cannot_be_is_refused(power_w):
    with pytest.raises(ValueError, match="power_w must be 0 W or more"):
        ConstantMeter(power_w)
