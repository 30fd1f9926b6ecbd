"""Two codemaps carried as one, and what edits make of them."""

import json

import numpy as np
import pytest

from edge_runtime.audio.audio_file import read_audio
from edge_runtime.audio.wav import wav_bytes
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.hierarchy import Hierarchy
from edge_runtime.commands.info import _bitrate
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.edit.sound_codec import SoundCodec
from edge_runtime.edit.transform import transform_sound
from edge_runtime.engines.hierarchical_codec import HierarchicalCodec
from edge_runtime.errors import BundleError, UsageError
from edge_runtime.live.one_codemap import require_one_codemap
from edge_runtime.live.streaming_inpainter import StreamingInpainter
from edge_runtime.page.analysis import answer_analysis
from edge_runtime.page.editing import answer_edit
from edge_runtime.page.limits import Limits
from edge_runtime.page.model_card import model_card
from edge_runtime.page.worker import Worker
from edge_runtime.priors.hierarchical_prior import HierarchicalPrior, prior_of
from edge_runtime.priors.naive_bayes import NaiveBayesPrior
from edge_runtime.spectrogram.region import Region
from edge_runtime.stage_times import StageTimes

CELLS = (2, 2)
REGION = Region(0.3, 0.5, 500.0, 1500.0)


class TwoLevels:
    """Coarse cells are coded by their mean level, fine ones by what differs."""

    name = "numpy"

    def __init__(self, bundle):
        self.strides = bundle.time_stride, bundle.freq_stride
        self.hierarchy = bundle.hierarchy

    def run(self, signature, inputs, results):
        if signature == "encode":
            fine = _means(inputs["spectrogram"][..., 0], self.strides)
            coarse = _means(fine, CELLS)
            fine = fine - _spread(coarse, CELLS)
            return fine[..., np.newaxis], coarse[..., np.newaxis]
        if signature == "decode":
            fine = self.hierarchy.codebook[inputs["codemap"]]
            coarse = self.hierarchy.coarse_codebook[inputs["coarse_codemap"]]
        else:
            fine, coarse = inputs["quantized"], inputs["coarse_quantized"]
        level = fine[..., 0] + _spread(coarse[..., 0], CELLS)
        return (_spread(level, self.strides)[..., np.newaxis],)


def _means(values, cells):
    batch, frames, bins = values.shape
    blocks = values.reshape(
        batch, frames // cells[0], cells[0], bins // cells[1], cells[1]
    )
    return blocks.mean(axis=(2, 4), dtype=np.float32)


def _spread(values, cells):
    return np.repeat(np.repeat(values, cells[0], axis=1), cells[1], axis=2)


def with_coarse(bundle, **metadata):
    codebook = np.linspace(-0.3, 0.3, 16, dtype=np.float32)[:, np.newaxis]
    coarse = np.linspace(0.0, 1.0, 12, dtype=np.float32)[:, np.newaxis]
    arrays = {
        **bundle.arrays,
        "codebook": codebook,
        "coarse_codebook": coarse,
        "coarse_marginal": np.arange(12) + 1,
    }
    fields = {"coarse_time_stride": 8, "coarse_freq_stride": 32, **metadata}
    return Bundle(bundle.flatbuffer, bundle.metadata | fields, arrays, bundle.golden)


@pytest.fixture(scope="module")
def bundle(level_bundle):
    return with_coarse(level_bundle)


@pytest.fixture(scope="module")
def inpainter(bundle):
    codec = HierarchicalCodec(TwoLevels(bundle), bundle.hierarchy)
    return Inpainter(bundle, engine=codec)


@pytest.fixture(scope="module")
def sound(sound_path):
    return read_audio(sound_path)


def naive_bayes(bundle):
    return prior_of(bundle, lambda size, counts: NaiveBayesPrior(size, marginal=counts))


def random_map(hierarchy, seed, shape=(6, 8)):
    rng = np.random.default_rng(seed)
    fine = rng.integers(len(hierarchy.codebook), size=shape)
    coarse_shape = [size // cells for size, cells in zip(shape, CELLS, strict=True)]
    coarse = rng.integers(len(hierarchy.coarse_codebook), size=coarse_shape)
    return hierarchy.join(fine, coarse), fine, coarse


def test_codes_and_vectors_come_apart_again(bundle):
    hierarchy = bundle.hierarchy
    joint, fine, coarse = random_map(hierarchy, 0)
    for part, expected in zip(hierarchy.split(joint), (fine, coarse), strict=True):
        np.testing.assert_array_equal(part, expected)
    vectors = hierarchy.codewords_of(joint)
    assert vectors.shape == (6, 8, 2)
    np.testing.assert_array_equal(vectors[..., 0], hierarchy.codebook[fine][..., 0])
    again = hierarchy.join_vectors(*hierarchy.split_vectors(vectors))
    np.testing.assert_array_equal(again, vectors)
    np.testing.assert_array_equal(hierarchy.codes_of(vectors), joint)


def test_half_a_coarse_cell_and_codes_out_of_range_are_refused(bundle):
    with pytest.raises(ValueError, match=r"whole coarse cells.*Received: \(5, 8\)"):
        bundle.hierarchy.split(np.zeros((5, 8), np.int32))
    with pytest.raises(ValueError, match=r"Codes must lie in \[0, 192\)"):
        bundle.hierarchy.split(np.full((2, 2), 192))


def test_every_coarse_cell_with_a_masked_cell_is_hidden(bundle):
    mask = np.zeros((4, 8), np.bool_)
    mask[1, 3] = mask[2, 4] = True
    hidden = bundle.hierarchy.coarse_mask(mask)
    assert np.argwhere(hidden).tolist() == [[0, 1], [1, 2]]


@pytest.mark.parametrize("seed", range(3))
def test_nothing_depends_on_what_a_hole_contains(bundle, seed):
    """Neither on its fine codes nor on a coarse code that has seen some of them."""
    hierarchy, prior = bundle.hierarchy, naive_bayes(bundle)
    _, fine, coarse = random_map(hierarchy, seed)
    mask = np.zeros(fine.shape, np.bool_)
    mask[1:3, 3:6] = True
    hidden = hierarchy.coarse_mask(mask)
    assert isinstance(prior, HierarchicalPrior)
    filled = [
        prior.fill(
            hierarchy.join(np.where(mask, a, fine), np.where(hidden, b, coarse)),
            mask,
            seed=0,
        )
        for a, b in ((0, 0), (15, 11))
    ]
    np.testing.assert_array_equal(*filled)
    fine_after, coarse_after = hierarchy.split(filled[0])
    np.testing.assert_array_equal(fine_after[~mask], fine[~mask])
    np.testing.assert_array_equal(coarse_after[~hidden], coarse[~hidden])


def test_a_model_of_one_codemap_gets_one_prior(level_bundle):
    assert isinstance(naive_bayes(level_bundle), NaiveBayesPrior)


def test_samples_outside_an_edit_stay_bit_identical(inpainter, bundle, sound):
    edit = inpainter.inpaint(sound, REGION, prior=naive_bayes(bundle))
    before, after = sound.samples, edit.audio_file.samples
    start, end = (int(s * 22050) for s in (edit.box.start_s, edit.box.end_s))
    margin = int(256 / 8000 * 22050) + 64
    np.testing.assert_array_equal(after[: start - margin], before[: start - margin])
    np.testing.assert_array_equal(after[end + margin :], before[end + margin :])
    assert np.any(after != before)
    # Not a coarse cell more than asked for.
    assert edit.box.start_s > 0.3 - 4 * 64 / 8000
    assert edit.codemap_before.shape[1] % CELLS[0] == 0


def test_codes_of_windows_are_those_of_the_whole(inpainter, bundle, sound):
    from edge_runtime.edit.heard_channel import HeardChannel

    fields = {"encoder_frames": [4, 4], "decoder_cells": [1, 1]}
    known = with_coarse(bundle, context=fields)
    codec = SoundCodec(known, inpainter._engine, StageTimes())
    heard = HeardChannel(sound, 0, known.settings.sample_rate)
    whole = inpainter.codemaps_of(sound)[0]
    np.testing.assert_array_equal(codec.codemap_of(heard, cells=5), whole)


@pytest.mark.parametrize(
    "effect",
    ["erase", "freeze", "gaussian_noise", "noise", "shuffle"],
)
def test_effects_run_on_both_levels(inpainter, sound, effect):
    edit = transform_sound(inpainter, sound, REGION, effect, strength=1.0)
    assert edit.mask.any()
    same = transform_sound(inpainter, sound, REGION, effect, strength=0.0)
    np.testing.assert_array_equal(same.audio_file.samples, sound.samples)


@pytest.mark.parametrize("effect", ["mix", "mix_channels"])
def test_two_sounds_mix_on_both_levels(inpainter, sound, effect):
    second = inpainter.inpaint(
        sound, REGION, prior=naive_bayes(inpainter.bundle)
    ).audio_file
    edit = transform_sound(
        inpainter, sound, REGION, effect, strength=1.0, second=second
    )
    assert edit.mask.any()


def test_an_effect_that_would_tear_the_levels_apart_is_refused(inpainter, sound):
    with pytest.raises(
        UsageError, match="shift moves single cells, but model 'levels'"
    ):
        transform_sound(inpainter, sound, REGION, "shift", strength=0.5)


def test_live_use_is_refused(bundle, level_bundle):
    require_one_codemap(level_bundle)
    with pytest.raises(UsageError, match="second, coarse codemap, too slow for live"):
        StreamingInpainter(bundle)


def test_the_rate_is_that_of_both_codemaps(bundle, level_bundle):
    per_second = 8000 / 64
    coarse = np.log2(12) * per_second / 8 * 4
    assert _bitrate(bundle) == pytest.approx(_bitrate(level_bundle) + coarse)


def test_the_page_shows_and_edits_fine_cells(inpainter, bundle, sound):
    worker = Worker(bundle, inpainter._engine)
    wav = wav_bytes(sound)
    answer = json.loads(answer_analysis(worker, *form(sound=wav), Limits()).body)
    codemaps = np.array(answer["codemap"])
    assert codemaps.shape == (2, *worker.map_shape(sound))
    np.testing.assert_array_equal(
        codemaps, bundle.hierarchy.split(inpainter.codemaps_of(sound))[0]
    )
    tools = [tool["name"] for tool in model_card(bundle, Limits())["tools"]]
    assert "shift" not in tools and "noise" in tools
    for tool in ("inpaint", "noise"):
        edit = {"tool": tool, "time": [0.3, 0.5], "freq": [500, 1500], "seed": 1}
        parts = form(sound=wav, edit=json.dumps(edit).encode())
        assert answer_edit(worker, *parts, Limits()).status == 200


def form(**parts):
    """Content type and body of a form."""
    body = b"".join(
        b'--limit\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (name.encode(), content)
        for name, content in parts.items()
    )
    return "multipart/form-data; boundary=limit", body + b"--limit--\r\n"


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ({"coarse_time_stride": 6}, "coarse_time_stride must be a multiple of"),
        ({"coarse_freq_stride": None}, "coarse_freq_stride must be a multiple of"),
        ({"coarse_freq_stride": 48}, "coarse_freq_stride must divide the 128 bins"),
    ],
)
def test_coarse_cells_that_do_not_fit_are_refused(level_bundle, metadata, message):
    with pytest.raises(BundleError, match=message):
        with_coarse(level_bundle, **metadata)


def test_a_coarse_codebook_needs_its_marginal(bundle):
    arrays = {**bundle.arrays, "coarse_marginal": np.arange(3)}
    with pytest.raises(BundleError, match=r"needs a coarse_marginal.*\(12,\)"):
        Bundle(bundle.flatbuffer, bundle.metadata, arrays, bundle.golden)


def test_joint_codes_are_plain_int32():
    hierarchy = Hierarchy(
        np.zeros((65536, 1), np.float32), np.zeros((4096, 1), np.float32), (1, 2)
    )
    joint = hierarchy.join(np.full((1, 2), 65535), np.full((1, 1), 4095))
    assert joint.dtype == np.int32
    assert [level.max() for level in hierarchy.split(joint)] == [65535, 4095]
