"""`POST /api/sounds`: a sound that is sent once, to be edited by its name."""

from __future__ import annotations

from edge_runtime.page.answer import Answer, Refusal, json_answer
from edge_runtime.page.kept_sounds import KeptSounds
from edge_runtime.page.limits import Limits
from edge_runtime.page.multipart import parse_multipart
from edge_runtime.page.sound_upload import sound_from
from edge_runtime.page.worker import Worker


def answer_sound(
    worker: Worker, content_type: str, body: bytes, limits: Limits, kept: KeptSounds
) -> Answer:
    """Keep a sound.

    Args:
        worker: Model that will edit it.
        content_type: Header `Content-Type` of the request.
        body: Form with the part `sound` (WAV).
        limits: Bounds on the sound.
        kept: Where it is kept.

    Returns:
        JSON with `id`, the name to edit it by; `duration_s`, `sample_rate`, `channels`
        and `subtype`.

    Raises:
        Refusal: If the form or the sound cannot be used.
    """
    parts = parse_multipart(content_type, body)
    if set(parts) != {"sound"}:
        raise Refusal(422, "The form must have one part, called 'sound'.")
    sound = sound_from(
        parts["sound"],
        "sound",
        sound_s=limits.sound_s,
        model_rate=worker.bundle.settings.sample_rate,
        most_samples=limits.samples,
    )
    return json_answer(
        {
            "id": kept.keep(sound),
            "duration_s": sound.duration,
            "sample_rate": sound.sample_rate,
            "channels": sound.samples.shape[1],
            "subtype": sound.subtype,
        }
    )
