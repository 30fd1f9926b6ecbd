import numpy as np
import pytest

from edge_runtime.errors import BundleError
from edge_runtime.live.receptive_field import (
    Reach,
    ReceptiveField,
    measured_field,
    receptive_field,
)


def test_finds_each_side_of_each_half(level_bundle, blur_codec):
    field = measured_field(level_bundle, blur_codec)
    assert field == ReceptiveField(encoder=Reach(2, 1), decoder=Reach(1, 2))
    assert field.encoder.cells == field.decoder.cells == 4


def test_a_model_without_neighbours_has_none(level_bundle, level_codec):
    field = measured_field(level_bundle, level_codec)
    assert field == ReceptiveField(Reach(0, 0), Reach(0, 0))


@pytest.mark.parametrize(
    ("cells", "encoder", "decoder"),
    [(0, 0, 0), (1, 0, 1), (2, 1, 1), (3, 1, 2), (9, 1, 2)],
)
def test_lookahead_limits_the_future_and_leaves_the_past(cells, encoder, decoder):
    field = ReceptiveField(Reach(2, 1), Reach(1, 2)).with_lookahead(cells)
    assert field == ReceptiveField(Reach(2, encoder), Reach(1, decoder))


def test_a_model_that_looks_at_everything_is_refused(level_bundle, level_codec):
    class Recurrent:
        def encode(self, spectrogram):
            latents = level_codec.encode(spectrogram)
            return latents + np.cumsum(latents, axis=1)

        decode = level_codec.decode

    with pytest.raises(BundleError, match="more than 32 cells"):
        measured_field(level_bundle, Recurrent())


def test_a_model_of_another_length_than_declared_is_refused(level_bundle, level_codec):
    class Short:
        def encode(self, spectrogram):
            return level_codec.encode(spectrogram)[:, 1:]

        decode = level_codec.decode

    with pytest.raises(BundleError, match="gives 16 rows for 17 cells"):
        measured_field(level_bundle, Short())


def test_a_bundle_that_knows_is_believed(bundle_with, level_codec):
    context = {"encoder_frames": [9, 4], "decoder_cells": [2, 1]}
    field = receptive_field(bundle_with(context=context), level_codec)
    # Cells of four frames: a partly reached cell counts whole.
    assert field == ReceptiveField(Reach(3, 1), Reach(2, 1))


def test_a_bundle_that_does_not_is_measured(level_bundle, blur_codec):
    field = receptive_field(level_bundle, blur_codec)
    assert field == measured_field(level_bundle, blur_codec)
