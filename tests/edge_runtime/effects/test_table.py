"""What each effect does to a codemap, exactly; and what all have in common."""

from __future__ import annotations

import numpy as np
import pytest

from edge_runtime.bundle.codebook import codewords_of
from edge_runtime.effects.arguments import STRENGTH
from edge_runtime.effects.cells import erase, mix, noise, shuffle
from edge_runtime.effects.lines import AXIS, freeze, shift
from edge_runtime.effects.table import ARGUMENTS, EFFECTS, EffectCall, apply_effect
from edge_runtime.effects.vectors import gaussian_noise, keep_channels, mix_channels
from edge_runtime.errors import UsageError

SIZE, DIM = 16, 6
SHAPE = (20, 10)
RNG_SEED = 4
CODEBOOK = np.random.default_rng(0).normal(size=(SIZE, DIM)).astype(np.float32)


@pytest.fixture
def codemap():
    return np.random.default_rng(1).integers(0, SIZE, SHAPE).astype(np.int32)


@pytest.fixture
def other():
    return np.random.default_rng(2).integers(0, SIZE, SHAPE).astype(np.int32)


@pytest.fixture
def box():
    mask = np.zeros(SHAPE, bool)
    mask[6:14, 2:7] = True
    return mask


def before(name, codemap):
    """What an effect starts from: the codes, or their codewords."""
    is_codemap = EFFECTS[name].kind == "codemap"
    return codemap if is_codemap else codewords_of(codemap, CODEBOOK)


def run(name, codemap, other, *, seed=RNG_SEED, mask=None, **told):
    known = {argument.name for argument in EFFECTS[name].arguments}
    told = {key: value for key, value in told.items() if key in known}
    call = EffectCall(name, told, seed)
    return apply_effect(call, codemap, CODEBOOK, mask=mask, other=other, silence=3)


EVERY = [(name, "time") for name in EFFECTS] + [
    (name, "frequency") for name, effect in EFFECTS.items() if AXIS in effect.arguments
]


@pytest.mark.parametrize(("name", "axis"), EVERY)
class TestEveryEffect:
    def test_strength_0_is_the_identity_bit_for_bit(self, name, axis, codemap, other):
        same = run(name, codemap, other, axis=axis, strength=0)
        assert same.dtype == before(name, codemap).dtype
        assert same.tobytes() == before(name, codemap).tobytes()

    def test_a_seed_repeats(self, name, axis, codemap, other):
        first = run(name, codemap, other, axis=axis)
        again = run(name, codemap, other, axis=axis)
        np.testing.assert_array_equal(first, again)

    def test_another_seed_differs_where_something_is_drawn(
        self, name, axis, codemap, other
    ):
        first = run(name, codemap, other, axis=axis)
        second = run(name, codemap, other, axis=axis, seed=RNG_SEED + 1)
        assert np.any(first != second) == (name not in ("shift", "freeze"))

    @pytest.mark.parametrize("strength", [0.6, 1.0])
    def test_a_mask_confines_it(self, name, axis, strength, codemap, other, box):
        changed = run(name, codemap, other, axis=axis, strength=strength, mask=box)
        original = before(name, codemap)
        assert changed[~box].tobytes() == original[~box].tobytes()
        assert np.any(changed[box] != original[box])

    def test_an_empty_mask_changes_nothing(self, name, axis, codemap, other):
        nowhere = np.zeros(SHAPE, bool)
        same = run(name, codemap, other, axis=axis, strength=1, mask=nowhere)
        np.testing.assert_array_equal(same, before(name, codemap))

    def test_the_input_stays_and_the_kind_says_what_comes_out(
        self, name, axis, codemap, other
    ):
        copy = codemap.copy()
        changed = run(name, codemap, other, axis=axis, strength=1)
        np.testing.assert_array_equal(codemap, copy)
        assert not np.shares_memory(changed, codemap)
        if EFFECTS[name].kind == "codemap":
            assert changed.shape == SHAPE and changed.dtype == np.int32
            assert changed.min() >= 0 and changed.max() < SIZE
        else:
            assert changed.shape == (*SHAPE, DIM) and changed.dtype == np.float32
            assert np.isfinite(changed).all()

    def test_a_transposed_view_gives_what_its_copy_gives(
        self, name, axis, codemap, other
    ):
        view = np.asfortranarray(codemap)
        np.testing.assert_array_equal(
            run(name, view, other, axis=axis), run(name, codemap, other, axis=axis)
        )

    @pytest.mark.parametrize("strength", [-0.1, 1.1, np.nan])
    def test_a_strength_out_of_range_is_refused(
        self, name, axis, strength, codemap, other
    ):
        with pytest.raises(ValueError, match="strength must be a number from 0 to 1"):
            run(name, codemap, other, axis=axis, strength=strength)

    def test_a_mask_that_does_not_fit_is_refused(self, name, axis, codemap, other, box):
        for mask in (box.T, box.astype(int)):
            with pytest.raises(ValueError, match="mask must be boolean"):
                run(name, codemap, other, axis=axis, mask=mask)


def test_erase_silences_exactly_its_share(codemap):
    codemap[codemap == 3] = 4
    erased = erase(codemap, silence=3, strength=0.25, seed=0)
    assert np.sum(erased == 3) == 50
    np.testing.assert_array_equal(erased[erased != 3], codemap[erased != 3])
    more = erase(codemap, silence=3, strength=0.5, seed=0)
    assert np.all(more[erased == 3] == 3)


def test_erase_takes_a_codemap_of_silence(codemap):
    silence = np.arange(200, dtype=np.int32).reshape(SHAPE) % SIZE
    erased = erase(codemap, silence=silence, strength=1, seed=0)
    np.testing.assert_array_equal(erased, silence)
    with pytest.raises(ValueError, match="silence must be one code or have shape"):
        erase(codemap, silence=silence[:3], strength=1, seed=0)


def test_noise_changes_exactly_its_share_evenly():
    codemap = np.full((100, 100), 5, np.int32)
    noisy = noise(codemap, codebook_size=8, strength=0.7, seed=0)
    counts = np.bincount(noisy.ravel(), minlength=8)
    assert counts[5] == 3000
    np.testing.assert_allclose(np.delete(counts, 5), 1000, rtol=0.12)
    np.testing.assert_array_equal(
        noise(codemap, codebook_size=8, strength=0.2, seed=0)[noisy == 5], 5
    )


def test_noise_needs_another_code():
    with pytest.raises(ValueError, match="2 codewords or more"):
        noise(np.zeros((2, 2), np.int32), codebook_size=1, strength=1, seed=0)
    with pytest.raises(ValueError, match=r"\[0, 4\)"):
        noise(np.full((2, 2), 4, np.int32), codebook_size=4, strength=1, seed=0)


def test_mix_takes_exactly_its_share_of_cells(codemap):
    other = codemap + SIZE  # So that it shows where each code came from.
    mixed = mix(codemap, other, strength=0.3, seed=0)
    taken = mixed >= SIZE
    assert taken.sum() == 60
    np.testing.assert_array_equal(mixed, np.where(taken, other, codemap))


def test_mix_by_mask_takes_all_of_the_other_inside(codemap, other, box):
    mixed = mix(codemap, other, strength=1, seed=0, mask=box)
    np.testing.assert_array_equal(mixed, np.where(box, other, codemap))


def test_shift_turns_the_map_later_or_higher(codemap):
    later = shift(codemap, strength=5 / 19, seed=0)
    np.testing.assert_array_equal(later[5:], codemap[:-5])
    np.testing.assert_array_equal(later[:5], codemap[-5:])
    higher = shift(codemap, axis="frequency", strength=2 / 9, seed=0)
    np.testing.assert_array_equal(higher[:, 2:], codemap[:, :-2])
    np.testing.assert_array_equal(higher[:, :2], codemap[:, -2:])
    # Strength 1 is one cell short of a whole turn: one cell earlier.
    np.testing.assert_array_equal(
        shift(codemap, strength=1, seed=0), np.roll(codemap, -1, axis=0)
    )


def test_a_masked_shift_reads_the_whole_map(codemap, box):
    shifted = shift(codemap, strength=5 / 19, seed=0, mask=box)
    np.testing.assert_array_equal(
        shifted, np.where(box, np.roll(codemap, 5, axis=0), codemap)
    )


def test_freeze_holds_the_frame_before_the_held_part(codemap):
    frozen = freeze(codemap, strength=0.4, seed=0)  # The last 8 of 20 frames.
    np.testing.assert_array_equal(frozen[:12], codemap[:12])
    np.testing.assert_array_equal(frozen[12:], np.tile(codemap[11], (8, 1)))
    throughout = freeze(codemap, strength=1, seed=0)
    np.testing.assert_array_equal(throughout, np.tile(codemap[0], (20, 1)))


def test_freeze_along_frequency_holds_a_bin(codemap):
    frozen = freeze(codemap, axis="frequency", strength=0.3, seed=0)
    np.testing.assert_array_equal(frozen[:, :7], codemap[:, :7])
    np.testing.assert_array_equal(frozen[:, 7:], np.tile(codemap[:, 6:7], 3))


def test_a_masked_freeze_holds_the_frame_before_the_mask(codemap, box):
    frozen = freeze(codemap, strength=1, seed=0, mask=box)
    np.testing.assert_array_equal(frozen, np.where(box, codemap[5], codemap))


def test_shuffle_moves_each_chosen_cell_and_loses_no_code():
    codemap = np.arange(200, dtype=np.int32).reshape(SHAPE)  # Every cell another code.
    shuffled = shuffle(codemap, strength=0.35, seed=0)
    assert np.sum(shuffled != codemap) == 70
    np.testing.assert_array_equal(np.sort(shuffled, axis=None), codemap.ravel())


def test_shuffle_within_a_mask_keeps_the_codes_of_the_mask(box):
    codemap = np.arange(200, dtype=np.int32).reshape(SHAPE)
    shuffled = shuffle(codemap, strength=1, seed=0, mask=box)
    assert np.all(shuffled[box] != codemap[box])
    np.testing.assert_array_equal(np.sort(shuffled[box]), codemap[box])


@pytest.mark.parametrize(("strength", "kept"), [(0, 6), (0.4, 4), (1, 1)])
def test_keep_channels_removes_its_share(codemap, strength, kept):
    quantized = codewords_of(codemap, CODEBOOK)
    left = keep_channels(quantized, strength=strength, seed=0)
    same = (left == quantized).all(axis=(0, 1))
    assert same.sum() == kept
    assert left.dtype == np.float32
    assert np.all(left[..., ~same] == 0)
    mean = CODEBOOK.mean(axis=0)
    replaced = keep_channels(quantized, replacement=mean, strength=strength, seed=0)
    np.testing.assert_array_equal(replaced, np.where(same, quantized, mean))


def test_gaussian_noise_has_the_asked_deviation_per_channel():
    quantized = np.zeros((100, 100, 3), np.float32)
    scale = np.array([1.0, 0.0, 4.0], np.float32)
    noisy = gaussian_noise(quantized, scale=scale, strength=0.5, seed=0)
    assert noisy.dtype == np.float32
    np.testing.assert_allclose(noisy.std(axis=(0, 1)), scale / 2, rtol=0.03)
    np.testing.assert_allclose(noisy.mean(axis=(0, 1)), 0, atol=0.06)


def test_mix_channels_takes_its_share_of_channels(codemap, other):
    first, second = codewords_of(codemap, CODEBOOK), codewords_of(other, CODEBOOK)
    mixed = mix_channels(first, second, strength=0.5, seed=0)
    taken = (mixed == second).all(axis=(0, 1))
    assert taken.sum() == 3
    np.testing.assert_array_equal(mixed, np.where(taken, second, first))
    np.testing.assert_array_equal(
        mix_channels(first, second, strength=1, seed=0), second
    )


@pytest.mark.parametrize("effect", [keep_channels, gaussian_noise])
def test_vectors_keep_their_bits_at_strength_0_and_outside_the_mask(effect, box):
    rng = np.random.default_rng(0)
    quantized = rng.normal(size=(*SHAPE, DIM)).astype(np.float32)
    quantized[::2] = -0.0
    same = effect(quantized, strength=0, seed=0)
    assert same.tobytes() == quantized.tobytes() and same is not quantized
    changed = effect(quantized, strength=1, seed=0, mask=box)
    assert changed[~box].tobytes() == quantized[~box].tobytes()
    assert not np.array_equal(changed[box], quantized[box])


def test_mixed_vectors_are_confined_by_the_mask(codemap, other, box):
    first, second = codewords_of(codemap, CODEBOOK), codewords_of(other, CODEBOOK)
    mixed = mix_channels(first, second, strength=1, seed=0, mask=box)
    np.testing.assert_array_equal(mixed, np.where(box[..., None], second, first))


def test_the_table_gives_vector_effects_what_they_need(codemap, other):
    quantized = codewords_of(codemap, CODEBOOK)
    mean, deviation = CODEBOOK.mean(axis=0), CODEBOOK.std(axis=0)
    second = codewords_of(other, CODEBOOK)
    expected = {
        "keep_channels": keep_channels(
            quantized, replacement=mean, strength=0.5, seed=RNG_SEED
        ),
        "gaussian_noise": gaussian_noise(
            quantized, scale=deviation, strength=0.5, seed=RNG_SEED
        ),
        "mix_channels": mix_channels(quantized, second, strength=0.5, seed=RNG_SEED),
    }
    assert set(expected) == {n for n, e in EFFECTS.items() if e.kind == "quantized"}
    for name, vectors in expected.items():
        np.testing.assert_array_equal(run(name, codemap, other), vectors)


def test_the_table_says_what_each_effect_needs(codemap):
    assert {n for n, e in EFFECTS.items() if e.needs_second} == {"mix", "mix_channels"}
    assert {n for n, e in EFFECTS.items() if e.needs_silence} == {"erase"}
    having = {n for n, e in EFFECTS.items() if AXIS in e.arguments}
    assert having == {"freeze", "shift"}
    for name in ("mix", "mix_channels"):
        with pytest.raises(ValueError, match="give it a second one"):
            apply_effect(EffectCall(name), codemap, CODEBOOK)
    with pytest.raises(ValueError, match="needs the code of silence"):
        apply_effect(EffectCall("erase"), codemap, CODEBOOK)
    with pytest.raises(ValueError, match=r"\[0, 16\)"):
        apply_effect(EffectCall("erase"), codemap, CODEBOOK, silence=16)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (("reverb",), "Unknown effect 'reverb'. Expected one of era"),
        (("noise", {"axis": "time"}), "Effect noise has no axis"),
        (("noise", {"strength": "much"}), "strength must be a number from 0 to 1"),
        (("noise", {"strength": True}), "strength must be a number from 0 to 1"),
        (("shift", {"axis": "both"}), "axis must be one of time, frequency"),
        (("shift", {"axis": 1}), "axis must be one of time, frequency"),
    ],
)
def test_a_call_that_makes_no_sense_is_refused(call, message):
    with pytest.raises(UsageError, match=message):
        EffectCall(*call)


def test_what_is_not_told_takes_its_default():
    assert ARGUMENTS[:2] == (STRENGTH, AXIS)
    assert EffectCall("noise").values == {"strength": 0.5}
    told = EffectCall("freeze", {"axis": "frequency"})
    assert told.values == {"strength": 0.5, "axis": "frequency"}


def test_shapes_that_do_not_fit_are_refused(codemap, other):
    quantized = codewords_of(codemap, CODEBOOK)
    with pytest.raises(ValueError, match="other must have the codemap's shape"):
        mix(codemap, other[:4], strength=0.5, seed=0)
    with pytest.raises(ValueError, match="other must have the shape"):
        mix_channels(quantized, quantized[:4], strength=0.5, seed=0)
    with pytest.raises(ValueError, match="A codemap must have shape"):
        shuffle(codemap[None], strength=0.5, seed=0)
    with pytest.raises(ValueError, match="quantized must have shape"):
        keep_channels(quantized[0], strength=0.5, seed=0)
    with pytest.raises(ValueError, match="axis must be one of time, frequency"):
        shift(codemap, axis="both", strength=0.5, seed=0)
