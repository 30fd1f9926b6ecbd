"""`POST /api/edit`: a sound and what to do with it in, the edited sound out."""

from __future__ import annotations

import json
from typing import Any

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.audio.wav import StoredAudio, wav_bytes
from edge_runtime.edit.result import Edit
from edge_runtime.page.answer import Answer, Refusal
from edge_runtime.page.carry_out import carry_out
from edge_runtime.page.edit_request import parse_edit
from edge_runtime.page.kept_sounds import KeptSounds
from edge_runtime.page.limits import Limits
from edge_runtime.page.multipart import parse_multipart
from edge_runtime.page.sound_upload import sound_from
from edge_runtime.page.worker import Worker

REPORT_HEADER = "Edit-Report"
_PARTS = {"sound", "sound_id", "edit", "second", "second_id", "model"}


def answer_edit(
    worker: Worker, content_type: str, body: bytes, limits: Limits, kept: KeptSounds
) -> Answer:
    """Edit a sound.

    Args:
        worker: Model to run.
        content_type: Header `Content-Type` of the request.
        body: Form with the parts `sound` (WAV) or `sound_id` (a name of a kept one),
            `edit` (JSON, see `parse_edit`) and, for effects that mix, `second` or
            `second_id` likewise; `model` names another model than the first.
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
    if "second" in parts and "second_id" in parts:
        raise Refusal(422, "The form must not have both 'second' and 'second_id'.")
    if "edit" not in parts:
        raise Refusal(422, "The form has no part called 'edit'.")
    unknown = sorted(set(parts) - _PARTS)
    if unknown:
        raise Refusal(422, f"The form has an unknown part called {unknown[0]!r}.")
    if "model" in parts:
        worker = worker.of(parts["model"].decode("utf-8", "replace"))
    request = parse_edit(parts["edit"])
    sounds: dict[str, AudioFile] = {
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
    ids = {
        name: parts[f"{name}_id"].decode("utf-8", "replace")
        for name in ("sound", "second")
        if f"{name}_id" in parts
    }
    sounds |= {name: kept.get(known) for name, known in ids.items()}
    edit = carry_out(worker, request, sounds["sound"], sounds.get("second"))
    report: dict[str, Any] = {
        "tool": request.name,
        "seed": request.seed,
        **edit.report(),
        "seconds": {name: round(s, 4) for name, s in edit.seconds.items()},
    }
    answered: StoredAudio
    if "sound" in ids:
        first, answered = _changed_part(edit)
        report["first_sample"] = first
        try:
            report["id"] = kept.keep_changed(ids["sound"], first, answered)
        except Refusal:  # it went while it was edited
            report["id"] = kept.keep(edit.audio_file)
    else:
        answered = edit.audio_file
    headers = {REPORT_HEADER: json.dumps(report, allow_nan=False)}
    return Answer(wav_bytes(answered), "audio/wav", headers=headers)


def _changed_part(edit: Edit) -> tuple[int, AudioFile]:
    """First sample that differs, and the samples from it to the last that does."""
    first, end = 0, 0
    if edit.changed is not None:
        times = edit.changed.start_s, edit.changed.end_s
        first, end = (round(time * edit.sound.sample_rate) for time in times)
    return first, edit.sound.part(first, end)
