import numpy as np
import tensorflow as tf

from vqkeras.layers.codebook_restarts import (
    draw_codebook,
    draw_far_latents,
    is_crowded,
    restarts_of,
)


def test_draws_in_proportion_to_squared_distance():
    latents = tf.constant([[0.0], [1.0], [2.0], [3.0]])
    distances = tf.constant([0.0, 1.0, 3.0, 6.0])

    @tf.function
    def draw(seed):
        return draw_far_latents(latents, distances, 1, tf.stack([0, seed]))[0][0, 0]

    draws = [int(draw(seed)) for seed in tf.range(1000)]
    shares = np.bincount(draws, minlength=4) / 1000
    # Three standard deviations of a share of 0.3 in 1000 draws are 0.044.
    np.testing.assert_allclose(shares, [0.0, 0.1, 0.3, 0.6], atol=0.045)


def test_draws_without_replacement_and_says_where_none_was_left():
    latents = tf.constant([[1.0], [2.0], [3.0], [4.0]])
    distances = tf.constant([1.0, 1.0, 0.0, 1.0])
    drawn, found = draw_far_latents(latents, distances, 6, tf.constant([0, 0]))
    assert drawn.shape == (6, 1)
    np.testing.assert_array_equal(found, [True] * 3 + [False] * 3)
    assert sorted(drawn[:3, 0].numpy()) == [1.0, 2.0, 4.0]


def test_first_codebook_is_a_subset_of_the_batch_and_repeats_with_its_seed():
    latents = tf.random.stateless_normal((300, 4), [1, 2])
    first = draw_codebook(latents, 37, tf.constant([5, 0])).numpy()
    again = draw_codebook(latents, 37, tf.constant([5, 0])).numpy()
    other = draw_codebook(latents, 37, tf.constant([6, 0])).numpy()
    rows = {tuple(row) for row in latents.numpy()}
    assert len({tuple(row) for row in first}) == 37
    assert {tuple(row) for row in first} <= rows
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_first_codebook_of_a_tiny_batch_repeats_codewords():
    latents = tf.constant([[1.0, 0.0], [2.0, 0.0], [3.0, 0.0]])
    codebook = draw_codebook(latents, 8, tf.constant([0, 0])).numpy()
    assert codebook.shape == (8, 2)
    assert set(codebook[:, 0]) == {1.0, 2.0, 3.0}


def test_wasted_codes_restart_in_order_while_latents_last():
    is_wasted = tf.constant([False, True, True, False, True, False])
    drawn = tf.reshape(tf.range(6.0), (6, 1))
    found = tf.constant([True, True, False, False, False, False])
    restarts, places = restarts_of(is_wasted, drawn, found)
    np.testing.assert_array_equal(restarts, [False, True, True, False, False, False])
    np.testing.assert_array_equal(places.numpy()[restarts, 0], [0.0, 1.0])


def test_of_codewords_side_by_side_the_most_used_stays():
    codebook = tf.constant([[0.0, 0.0], [0.0, 0.1], [3.0, 0.0], [3.0, 0.0], [9.0, 9.0]])
    counts = tf.constant([2.0, 5.0, 1.0, 1.0, 0.0])
    # Squared distances of the pairs are 0.01 and 0; a tenth of the mean is compared.
    crowded = is_crowded(codebook, counts, 0.2)
    np.testing.assert_array_equal(crowded, [True, False, False, True, False])
    crowded = is_crowded(codebook, counts, 0.05)
    np.testing.assert_array_equal(crowded, [False, False, False, True, False])
