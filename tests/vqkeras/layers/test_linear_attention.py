"""Linear attention: what it says in plain numpy, and what it sees."""

import keras
import numpy as np
import pytest

from vqkeras.layers.linear_attention import LinearAttention

RNG = np.random.default_rng(0)
CELLS = RNG.standard_normal((2, 9, 3, 8)).astype(np.float32)


@pytest.fixture
def attention():
    keras.utils.set_random_seed(0)
    layer = LinearAttention(heads=2, reach=2)
    layer.build(CELLS.shape)
    layer.mix.bias.assign(RNG.standard_normal(8))
    return layer


def phi(x):
    return np.where(x > 0, x + 1.0, np.exp(np.minimum(x, 0.0)))


def test_each_cell_weighs_what_is_within_reach_as_the_formula_says(attention):
    query, key, value = (
        np.einsum("btfc,chd->btfhd", CELLS, layer.kernel)
        for layer in (attention.query, attention.key, attention.value)
    )
    expected = np.zeros_like(CELLS)
    for time in range(9):
        near = slice(max(0, time - 2), time + 3)
        weights = np.einsum("bfhd,bsghd->bfhsg", phi(query[:, time]), phi(key[:, near]))
        asked = np.einsum("bfhsg,bsghe->bfhe", weights, value[:, near])
        asked /= weights.sum(axis=(3, 4))[..., np.newaxis]
        mixed = asked.reshape(2, 3, 8) @ attention.mix.kernel + attention.mix.bias
        expected[:, time] = CELLS[:, time] + mixed
    np.testing.assert_allclose(attention(CELLS), expected, atol=1e-5)


def test_units_that_do_not_divide_are_refused():
    with pytest.raises(ValueError, match="units must divide by heads"):
        LinearAttention(heads=3, reach=2).build((None, None, 3, 8))


def test_it_is_saved_whole(attention):
    again = LinearAttention.from_config(attention.get_config())
    again.build(CELLS.shape)
    again.set_weights(attention.get_weights())
    np.testing.assert_array_equal(attention(CELLS), again(CELLS))
