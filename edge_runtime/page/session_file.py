"""The file of a session of the page: a sound, and all that was done with it.

JSON. `static/keep/session_file.js` writes it and reads it too.

| field | what |
|---|---|
| `format`, `version` | `"vqkeras-session"`, `1` |
| `sound` | `name`; `wav`, the file in base64; `crc32` of its samples as stored |
| `passage` | where a longer file has it: `first_sample`, `samples`, samples `of` that |
| `seconds` | sounds that were mixed in, likewise |
| `models` | SHA-256 of each model's file, by name |
| `steps` | below |
| `result`, `result_crc32` | the take that is the result; of its samples |
| `kept` | takes with a `name` |
| `inputs`, `selection` | for the page alone |

A step has a `label`, its `model`, `edit` (as `POST /api/edit` takes it, `cells` of a
painted mask included, without a seed), `seeds` (one a take), `from` (the take it
changes) and, where it mixes, `second` (place in `seconds`). A take is
`{"step": 0, "take": 1, "mix": 0.8}`: places in `steps` and in their `seeds`, and how
much of the edit there is; `null` is the sound itself.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.audio.usable_samples import fault_of_samples
from edge_runtime.audio.wav import encoded, parse_wav
from edge_runtime.errors import AudioError, SessionError
from edge_runtime.input_file import read_at_most, read_json
from edge_runtime.page.answer import Refusal
from edge_runtime.page.edit_request import EditRequest, parse_edit

FORMAT = "vqkeras-session"
VERSION = 1
# Five sounds of 32 MiB, four of them mixed in, are 213 MiB in base64; the rest is for
# steps and masks.
LARGEST_SESSION = 256 << 20
# Values, of painted masks most of all.
_MOST_PARTS = 1 << 22


@dataclass(frozen=True)
class TakePlace:
    """A take of a session.

    Attributes:
        step: Place of its step.
        take: Place among the step's takes.
        mix: How much of the edit there is, in [0, 1].
    """

    step: int
    take: int
    mix: float


@dataclass(frozen=True, eq=False)
class SessionStep:
    """One edit, with as many takes as seeds.

    Attributes:
        label: What it is called for people.
        model: Name of the model.
        requests: One a take.
        start: The take it changes; `None`: the sound itself.
        second: Place of the sound that it mixes in; `None`: it mixes in none.
    """

    label: str
    model: str
    requests: tuple[EditRequest, ...]
    start: TakePlace | None
    second: int | None


@dataclass(frozen=True, eq=False)
class Session:
    """What a file holds.

    Attributes:
        name: Of the sound.
        sound: The sound; `None` if the file does not hold it.
        crc32: Of its samples, as `crc32_of`; `None` if the file does not say.
        passage: First sample and length of the sound in a longer file, and the length
            of that; `None`: it is a whole file.
        seconds: Sounds that are mixed in.
        models: SHA-256 of each model's file, by name.
        steps: In the order they were made.
        result: The take that is the result; `None`: the sound itself.
        result_crc32: Of its samples, as `crc32_of`.
        kept: Takes by the names they were kept under.
    """

    name: str
    sound: AudioFile | None
    crc32: str | None
    passage: tuple[int, int, int] | None
    seconds: tuple[AudioFile, ...]
    models: dict[str, str]
    steps: tuple[SessionStep, ...]
    result: TakePlace | None
    result_crc32: str | None
    kept: dict[str, TakePlace | None]

    def line(self, take: TakePlace | None) -> list[tuple[TakePlace, SessionStep]]:
        """The takes from the sound to one of them, each with its step."""
        places: list[tuple[TakePlace, SessionStep]] = []
        while take is not None:
            step = self.steps[take.step]
            places.append((take, step))
            take = step.start
        return places[::-1]


def crc32_of(sound: AudioFile) -> str:
    """CRC-32 of the samples as a WAV file stores them, 8 hexadecimal digits."""
    return f"{zlib.crc32(encoded(sound.samples, sound.subtype)):08x}"


def read_session(path: Path) -> Session:
    """Read a session and check all of it.

    Args:
        path: File that the page saved.

    Raises:
        SessionError: If it is missing, something else, damaged, or of a later version.
    """
    try:
        content = read_at_most(path, LARGEST_SESSION)
    except OSError as error:
        raise SessionError(f"Cannot read {path}: {error.strerror or error}.") from error
    try:
        fields = read_json(content, _MOST_PARTS)
    except (ValueError, RecursionError) as error:
        raise SessionError(
            f"{path} is no session of the page, or was cut ({error}). Save it again."
        ) from error
    if not isinstance(fields, dict) or fields.get("format") != FORMAT:
        raise SessionError(f"{path} is JSON, but no session that the page saved.")
    if fields.get("version") != VERSION:
        raise SessionError(
            f"{path} has version {str(fields.get('version'))[:20]}; this program reads "
            f"{VERSION}. Update the program."
        )
    try:
        return _session(fields)
    except SessionError as error:
        raise SessionError(f"{path} is damaged: {error}") from error
    except Refusal as refusal:
        raise SessionError(f"{path} cannot be used: {refusal}") from refusal
    except (
        LookupError,
        TypeError,
        ValueError,
        ArithmeticError,
        AttributeError,
    ) as error:
        what = f"{type(error).__name__}: {error}"
        raise SessionError(f"{path} is damaged: {what}. Save it again.") from error


def _session(fields: dict[str, Any]) -> Session:
    steps = tuple(_steps(fields["steps"], len(fields.get("seconds", []))))
    name, sound = _sound(fields["sound"])
    seconds = [_sound(part) for part in fields.get("seconds", [])]
    missing = [second for second, held in seconds if held is None]
    if missing:
        raise SessionError(f"it does not hold the second sound {missing[0]!r}.")
    models = {str(name): str(value) for name, value in fields["models"].items()}
    for step in steps:
        if step.model not in models:
            raise SessionError(f"it does not say which {step.model!r} it means.")
    own, crc32 = fields["sound"].get("crc32"), fields.get("result_crc32")
    return Session(
        name,
        sound,
        None if own is None else str(own),
        _passage(fields.get("passage")),
        tuple(held for _, held in seconds if held is not None),
        models,
        steps,
        _place(fields["result"], steps),
        None if crc32 is None else str(crc32),
        {str(kept["name"]): _place(kept, steps) for kept in fields.get("kept", [])},
    )


def _passage(part: dict[str, Any] | None) -> tuple[int, int, int] | None:
    if part is None:
        return None
    first, samples, of = (
        int(part["first_sample"]),
        int(part["samples"]),
        int(part["of"]),
    )
    if not 0 <= first < first + samples <= of:
        raise SessionError(f"there is no passage {first} + {samples} in {of} samples.")
    return first, samples, of


def _steps(parts: list[dict[str, Any]], seconds: int) -> Iterator[SessionStep]:
    done: list[SessionStep] = []
    for part in parts:
        edit, seeds = dict(part["edit"]), list(part["seeds"])
        requests = tuple(
            parse_edit(json.dumps({**edit, "seed": seed}).encode()) for seed in seeds
        )
        second = part.get("second")
        if second is not None and not 0 <= int(second) < seconds:
            raise SessionError(f"a step mixes in sound {second}, which is not there.")
        step = SessionStep(
            str(part["label"]),
            str(part["model"]),
            requests,
            _place(part["from"], tuple(done)),
            None if second is None else int(second),
        )
        done.append(step)
        yield step


def _place(
    part: dict[str, Any] | None, steps: tuple[SessionStep, ...]
) -> TakePlace | None:
    """A take of one of these steps, so that none comes from a later one."""
    if part is None or part.get("step") is None:
        return None
    step, take, mix = int(part["step"]), int(part["take"]), float(part["mix"])
    if not 0 <= step < len(steps) or not 0 <= take < len(steps[step].requests):
        raise SessionError(f"there is no take {take} of a step {step} at that place.")
    if not 0.0 <= mix <= 1.0:
        raise SessionError(f"a mix must be from 0 to 1. Received: {mix:g}.")
    return TakePlace(step, take, mix)


def _sound(part: dict[str, Any]) -> tuple[str, AudioFile | None]:
    name = str(part["name"])
    if part.get("wav") is None:
        return name, None
    try:
        stored = parse_wav(base64.b64decode(part["wav"], validate=True))
    except (binascii.Error, AudioError) as error:
        raise SessionError(f"its sound {name!r} cannot be read: {error}.") from error
    fault = fault_of_samples(stored) if stored.samples.size else "it has no samples"
    if fault is not None:
        raise SessionError(f"its sound {name!r} cannot be used: {fault}.")
    sound = AudioFile(
        stored.samples, stored.sample_rate, stored.subtype, stored.attachments
    )
    if crc32_of(sound) != part["crc32"]:
        raise SessionError(f"the samples of its sound {name!r} have changed.")
    return name, sound
