"""Regions, the cells they snap to, and the box printed back."""

from __future__ import annotations

import numpy as np
import pytest

from edge_runtime.errors import UsageError
from edge_runtime.spectrogram.region import Region, parse_region
from edge_runtime.spectrogram.region_masks import (
    box_of,
    cell_edges_hz,
    cell_mask,
    expand_mask,
    transform_mask,
)
from edge_runtime.spectrogram.settings import SpectrogramSettings

SETTINGS = SpectrogramSettings(sample_rate=16000, n_fft=1024, hop_length=256)
HOP = 256 / 16000
BIN = 16000 / 1024
# map_frames, map_bins, time_stride, freq_stride
GRID = (16, 8, 16, 64)


def _owned(centres: np.ndarray, low: float, high: float) -> np.ndarray:
    """Brute force: steps whose half-open stretch round the centre meets (low, high)."""
    return np.array([low < c + 0.5 and high > c - 0.5 for c in centres])


def test_parse_reads_seconds_and_hz():
    region = parse_region("0.5:1.2", "200:2000", 4.0, 8000.0)
    assert region == Region(0.5, 1.2, 200.0, 2000.0)


def test_nothing_given_means_everything():
    assert parse_region(None, None, 4.0, 8000.0) == Region(0.0, 4.0, 0.0, 8000.0)


def test_a_rounded_end_is_cut_at_the_end_of_the_sound():
    assert parse_region("1:2.5", None, 2.4996, 8000.0).end_s == 2.4996


@pytest.mark.parametrize(
    "text", ["", "1", "1:2:3", "a:b", "1-2", ":", "nan:2", "0:inf", "1:"]
)
def test_malformed_pairs_are_refused(text):
    with pytest.raises(UsageError, match="--time must be two numbers in s") as error:
        parse_region(text, None, 4.0, 8000.0)
    assert error.value.exit_code == 2
    with pytest.raises(UsageError, match="200:2000"):
        parse_region(None, text, 4.0, 8000.0)


@pytest.mark.parametrize("text", ["1:1", "2:1"])
def test_pairs_without_width_are_refused(text):
    with pytest.raises(UsageError, match="no width"):
        parse_region(text, None, 4.0, 8000.0)


@pytest.mark.parametrize("text", ["-1:2", "4:5", "5:6", "3:4.1"])
def test_regions_outside_the_sound_are_refused(text):
    with pytest.raises(UsageError, match=r"spans 0:4 s"):
        parse_region(text, None, 4.0, 8000.0)


def test_frequencies_above_nyquist_are_refused():
    with pytest.raises(UsageError, match=r"--freq 200:9000 leaves .* 0:8000 Hz"):
        parse_region(None, "200:9000", 4.0, 8000.0)


def test_a_mask_of_single_bins_equals_brute_force():
    rng = np.random.default_rng(0)
    frames, bins = 251, SETTINGS.num_bins
    for _ in range(200):
        start, end = np.sort(rng.uniform(0, 4.0, 2))
        low, high = np.sort(rng.uniform(0, 7990.0, 2))
        mask = _bin_mask(Region(start, end, low, high), frames)
        expected = np.outer(
            _owned(np.arange(frames), start / HOP, end / HOP),
            _owned(np.arange(bins), low / BIN, high / BIN),
        )
        np.testing.assert_array_equal(mask, expected)


def test_cell_mask_is_every_cell_that_holds_a_touched_frame_and_bin():
    rng = np.random.default_rng(1)
    time_stride, freq_stride = 16, 64
    for _ in range(200):
        start, end = np.sort(rng.uniform(0, 4.0, 2))
        low, high = np.sort(rng.uniform(0, 8000.0, 2))
        region = Region(start, end, low, high)
        cells = cell_mask(region, SETTINGS, 16, 8, time_stride, freq_stride)
        fine = _bin_mask(region, 16 * time_stride)
        blocks = fine.reshape(16, time_stride, 8, freq_stride).any(axis=(1, 3))
        np.testing.assert_array_equal(cells, blocks)


def test_a_region_on_a_cell_border_touches_one_side_only():
    # Cells of 16 frames meet half a hop before the centre of frame 16.
    border = 15.5 * HOP
    before = Region(0.1, border, 0.0, 8000.0)
    after = Region(border, 0.5, 0.0, 8000.0)
    assert np.flatnonzero(cell_mask(before, SETTINGS, 16, 8, 16, 64)[:, 0]).max() == 0
    assert np.flatnonzero(cell_mask(after, SETTINGS, 16, 8, 16, 64)[:, 0]).min() == 1
    over = Region(0.1, border + 0.0001, 0.0, 8000.0)
    assert np.flatnonzero(cell_mask(over, SETTINGS, 16, 8, 16, 64)[:, 0]).max() == 1


def test_the_outermost_frames_and_bins_own_the_edges_of_the_sound():
    # 4 s less one sample have 250 frames; the last is centred 255 samples before.
    duration = 63999 / 16000
    mask = _bin_mask(Region(duration - 1e-4, duration, 7999, 8000), 250)
    assert np.argwhere(mask).tolist() == [[249, 511]]
    mask = _bin_mask(Region(0.0, 1e-4, 0.0, 0.1), 250)
    assert np.argwhere(mask).tolist() == [[0, 0]]


@pytest.mark.parametrize(
    "region", [Region(4.2, 4.5, 0, 100), Region(0, 1, 8100, 8200), Region(1, 1, 0, 100)]
)
def test_a_region_that_touches_nothing_is_refused(region):
    with pytest.raises(ValueError, match="The region spans"):
        _bin_mask(region, 251)


def test_the_box_holds_the_region_and_prints():
    cells = cell_mask(parse_region("0.5:1.2", "200:2000", 4.0, 8000), SETTINGS, *GRID)
    box = box_of(cells, SETTINGS, 16, 64, duration=4.0)
    assert box.start_s <= 0.5 and box.end_s >= 1.2
    assert box.low_hz <= 200 and box.high_hz >= 2000
    # Frames 16-79 and bins 0-191, from half a step before to half a step after.
    assert str(box) == "0.248-1.272 s, 0-2992 Hz"


def test_a_printed_box_typed_in_again_touches_the_same_cells():
    rng = np.random.default_rng(2)
    for rate, hop in [(16000, 256), (22050, 256), (44100, 128), (16000, 64)]:
        settings = SpectrogramSettings(sample_rate=rate, n_fft=1024, hop_length=hop)
        duration, nyquist = (16 * 16 - 3) * hop / rate, rate / 2
        for _ in range(100):
            start, end = np.sort(rng.uniform(0, duration, 2))
            low, high = np.sort(rng.uniform(0, nyquist, 2))
            cells = cell_mask(Region(start, end, low, high), settings, *GRID)
            box = box_of(cells, settings, 16, 64, duration=duration)
            time, freq = str(box).replace(" s", "").replace(" Hz", "").split(", ")
            again = parse_region(
                time.replace("-", ":"), freq.replace("-", ":"), duration, nyquist
            )
            np.testing.assert_array_equal(cell_mask(again, settings, *GRID), cells)


def test_the_box_of_the_last_cells_ends_with_the_sound():
    box = box_of(np.ones((16, 8), bool), SETTINGS, 16, 64, duration=4.0)
    assert box == Region(0.0, 4.0, 0.0, 8000.0)


def test_there_is_no_box_around_nothing():
    with pytest.raises(ValueError, match="hides no cell"):
        box_of(np.zeros((16, 8), bool), SETTINGS, 16, 64, duration=4.0)


def test_a_sliver_prints_rounded_rather_than_reversed():
    assert str(Region(0.1002, 0.1004, 10.2, 10.4)) == "0.100-0.100 s, 10-10 Hz"


def test_expand_mask_repeats_cells_and_cuts_the_padding():
    cells = np.array([[True, False], [False, True]])
    expected = [[1, 1, 1, 0, 0, 0], [1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1]]
    np.testing.assert_array_equal(expand_mask(cells, 2, 3, frames=3), expected)


def test_expand_mask_refuses_more_frames_than_the_cells_hold():
    with pytest.raises(ValueError, match="2 cells of 2 frames cannot give 5"):
        expand_mask(np.zeros((2, 2), bool), 2, 3, frames=5)


MEL = SpectrogramSettings("log_mel", n_fft=2048, hop_length=256, n_mels=128)
MEL_GRID = (16, 16, 16, 8)


def test_cells_of_mel_bands_are_snapped_to_outwards():
    edges = cell_edges_hz(MEL, 16, 8)
    assert (edges[0], edges[-1]) == (0.0, 8000.0)
    widths = np.diff(edges)
    assert widths[1] == pytest.approx(8 * 200 / 3 * 45.245640471924965 / 129)
    assert (np.diff(widths[1:]) >= -1e-6).all()
    # Slightly beyond two edges, and slightly inside them.
    low, high = edges[3], edges[9]
    for slack, first, last in ((1.0, 2, 10), (-1.0, 3, 9)):
        region = Region(0.0, 1.0, low - slack, high + slack)
        columns = cell_mask(region, MEL, *MEL_GRID).any(axis=0)
        np.testing.assert_array_equal(np.flatnonzero(columns), np.arange(first, last))
    box = box_of(cell_mask(region, MEL, *MEL_GRID), MEL, 16, 8, duration=4.0)
    assert (box.low_hz, box.high_hz) == (low, high)


def test_a_printed_box_of_mel_bands_touches_the_same_cells():
    rng = np.random.default_rng(0)
    for _ in range(200):
        low, high = np.sort(rng.uniform(0, 8000, 2))
        cells = cell_mask(Region(0.5, 1.0, low, high), MEL, *MEL_GRID)
        box = box_of(cells, MEL, 16, 8, duration=4.0)
        freq = str(box).split(", ")[1].replace(" Hz", "").replace("-", ":")
        again = parse_region("0.5:1.0", freq, 4.0, 8000.0)
        np.testing.assert_array_equal(
            cell_mask(again, MEL, *MEL_GRID).any(axis=0), cells.any(axis=0)
        )


def test_the_ends_of_the_mel_scale_belong_to_the_outermost_cells():
    for low, high, cell in ((0.0, 5.0, 0), (7990.0, 8000.0, 15)):
        columns = cell_mask(Region(0.0, 1.0, low, high), MEL, *MEL_GRID).any(axis=0)
        assert np.flatnonzero(columns).tolist() == [cell]
    with pytest.raises(ValueError, match="spans bins 128 to"):
        cell_mask(Region(0.0, 1.0, 8000.0, 8100.0), MEL, *MEL_GRID)


@pytest.mark.parametrize("settings", [SETTINGS, MEL], ids=["linear", "mel"])
def test_hidden_cells_hide_their_bins_of_the_transform(settings):
    stride = settings.num_bins // 16
    edges = cell_edges_hz(settings, 16, stride)
    frequencies = np.arange(settings.n_fft // 2 + 1) * 16000 / settings.n_fft
    cells = np.zeros((2, 16), bool)
    cells[0, 2], cells[1, 15] = True, True
    mask = transform_mask(cells, settings, 4, stride, frames=7)
    assert mask.shape == (7, settings.n_fft // 2 + 1)
    inside = (frequencies >= edges[2]) & (frequencies < edges[3])
    np.testing.assert_array_equal(mask[:4], [inside] * 4)
    np.testing.assert_array_equal(mask[4:], [frequencies >= edges[15]] * 3)


def _bin_mask(region, frames):
    """Mask of cells of one frame and one bin."""
    return cell_mask(region, SETTINGS, frames, SETTINGS.num_bins, 1, 1)
