import numpy as np
import pytest

from edge_runtime.live.ramp import Ramp, crossfade


def test_moves_by_one_step_per_sample_whatever_the_blocks():
    whole, parts = Ramp(80, 0.0), Ramp(80, 0.0)
    whole.target = parts.target = 0.7
    expected = whole.take(100)
    assert np.array_equal(
        expected, np.concatenate([parts.take(7) for _ in range(15)])[:100]
    )
    assert np.allclose(np.diff(expected)[:55], 1 / 80)
    assert whole.is_at_rest and whole.value == pytest.approx(0.7)


def test_turns_round_where_it_is():
    ramp = Ramp(10, 1.0)
    ramp.target = 0.0
    assert ramp.take(4)[-1] == pytest.approx(0.6)
    assert not ramp.is_at_rest
    ramp.target = 1.0
    assert ramp.take(2).tolist() == pytest.approx([0.7, 0.8])
    assert ramp.take(0).shape == (0,)


def test_the_two_gains_of_a_crossfade_sum_to_one():
    share = np.linspace(0, 1, 33, dtype=np.float32)
    np.testing.assert_allclose(crossfade(share) + crossfade(1 - share), 1, atol=1e-6)
