import pytest

from edge_runtime.live.receptive_field import (
    Reach,
    ReceptiveField,
    receptive_field,
)


@pytest.mark.parametrize(
    ("cells", "encoder", "decoder"),
    [(0, 0, 0), (1, 0, 1), (2, 1, 1), (3, 1, 2), (9, 1, 2)],
)
def test_lookahead_limits_the_future_and_leaves_the_past(cells, encoder, decoder):
    field = ReceptiveField(Reach(2, 1), Reach(1, 2)).with_lookahead(cells)
    assert field == ReceptiveField(Reach(2, encoder), Reach(1, decoder))


def test_cells_of_the_frames_that_the_export_measured(bundle_with):
    context = {"encoder_frames": [9, 4], "decoder_cells": [2, 1]}
    field = receptive_field(bundle_with(context=context))
    # Cells of four frames: a partly reached cell counts whole.
    assert field == ReceptiveField(Reach(3, 1), Reach(2, 1))
    assert field.encoder.cells == 5
