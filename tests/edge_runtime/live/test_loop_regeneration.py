import numpy as np
import pytest

from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.errors import UsageError
from edge_runtime.live.loop_regeneration import regenerate_loop
from edge_runtime.live.parameters import LiveParameters
from edge_runtime.priors.marginal import MarginalPrior


@pytest.fixture
def regenerate(level_bundle, level_codec):
    inpainter = Inpainter(level_bundle, engine=level_codec)
    # Soft codes: loud ones would clip, and the distortion would leave every band.
    soft = np.where(np.arange(16) < 9, 1, 0)
    prior = MarginalPrior(soft, predict="sample")

    def run(loop, **parameters):
        return regenerate_loop(loop, inpainter, prior, LiveParameters(**parameters))

    return run


@pytest.fixture(scope="module")
def loop():
    """Whole periods of two tones, so that the loop closes by itself: 2,000 samples."""
    time = np.arange(2000) / 8000
    tones = [0.3 * np.sin(2 * np.pi * hz * time) for hz in (440, 1000)]
    return np.stack(tones, axis=1).astype(np.float32)


def test_changes_the_loop_and_repeats_with_the_seed(regenerate, loop):
    version = regenerate(loop, density=0.5, seed=3)
    assert version.shape == loop.shape and version.dtype == np.float32
    assert np.abs(version - loop).max() > 0.01
    assert np.array_equal(version, regenerate(loop, density=0.5, seed=3))
    assert not np.array_equal(version, regenerate(loop, density=0.5, seed=4))


def test_the_ends_still_join(regenerate, loop):
    for seed in range(3):
        version = regenerate(loop, density=1.0, seed=seed)
        around = np.concatenate([version, version])
        seam = np.abs(np.diff(around[1990:2010], axis=0)).max()
        assert seam <= 1.05 * np.abs(np.diff(version, axis=0)).max()


def test_no_cells_no_change(regenerate, loop):
    assert np.array_equal(regenerate(loop, density=0.0), loop)


def test_the_band_confines_the_change(regenerate, loop):
    loop = loop.copy()
    loop[1000] += 1.0  # so that what is new may jump as far, and no guard bends it
    version = regenerate(loop, density=1.0, low_hz=2500.0, high_hz=3000.0)
    change = np.abs(np.fft.rfft(version - loop, axis=0)).max(axis=1)
    hz = np.fft.rfftfreq(2000, 1 / 8000)
    assert change[(hz < 2000) | (hz > 3600)].max() < 0.05 * change.max()


def test_a_loop_shorter_than_a_cell_is_refused(regenerate, loop):
    with pytest.raises(UsageError, match="255 samples; a cell of this model has 256"):
        regenerate(loop[:255])
