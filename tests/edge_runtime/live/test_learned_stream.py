"""A stream by a prior that has learned: as bounded and as repeatable as any other."""

from dataclasses import replace

import numpy as np
import pytest

from edge_runtime.live.parameters import LiveParameters
from edge_runtime.live.receptive_field import Reach, ReceptiveField
from edge_runtime.live.rule import LEARNED_CONTEXT
from edge_runtime.live.streaming_inpainter import StreamingInpainter


@pytest.fixture
def streamed(prior_bundle, prior_codec):
    """Play noise through the effect in blocks: `streamed(block, seed=0)`."""
    noise = np.random.default_rng(0).normal(scale=0.1, size=6000).astype(np.float32)

    # A prior that says it looks further than a stream lets it.
    facts = prior_bundle.metadata["prior"] | {"reach": 30}
    bundle = replace(prior_bundle, metadata=prior_bundle.metadata | {"prior": facts})

    def play(block, **parameters):
        inpainter = StreamingInpainter(
            bundle,
            engine=prior_codec,
            parameters=LiveParameters(**{"prior": "learned"} | parameters),
            field=ReceptiveField(Reach(0, 0), Reach(0, 0)),
        )
        parts = [noise[first : first + block] for first in range(0, 6000, block)]
        return np.concatenate([inpainter.process(part) for part in parts])

    return play


def test_blocks_change_nothing_and_seeds_do(streamed, prior_codec):
    whole = streamed(6000)
    np.testing.assert_array_equal(streamed(100), whole)
    assert (streamed(6000, seed=1) != whole).any()
    assert (streamed(6000, prior="naive_bayes") != whole).any()
    # A column and what was before it.
    assert {shape[1] for shape in prior_codec.shapes} == {LEARNED_CONTEXT + 1}


def test_two_passes_a_column(streamed, prior_codec):
    streamed(6000, density=1.0)
    columns = 6000 // 256
    assert 1.5 * columns < len(prior_codec.shapes) <= 2 * columns
