"""Edits by a prior that has learned: vectors reach the decoder, takes differ."""

import numpy as np
import pytest

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.priors.choice import PriorChoice, make_prior
from edge_runtime.spectrogram.region import Region

BOX = Region(0.4, 0.7, 500.0, 2500.0)


@pytest.fixture(scope="module")
def sound():
    audio = np.random.default_rng(5).normal(scale=0.1, size=(8000, 1))
    return AudioFile(audio.astype(np.float32), 8000, "FLOAT")


@pytest.fixture
def spy(prior_codec):
    """The model with its prior; remembers the vectors it decodes."""

    class Spy(type(prior_codec)):
        decoded = None

        def decode_quantized(self, quantized):
            self.decoded = quantized
            return super().decode_quantized(quantized)

    return Spy()


def test_a_repair_decodes_the_vectors_to_expect(prior_bundle, spy, sound):
    inpainter = Inpainter(prior_bundle, engine=spy)
    edit = inpainter.inpaint(sound, BOX)
    codemap, mask = edit.codemap_before, edit.mask
    made = make_prior(prior_bundle, spy).repair(codemap, mask)
    np.testing.assert_array_equal(edit.codemap_after, made.codemap)
    frames = np.flatnonzero(mask.any(axis=1))
    # Cells of this model are decoded each for itself: the passage is what was decoded.
    (place,) = [
        first
        for first in range(len(codemap) - spy.decoded.shape[1] + 1)
        if np.array_equal(
            made.vectors[first : first + spy.decoded.shape[1]], spy.decoded[0]
        )
    ]
    assert place <= frames[0] and frames[-1] < place + spy.decoded.shape[1]
    assert edit.seconds["prior"] > 0.0


@pytest.mark.parametrize("options", [{}, {"hint": 3}, {"like": (0.0, 0.2)}])
def test_each_pass_is_timed(prior_bundle, spy, sound, options):
    choice = PriorChoice("learned", variation=1.0, passes=3, **options)
    prior = make_prior(prior_bundle, spy, choice)
    seconds = Inpainter(prior_bundle, engine=spy).inpaint(sound, BOX, prior=prior)
    seconds = seconds.seconds
    passes = [seconds[f"prior_pass_{number}"] for number in (1, 2, 3)]
    assert all(each > 0.0 for each in passes) and sum(passes) <= seconds["prior"]
    assert sum(name.startswith("prior_pass") for name in seconds) == 3
    repaired = Inpainter(prior_bundle, engine=spy).inpaint(sound, BOX)
    assert "prior_pass_1" not in repaired.seconds


def test_takes_differ_and_repairs_do_not(prior_bundle, spy, sound):
    inpainter = Inpainter(prior_bundle, engine=spy)
    prior = make_prior(prior_bundle, spy, PriorChoice(variation=1.0))
    edits = [
        inpainter.inpaint(sound, BOX, prior=prior, seed=seed) for seed in (1, 1, 2)
    ]
    maps = [edit.codemap_after for edit in edits]
    np.testing.assert_array_equal(maps[0], maps[1])
    assert (maps[0] != maps[2])[edits[0].mask].mean() > 0.2
    for edit in edits:
        outside = ~edit.mask
        np.testing.assert_array_equal(
            edit.codemap_after[outside], edit.codemap_before[outside]
        )
    one, two = (inpainter.inpaint(sound, BOX, seed=seed) for seed in (1, 2))
    np.testing.assert_array_equal(one.audio_file.samples, two.audio_file.samples)


def test_a_small_variation_keeps_a_part(prior_bundle, spy, sound):
    inpainter = Inpainter(prior_bundle, engine=spy)
    kept = {}
    for variation in (0.01, 1.0):
        prior = make_prior(prior_bundle, spy, PriorChoice(variation=variation))
        edit = inpainter.inpaint(sound, BOX, prior=prior, seed=1)
        same = edit.codemap_after == edit.codemap_before
        kept[variation] = same[edit.mask].mean()
    assert 0.35 < kept[0.01] < 0.8 and kept[1.0] < 0.35
