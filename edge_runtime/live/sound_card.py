"""A duplex stream of the sound card, through sounddevice and PortAudio."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import MissingDependencyError, UserError, how_to_install


class CardError(UserError):
    """A sound card that cannot be used, or no longer."""


def import_sounddevice() -> Any:
    """The module `sounddevice`.

    Raises:
        MissingDependencyError: If it or the PortAudio library is not installed.
    """
    try:
        import sounddevice
    except ImportError as error:
        raise MissingDependencyError(
            f"Live sound needs sounddevice. Install it with: {how_to_install('live')}"
        ) from error
    except OSError as error:
        raise MissingDependencyError(
            "Live sound needs the PortAudio library. Install it with: "
            "sudo apt install libportaudio2"
        ) from error
    return sounddevice


def device_of(text: str | None) -> int | str | None:
    """A device as sounddevice knows it: a number, part of a name, or the default."""
    return int(text) if text is not None and text.isdigit() else text


def own_rate(device: str | None) -> int | None:
    """The rate a card runs at when nobody asks for another, in Hz; that of JACK.

    Args:
        device: As for `duplex_stream`.

    Returns:
        The output's, or `None` where there is no such card yet.

    Raises:
        MissingDependencyError: If sounddevice or PortAudio is not installed.
    """
    sounddevice = import_sounddevice()
    try:
        found = sounddevice.query_devices(device_of(device), "output")
    except (sounddevice.PortAudioError, ValueError):
        return None
    return round(float(found["default_samplerate"]))


@dataclass
class CardState:
    """How a sound card is doing.

    Attributes:
        latency_s: Of the card, in and out, in s.
        blocks: Blocks that it took and gave so far.
        underflows: Blocks of output that came too late for it.
        overflows: Blocks of input that it lost.
        is_active: Whether it still runs, as far as it says so.
    """

    latency_s: float = 0.0
    blocks: int = 0
    underflows: int = 0
    overflows: int = 0
    is_active: Callable[[], bool] = field(default=lambda: True)

    def count(self, status: Any) -> None:
        """Count a block, and what PortAudio says was lost around it."""
        self.blocks += 1
        self.underflows += getattr(status, "output_underflow", False)
        self.overflows += getattr(status, "input_overflow", False)


@contextmanager
def duplex_stream(
    callback: Callable[[NDArray[np.float32], NDArray[np.float32]], None],
    *,
    device: str | None,
    sample_rate: int,
    channels: int,
    block: int,
    state: CardState | None = None,
) -> Iterator[CardState]:
    """Input and output of a sound card, running while the `with` block does.

    Args:
        callback: Takes a block `(samples, channels)` and fills a block.
        device: Number or part of the name of a device. `None` is the default one.
        sample_rate: In Hz.
        channels: Of input and output.
        block: Samples per block.
        state: Counts on. Defaults to a new one.

    Yields:
        How the card is doing.

    Raises:
        MissingDependencyError: If sounddevice or PortAudio is not installed.
        CardError: If there is no such device, or it cannot run like this.
    """
    sounddevice = import_sounddevice()
    counts = CardState() if state is None else state

    def copy(
        indata: NDArray[np.float32],
        outdata: NDArray[np.float32],
        frames: int,
        moment: Any,
        status: Any,
    ) -> None:
        callback(indata, outdata)
        counts.count(status)

    try:
        stream = sounddevice.Stream(
            samplerate=sample_rate,
            blocksize=block,
            device=device_of(device),
            channels=channels,
            dtype="float32",
            latency="low",
            callback=copy,
        )
        stream.start()
    except (sounddevice.PortAudioError, ValueError) as error:
        name = "The default device" if device is None else f"Device {device!r}"
        raise CardError(
            f"{name} cannot play {channels} channel(s) both ways at {sample_rate} Hz: "
            f"{error}. List the devices with: python -m sounddevice"
        ) from error
    counts.latency_s = float(sum(stream.latency))
    counts.is_active = lambda: bool(getattr(stream, "active", True))
    try:
        yield counts
    finally:
        with suppress(sounddevice.PortAudioError):  # a card that is gone
            stream.close()


def look_again() -> None:
    """Have PortAudio look for cards anew: it lists them once, when it starts.

    No stream may be open. sounddevice has no other way than these two functions, which
    its documentation does not name.
    """
    sounddevice = import_sounddevice()
    with suppress(sounddevice.PortAudioError):
        sounddevice._terminate()
        sounddevice._initialize()
