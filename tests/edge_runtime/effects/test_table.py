"""What each effect does to a codemap, exactly; and what all have in common."""

from __future__ import annotations

import numpy as np
import pytest

from edge_runtime.bundle.codebook import codewords_of
from edge_runtime.effects.arguments import STRENGTH
from edge_runtime.effects.cells import mix, shuffle
from edge_runtime.effects.lines import AXIS, shift
from edge_runtime.effects.table import ARGUMENTS, EFFECTS, EffectCall, apply_effect
from edge_runtime.effects.vectors import gaussian_noise, keep_channels, mix_channels
from edge_runtime.errors import UsageError
from tests.edge_runtime.effects.coded import CODEBOOK, DIM, RNG_SEED, SHAPE, SIZE


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
