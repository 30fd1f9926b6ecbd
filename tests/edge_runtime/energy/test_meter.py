"""The types every meter speaks in refuse what would hide a missing reading."""

import math

import pytest

from edge_runtime.energy.meter import Domain, Reading, unread


def test_nan_needs_a_reason():
    with pytest.raises(ValueError, match="needs the reason"):
        Reading(math.nan)
    assert unread("no permission").reason == "no permission"


def test_infinite_readings_are_refused():
    with pytest.raises(ValueError, match="finite or NaN"):
        Reading(math.inf)


@pytest.mark.parametrize("method", ["nvml", "measured", "measured:", "guessed:tdp"])
def test_method_says_measured_or_estimated_and_how(method):
    with pytest.raises(ValueError, match="measured:<source> or estimated:<how>"):
        Domain("gpu:0", "power_w", method, "", "")
