"""`POST /api/sounds`: a sound that is sent once, to be edited by its name."""

from __future__ import annotations

from edge_runtime.page.answer import Answer, Refusal, json_answer
from edge_runtime.page.kept_sounds import KeptSounds
from edge_runtime.page.limits import Limits
from edge_runtime.page.multipart import parse_multipart
from edge_runtime.page.sound_upload import sound_from
from edge_runtime.page.worker import Worker

_PATCH = {"sound_id", "patch", "first_sample"}


def answer_sound(
    worker: Worker, content_type: str, body: bytes, limits: Limits, kept: KeptSounds
) -> Answer:
    """Keep a sound.

    Args:
        worker: Model that will edit it.
        content_type: Header `Content-Type` of the request.
        body: Form with the part `sound` (WAV); or, of a kept sound that has changed,
            `sound_id` (its name), `patch` (WAV of the same kind) and `first_sample`
            (where the samples of that belong).
        limits: Bounds on the sound.
        kept: Where it is kept.

    Returns:
        JSON with `id`, the name to edit it by; of a whole sound also `duration_s`,
        `sample_rate`, `channels` and `subtype`.

    Raises:
        Refusal: If the form or the sound cannot be used.
    """
    parts = parse_multipart(content_type, body)
    if set(parts) not in ({"sound"}, _PATCH):
        raise Refusal(
            422,
            "The form must have one part, called 'sound', or these: "
            f"{', '.join(sorted(_PATCH))}.",
        )
    name = "sound" if "sound" in parts else "patch"
    sound = sound_from(
        parts[name],
        name,
        sound_s=limits.sound_s,
        model_rate=worker.bundle.settings.sample_rate,
        most_samples=limits.samples,
    )
    if name == "patch":
        base = parts["sound_id"].decode("utf-8", "replace")
        first = parts["first_sample"].decode("ascii", "replace")
        if not first.isascii() or not first.isdecimal() or len(first) > 12:
            raise Refusal(422, "first_sample must be a whole number, 0 or more.")
        return json_answer({"id": kept.keep_changed(base, int(first), sound)})
    return json_answer(
        {
            "id": kept.keep(sound),
            "duration_s": sound.duration,
            "sample_rate": sound.sample_rate,
            "channels": sound.samples.shape[1],
            "subtype": sound.subtype,
        }
    )
