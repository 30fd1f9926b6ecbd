"""Doing again what a session holds, from its sound to one of its takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.edit.mix import mixed
from edge_runtime.edit.result import Edit
from edge_runtime.errors import SessionError
from edge_runtime.page.answer import Refusal
from edge_runtime.page.carry_out import carry_out
from edge_runtime.page.session_file import Session, SessionStep, TakePlace
from edge_runtime.page.worker import Worker


@dataclass(frozen=True, eq=False)
class Replayed:
    """One step that was done again.

    Attributes:
        step: What the session says of it.
        seed: Of the take.
        mix: How much of the edit there is, in [0, 1].
        edit: What the edit did.
        audio_file: The sound after it.
    """

    step: SessionStep
    seed: int
    mix: float
    edit: Edit
    audio_file: AudioFile


def replay(
    session: Session,
    take: TakePlace | None,
    sound: AudioFile,
    workers: Mapping[str, Worker],
) -> Iterator[Replayed]:
    """Do the steps to a take again, with the samples that the page has made.

    Args:
        session: What the file holds.
        take: Where to arrive, such as `session.result`.
        sound: Where to begin: the session's own sound, or another one.
        workers: Models by name, all that the steps need.

    Yields:
        Each step once it is done.

    Raises:
        SessionError: If a step does not fit the sound.
        UserError: If a model or a combination of options cannot be used.
    """
    for number, (place, step) in enumerate(session.line(take), 1):
        request = step.requests[place.take]
        second = None if step.second is None else session.seconds[step.second]
        try:
            edit = carry_out(workers[step.model], request, sound, second)
        except Refusal as refusal:
            raise SessionError(f"Step {number}, {step.label}: {refusal}") from refusal
        sound = mixed(sound, edit.audio_file, place.mix)
        yield Replayed(step, request.seed, place.mix, edit, sound)
