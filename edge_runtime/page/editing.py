"""`POST /api/edit`: a sound and what to do with it in, the edited sound out."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.audio.wav import StoredAudio, wav_bytes
from edge_runtime.edit.result import Edit
from edge_runtime.edit.transform import transform_sound
from edge_runtime.page.answer import Answer, Refusal
from edge_runtime.page.edit_request import INPAINT, EditRequest, parse_edit
from edge_runtime.page.kept_sounds import KeptSounds
from edge_runtime.page.limits import Limits
from edge_runtime.page.multipart import parse_multipart
from edge_runtime.page.sound_upload import sound_from
from edge_runtime.page.worker import Worker
from edge_runtime.phase.choice import check_phase
from edge_runtime.priors.choice import PriorChoice, make_prior
from edge_runtime.spectrogram.region import Region, check_heard

REPORT_HEADER = "Edit-Report"


def answer_edit(
    worker: Worker, content_type: str, body: bytes, limits: Limits, kept: KeptSounds
) -> Answer:
    """Edit a sound.

    Args:
        worker: Model to run.
        content_type: Header `Content-Type` of the request.
        body: Form with the parts `sound` (WAV) or `sound_id` (a name of a kept one),
            `edit` (JSON, see `parse_edit`) and, for effects that mix, `second` (WAV);
            `model` names another model than the first.
        limits: Bounds on the sounds.
        kept: Sounds sent before.

    Returns:
        WAV of the same rate, channels, subtype and length; of a kept sound only the
        samples from the first to the last that has changed. The header `Edit-Report`
        holds JSON: tool, seed, seconds and what `Edit.report` says; for a kept sound
        also `first_sample`, where those samples belong, and `id`, the name by which the
        result is kept.

    Raises:
        Refusal: If the form, a sound or a field cannot be used.
        UserError: If the model or a combination of options cannot.
    """
    parts = parse_multipart(content_type, body)
    if ("sound" in parts) == ("sound_id" in parts):
        raise Refusal(422, "The form must have a part 'sound', or else 'sound_id'.")
    if "edit" not in parts:
        raise Refusal(422, "The form has no part called 'edit'.")
    unknown = sorted(set(parts) - {"sound", "sound_id", "edit", "second", "model"})
    if unknown:
        raise Refusal(422, f"The form has an unknown part called {unknown[0]!r}.")
    if "model" in parts:
        worker = worker.of(parts["model"].decode("utf-8", "replace"))
    request = parse_edit(parts["edit"])
    check_phase(request.phase, worker.bundle.settings)
    sounds = {
        name: sound_from(
            parts[name],
            name,
            sound_s=limits.sound_s,
            model_rate=worker.bundle.settings.sample_rate,
            most_samples=limits.samples,
        )
        for name in ("sound", "second")
        if name in parts
    }
    if "sound_id" in parts:
        sounds["sound"] = kept.get(parts["sound_id"].decode("utf-8", "replace"))
    edit = _edit(worker, request, sounds["sound"], sounds.get("second"))
    report: dict[str, Any] = {
        "tool": request.name,
        "seed": request.seed,
        **edit.report(),
        "seconds": {name: round(s, 4) for name, s in edit.seconds.items()},
    }
    answered: StoredAudio = edit.audio_file
    if "sound_id" in parts:
        first, answered = _changed_part(sounds["sound"], edit.audio_file)
        report |= {"first_sample": first, "id": kept.keep(edit.audio_file)}
    headers = {REPORT_HEADER: json.dumps(report, allow_nan=False)}
    return Answer(wav_bytes(answered), "audio/wav", headers=headers)


def _changed_part(before: AudioFile, after: AudioFile) -> tuple[int, AudioFile]:
    """First sample that differs, and the samples from it to the last that does."""
    different = np.flatnonzero((before.samples != after.samples).any(axis=1))
    first, end = (
        (int(different[0]), int(different[-1]) + 1) if len(different) else (0, 0)
    )
    return first, replace(after, samples=after.samples[first:end], mapped=None)


def _edit(
    worker: Worker, request: EditRequest, sound: AudioFile, second: AudioFile | None
) -> Edit:
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
