"""Codemap effects on sound, through the same path as inpainting."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.edit.result import Edit
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
    snap: bool = False,
    above: bool = True,
    texture: float = 1.0,
) -> Edit:
    """Apply a codemap effect to a region of a sound (paper, section 5.1).

    Only cells whose code or vector the effect changes are regenerated; samples they do
    not reach stay bit-identical, so strength 0 gives the input back.

    Args:
        inpainter: Model to run.
        audio_file: Sound of any rate and number of channels.
        region: Box the effect is confined to, or the cells themselves, bool of shape
            `(map_frames, map_bins)`.
        call: The effect and what it is told; its seed is that of the phase
            `"griffin_lim"` too.
        phase: As for `Inpainter.inpaint`. Defaults to `"continued"`.
        second: Sound to mix in, for effects that need one: all its channels together,
            cut, or followed by silence, to fit. Defaults to `None`.
        snap: As for `Inpainter.inpaint`. Defaults to `False`.
        above: As for `Inpainter.inpaint`. Defaults to `True`.
        texture: As for `Inpainter.inpaint`. Defaults to `1.0`.

    Returns:
        The edit.

    Raises:
        ValueError: If the effect needs a second sound and there is none.
        BundleError: If the model does not fit its description, or cannot decode vectors
            and the effect changes them.
    """
    silence: NDArray[np.int32] | None = None
    other: NDArray[np.int32] | None = None
    if second is not None or call.effect.needs_silence:
        silence = _codemap_of_silence(inpainter, audio_file)
    if second is not None and silence is not None:
        held = inpainter.codemap_of(second)[: len(silence)]
        other = np.concatenate([held, silence[len(held) :]])

    def change(
        codemap: NDArray[np.int32], cells: NDArray[np.bool_]
    ) -> NDArray[np.int32] | NDArray[np.float32]:
        return apply_effect(
            call,
            codemap,
            inpainter.bundle.codebook,
            mask=cells,
            other=other,
            silence=silence,
        )

    level = "kept" if call.effect.keeps_level else "fitted"
    if call.effect.needs_silence:
        level = "silent"
    return inpainter.transform(
        audio_file,
        region,
        change,
        phase=phase,
        seed=call.seed,
        snap=snap,
        above=above,
        texture=texture,
        level=level,
    )


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
    return inpainter.codemap_of(silent)
