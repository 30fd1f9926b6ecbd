"""What writes files, each with an older file that must not be lost."""

import contextlib
import io
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import numpy as np

from edge_runtime.__main__ import main
from edge_runtime.audio.audio_file import AudioFile, write_audio
from edge_runtime.bundle.bundle_file import write_bundle
from edge_runtime.bundle.shipped import load_model
from edge_runtime.commands.program import run_program
from edge_runtime.page import entrance

MODEL = ["--model", "nsynth_live"]


@dataclass(frozen=True)
class Writer:
    """One way to write.

    Attributes:
        name: Of the file.
        write: Writes that file in a folder; gives an exit code.
        before: What was there, `None` if nothing was.
        content: What must be the same of a new file. Defaults to all of it.
    """

    name: str
    write: Callable[[Path], int]
    before: bytes | None = b"what was there before"
    content: Callable[[bytes], bytes] = bytes


def noise() -> AudioFile:
    """Half a second."""
    samples = np.random.default_rng(0).integers(-9000, 9000, (8000, 1))
    return AudioFile(samples.astype(np.int16), 16000, "PCM_16")


def make_sound(folder: Path) -> Path:
    """A sound to edit, beside the folder."""
    path = folder.parent / "in.wav"
    if not path.exists():
        write_audio(path, noise())
    return path


def command(name: str, *options: str) -> Writer:
    """A command of the device that writes a file."""
    verb, *rest = options

    def write(folder: Path) -> int:
        given = [str(make_sound(folder)), "-o", str(folder / name), "--force"]
        return main([verb, *given, *rest, *MODEL])

    return Writer(name, write)


def as_program(run: Callable[[], object]) -> int:
    """Exit code of a function, as a command would have it."""

    def done(given: list[str]) -> int:
        run()
        return 0

    return run_program(done, [])


def write_token(folder: Path) -> int:
    """A token, always the same one."""
    with mock.patch.object(entrance, "new_token", lambda: 22 * "a"):
        return as_program(lambda: entrance.kept_token(folder / "token"))


def sound(name: str) -> Writer:
    """A sound of the format that its name says."""

    def write(folder: Path) -> int:
        path = folder / name
        return as_program(lambda: write_audio(path, noise(), force=True))

    return Writer(name, write)


WRITERS = {
    "wav": sound("out.wav"),
    "flac": sound("out.flac"),
    "aiff": sound("out.aiff"),
    "edit": command("out.wav", "inpaint", "--time", "0.1:0.3"),
    "codes": command("out.vqc", "encode"),
    "bundle": Writer(
        "out.tflite",
        lambda folder: as_program(
            lambda: write_bundle(
                folder / "out.tflite", load_model("nsynth_live"), force=True
            )
        ),
    ),
    "token": Writer("token", write_token, None),
}


def written(writer: Writer, folder: Path) -> tuple[int, str]:
    """Exit code, and what was said on standard error."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        try:
            code = writer.write(folder)
        except Exception:
            return 1, traceback.format_exc()
    return code, said.getvalue()
