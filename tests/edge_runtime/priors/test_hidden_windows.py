"""Windows around hidden cells: every hidden cell once, with all that it sees."""

import numpy as np
import pytest

from edge_runtime.priors.hidden_windows import hidden_windows


@pytest.mark.parametrize("cells", [1, 4, 64])
@pytest.mark.parametrize("reach", [0, 3, 30])
@pytest.mark.parametrize("share", [0.02, 0.2, 1.0])
def test_every_hidden_frame_is_wanted_once_and_sees_its_reach(cells, reach, share):
    mask = np.random.default_rng(3).random((90, 2)) < share
    windows = hidden_windows(mask, reach, cells=cells)
    wanted = [frame for window in windows for frame in window.wanted]
    assert wanted == sorted(set(wanted))
    assert set(np.flatnonzero(mask.any(axis=1))) <= set(wanted)
    for window in windows:
        first, last = window.wanted[0], window.wanted[-1]
        assert len(window.wanted) <= cells
        assert mask[first].any() and mask[last].any()
        assert window.seen[0] == max(0, first - reach)
        assert window.seen[-1] == min(89, last + reach)


def test_what_no_hidden_cell_sees_is_not_run():
    mask = np.zeros((200, 3), np.bool_)
    mask[[20, 27, 35], 1] = True
    windows = hidden_windows(mask, 3)
    # Seven apart they share a frame; eight apart each has its own.
    assert [window.wanted for window in windows] == [range(20, 28), range(35, 36)]
    assert sum(len(window.seen) for window in windows) == 14 + 7
    assert hidden_windows(np.zeros((5, 3), np.bool_), 3) == []
