import numpy as np
import pytest

from edge_runtime.spectrogram.region import Region
from edge_runtime.spectrogram.settings import SpectrogramSettings
from export.demo.plots import before_after_figure

SETTINGS = SpectrogramSettings(sample_rate=8000, n_fft=64, hop_length=16)
BOX = Region(0.02, 0.05, 500.0, 2000.0)


@pytest.fixture
def figure():
    before = np.linspace(-80, 0, 40 * 32, dtype=np.float32).reshape(40, 32)
    mask = np.zeros(before.shape, bool)
    mask[10:25, 4:16] = True
    after = np.where(mask, np.float32(-30), before)
    return before_after_figure(
        before, after, mask=mask, box=BOX, settings=SETTINGS, title="A note"
    )


def test_panels_show_original_hole_and_result(figure):
    original, hidden, result = (axis.images[0].get_array() for axis in figure.axes[:3])
    assert original.shape == (32, 40)  # frequency upwards, time to the right
    assert hidden.mask[4:16, 10:25].all()
    assert hidden.mask.sum() == 15 * 12
    assert (result[4:16, 10:25] == -30).all()


def test_axes_are_in_seconds_and_kilohertz(figure):
    axis = figure.axes[0]
    left, right, bottom, top = axis.images[0].get_extent()
    assert (left, right) == pytest.approx((-0.001, 0.079))  # 40 frames of 2 ms
    assert (bottom, top) == pytest.approx((-0.0625, 3.9375))  # 32 bins of 125 Hz
    assert axis.get_xlabel() == "Time (s)"
    assert axis.get_ylabel() == "Frequency (kHz)"
    assert figure.axes[-1].get_ylabel() == "Level (dB re full scale)"


def test_every_panel_outlines_the_box(figure):
    for axis in figure.axes[:3]:
        (outline,) = axis.patches
        assert outline.get_xy() == pytest.approx((0.02, 0.5))
        assert outline.get_width() == pytest.approx(0.03)
        assert outline.get_height() == pytest.approx(1.5)


def test_colours_span_floor_to_full_scale(figure):
    for axis in figure.axes[:3]:
        assert axis.images[0].get_clim() == (-80.0, 0.0)


def test_is_written_as_png(figure, tmp_path):
    figure.savefig(tmp_path / "edit.png")
    assert (tmp_path / "edit.png").read_bytes()[1:4] == b"PNG"
