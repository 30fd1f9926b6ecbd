"""Doing what a request asks for: the same for the server and for saved sessions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.edit.result import Edit
from edge_runtime.edit.transform import transform_sound
from edge_runtime.page.answer import Refusal
from edge_runtime.page.edit_request import INPAINT, EditRequest
from edge_runtime.page.worker import Worker
from edge_runtime.phase.choice import check_phase
from edge_runtime.priors.choice import PriorChoice, make_prior
from edge_runtime.spectrogram.region import Region, check_heard


def carry_out(
    worker: Worker, request: EditRequest, sound: AudioFile, second: AudioFile | None
) -> Edit:
    """Edit a sound.

    Args:
        worker: Model to run.
        request: What to do.
        sound: What to do it with.
        second: Sound to mix in, for effects that take one.

    Returns:
        The edit; the same arguments always give the same samples.

    Raises:
        Refusal: 422 if the request does not fit the sound.
        UserError: If the model or a combination of options cannot be used.
    """
    check_phase(request.phase, worker.bundle.settings)
    region = _region_within(worker, request.region, sound)
    tool = request.tool
    if isinstance(tool, PriorChoice):
        if second is not None:
            raise Refusal(422, f"{INPAINT} takes no second sound.")
        return worker.inpainter.inpaint(
            sound,
            region,
            prior=make_prior(worker.bundle, worker.engine, tool),
            phase=request.phase,
            seed=request.seed,
            snap=request.snap,
            above=not request.keep_above,
            texture=request.texture,
        )
    if tool.effect.needs_second and second is None:
        raise Refusal(422, f"{tool.name} needs a second sound: the part 'second'.")
    if second is not None and not tool.effect.needs_second:
        raise Refusal(422, f"{tool.name} takes no second sound.")
    return transform_sound(
        worker.inpainter,
        sound,
        region,
        tool,
        phase=request.phase,
        second=second,
        snap=request.snap,
        above=not request.keep_above,
        texture=request.texture,
    )


def _region_within(
    worker: Worker, region: Region | NDArray[np.bool_], sound: AudioFile
) -> Region | NDArray[np.bool_]:
    """The region, cut to the sound; refused where the model hears nothing."""
    if not isinstance(region, Region):
        shape = worker.map_shape(sound)
        if region.shape != shape:
            raise Refusal(
                422,
                f"This sound has {shape[0]} x {shape[1]} cells. "
                f"Received: {region.shape[0]} x {region.shape[1]}.",
            )
        return region
    nyquist = sound.sample_rate / 2
    _check_inside("time", region.start_s, sound.duration, "s")
    _check_inside("freq", region.low_hz, nyquist, "Hz")
    check_heard(region, worker.bundle.settings)
    return Region(
        region.start_s,
        min(region.end_s, sound.duration),
        region.low_hz,
        min(region.high_hz, nyquist),
    )


def _check_inside(name: str, start: float, limit: float, unit: str) -> None:
    if start >= limit:
        raise Refusal(
            422,
            f"{name} starts at {start:g} {unit}; this sound ends at {limit:g} {unit}.",
        )
