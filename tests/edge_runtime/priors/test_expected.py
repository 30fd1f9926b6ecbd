"""The codeword to expect: as loud as what it is of, in bounded memory."""

import numpy as np

from edge_runtime.priors.expected import (
    LOUDER,
    WITHIN_DB,
    ExpectedCells,
    best_guesses,
    expected_cells,
)


def cells(rows, levels_db):
    """Cells whose mean is 0 and whose louder mean is 1: a guess is its share of it."""
    count = len(rows)
    return ExpectedCells(
        np.array(rows), np.zeros((count, 1)), np.ones((count, 1)), np.array(levels_db)
    )


def shares(parts, *, num_rows, reach):
    return [part[:, 0].tolist() for part in best_guesses(parts, num_rows, reach)]


def test_the_loudest_cells_are_loud_and_those_far_below_are_not():
    part = cells([0, 0, 0], [-20.0, -20.0 - WITHIN_DB / 4, -20.0 - 2 * WITHIN_DB])
    assert shares([part], num_rows=1, reach=0) == [[1.0, 0.75, 0.0]]


def test_the_loudest_is_looked_for_within_reach_before_and_after():
    parts = [cells([row], [level]) for row, level in enumerate([-30.0, -70, -70, -50])]
    assert shares(parts, num_rows=4, reach=0) == [[1.0]] * 4
    assert shares(parts, num_rows=4, reach=1) == [[1.0], [0.0], [0.0], [1.0]]
    assert shares(parts, num_rows=4, reach=3) == [[1.0], [0.0], [0.0], [0.0]]


def test_a_frame_of_cells_in_two_parts_is_one_frame():
    parts = [cells([0], [-50.0]), cells([0, 1], [-20.0, -20.0])]
    assert shares(parts, num_rows=2, reach=0) == [[0.0], [1.0, 1.0]]


def test_cells_are_given_as_soon_as_nothing_later_counts():
    given = 0

    def parts():
        nonlocal given
        for given in range(100):
            yield cells([given], [-20.0])

    guesses = best_guesses(parts(), num_rows=100, reach=2)
    next(guesses)
    assert given == 3
    assert sum(1 for _ in guesses) == 99


def test_means_are_those_of_all_codewords():
    rng = np.random.default_rng(0)
    logits = rng.normal(0.0, 3.0, (150, 16)).astype(np.float32)
    codebook = rng.normal(size=(16, 3)).astype(np.float32)
    levels = rng.uniform(-80.0, 0.0, 16)
    chances = np.exp(logits.astype(np.float64))
    chances /= chances.sum(axis=1, keepdims=True)
    loud = chances * 10.0 ** (LOUDER * levels / 10.0)
    loud /= loud.sum(axis=1, keepdims=True)
    made = list(expected_cells(np.arange(150), logits, codebook, levels))
    for name, wanted in (
        ("rows", np.arange(150)),
        ("means", chances @ codebook),
        ("louder", loud @ codebook),
        ("levels_db", chances @ levels),
    ):
        received = np.concatenate([getattr(part, name) for part in made])
        np.testing.assert_allclose(received, wanted, rtol=1e-9)
