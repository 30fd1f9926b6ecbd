"""Another version of a loop: some of its cells regenerated, its ends still joined."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.errors import UsageError
from edge_runtime.live.parameters import LiveParameters
from edge_runtime.priors.prior import Prior
from edge_runtime.spectrogram.region import Region
from edge_runtime.spectrogram.region_masks import cell_mask

# Cells of the loop's other end that the model sees before and after it.
_CONTEXT = 8


def regenerate_loop(
    loop: NDArray[np.float32],
    inpainter: Inpainter,
    prior: Prior,
    parameters: LiveParameters,
    *,
    phase: str = "continued",
) -> NDArray[np.float32]:
    """Regenerate a share of the cells of a loop, which wraps around in time.

    Args:
        loop: Float array of shape `(samples, channels)`, at the model's sample rate.
        inpainter: The effect.
        prior: What predicts the hidden codes.
        parameters: Density, band and seed of the cells, and texture.
        phase: As for `Inpainter.inpaint`. Defaults to `"continued"`.

    Returns:
        Float32 array of the same shape. What follows its last sample is its first.

    Raises:
        UsageError: If the loop is shorter than a cell.
    """
    bundle = inpainter.bundle
    settings = bundle.settings
    cell = bundle.time_stride * settings.hop_length
    columns = len(loop) // cell
    if not columns:
        raise UsageError(
            f"The loop has {len(loop)} samples; a cell of this model has {cell}. "
            "Record a longer one."
        )
    margin = _CONTEXT * cell
    numbers = np.arange(-margin, len(loop) + margin) % len(loop)
    wrapped = AudioFile(loop[numbers], settings.sample_rate, "FLOAT")
    frames = len(numbers) // settings.hop_length + 1
    map_frames = -(-frames // bundle.time_stride)
    map_bins = settings.num_bins // bundle.freq_stride
    nyquist = settings.sample_rate / 2
    # The first frame of a cell is centred on its first sample: half a hop before it.
    begin = (margin - settings.hop_length // 2) / settings.sample_rate
    region = Region(
        begin,
        begin + columns * cell / settings.sample_rate,
        parameters.low_hz,
        min(parameters.high_hz, nyquist),
    )
    strides = bundle.time_stride, bundle.freq_stride
    band = cell_mask(region, settings, map_frames, map_bins, *strides)
    draws = np.random.default_rng(parameters.seed).random(band.shape)

    def fill(codemap: NDArray[np.int32], cells: NDArray[np.bool_]) -> NDArray[np.int32]:
        return prior.fill(codemap, cells, seed=parameters.seed)

    edit = inpainter.transform(
        wrapped,
        band & (draws < parameters.density),
        fill,
        phase=phase,
        seed=parameters.seed,
        texture=parameters.texture,
    )
    # What an edit changes beyond the loop's ends belongs to its other end.
    change = edit.audio_file.samples - wrapped.samples
    version = loop.astype(np.float32)
    np.add.at(version, numbers, change)
    return version
