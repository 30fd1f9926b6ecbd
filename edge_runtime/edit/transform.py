"""Codemap effects on sound, through the same path as inpainting."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.edit.inpainter import Edit, Inpainter
from edge_runtime.effects.table import EffectCall, apply_effect
from edge_runtime.spectrogram.region import Region


def transform_sound(
    inpainter: Inpainter,
    audio_file: AudioFile,
    region: Region | NDArray[np.bool_],
    call: EffectCall,
    *,
    phase: str = "continued",
    second: AudioFile | None = None,
) -> Edit:
    """Apply a codemap effect to a region of a sound (paper, section 5.1).

    Only cells whose code or vector the effect changes are regenerated; samples they do
    not reach stay bit-identical, so strength 0 gives the input back.

    Args:
        inpainter: Model to run.
        audio_file: Sound of any rate and number of channels.
        region: Box the effect is confined to, which snaps outwards to whole cells; or
            the cells themselves, bool of shape `(map_frames, map_bins)`.
        call: The effect and what it is told; its seed is that of the phase
            `"griffin_lim"` too.
        phase: As for `Inpainter.inpaint`. Defaults to `"continued"`.
        second: Sound to mix in, for effects that need one. Its channels are repeated,
            it is cut, or followed by silence, to fit. Defaults to `None`.

    Returns:
        The edit.

    Raises:
        ValueError: If the effect needs a second sound and there is none.
        BundleError: If the model does not fit its description, or cannot decode vectors
            and the effect changes them.
    """
    channels = audio_file.samples.shape[1]
    silence: NDArray[np.int32] | None = None
    others: list[NDArray[np.int32] | None] = [None] * channels
    if second is not None or call.effect.needs_silence:
        silence = _codemap_of_silence(inpainter, audio_file)
    if second is not None and silence is not None:
        others = _fitted(inpainter.codemaps_of(second), silence, channels)

    def change(
        codemap: NDArray[np.int32], cells: NDArray[np.bool_], channel: int
    ) -> NDArray[np.int32] | NDArray[np.float32]:
        return apply_effect(
            call,
            codemap,
            inpainter.bundle.codebook,
            mask=cells,
            other=others[channel],
            silence=silence,
        )

    return inpainter.transform(audio_file, region, change, phase=phase, seed=call.seed)


def _codemap_of_silence(
    inpainter: Inpainter, audio_file: AudioFile
) -> NDArray[np.int32]:
    """How the model encodes silence of the same length: not one code everywhere."""
    silent = replace(
        audio_file,
        samples=np.broadcast_to(np.float32(0.0), (len(audio_file.samples), 1)),
        subtype="FLOAT",
        mapped=None,
    )
    codemap: NDArray[np.int32] = inpainter.codemaps_of(silent)[0]
    return codemap


def _fitted(
    codemaps: NDArray[np.int32], silence: NDArray[np.int32], channels: int
) -> list[NDArray[np.int32] | None]:
    """Codemaps of the second sound, one per channel, as long as the first sound."""
    held = codemaps[:, : len(silence)]
    return [
        np.concatenate([held[channel % len(held)], silence[held.shape[1] :]])
        for channel in range(channels)
    ]
