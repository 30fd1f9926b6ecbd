"""Latency, against counting frames by hand."""

import pytest

from edge_runtime.bench.latency import latency_of
from edge_runtime.errors import BundleError


def test_by_hand(bundle_with):
    """A frame is 8 ms, a window 4 frames, a cell 4 frames."""
    context = {"encoder_frames": [9, 5], "decoder_cells": [7, 2]}
    latency = latency_of(bundle_with(context=context))
    assert latency.buffering_ms == 4 * 8
    assert latency.algorithmic_ms == (5 + 2 * 4 + 4) * 8


def test_images(bundle_with):
    with pytest.raises(BundleError, match="images"):
        latency_of(bundle_with(spectrogram=None))
