"""MIDI inputs, through python-rtmidi; those that come and go while one plays too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from edge_runtime.errors import MissingDependencyError, UserError, how_to_install

# The loop of ALSA from one program to another, which nobody plays on.
_THROUGH = "Midi Through"


def import_rtmidi() -> Any:
    """The module `rtmidi`.

    Raises:
        MissingDependencyError: If it is not installed.
    """
    try:
        import rtmidi
    except ImportError as error:
        raise MissingDependencyError(
            f"MIDI needs python-rtmidi. Install it with: {how_to_install('midi')}"
        ) from error
    return rtmidi


class MidiPorts:
    """Listens to MIDI inputs, and to those that are plugged in later.

    Args:
        name: Part of the name of an input; an empty one means all of them.
        take: Called with the bytes of each message, in a thread of its own.

    Attributes:
        names: Inputs that are listened to.

    Raises:
        MissingDependencyError: If python-rtmidi is not installed.
        UserError: If there is no MIDI on this machine, or no input of that name.
    """

    def __init__(self, name: str, take: Callable[[Sequence[int]], None]) -> None:
        self._rtmidi = import_rtmidi()
        self._name = name.lower()
        self._take = take
        self._open: dict[str, Any] = {}
        try:
            self._finder = self._rtmidi.MidiIn()
            self.refresh()
            found = self._finder.get_ports()
        except self._rtmidi.RtMidiError as error:
            reason = str(error).rstrip(".")
            raise UserError(f"This machine has no MIDI: {reason}.") from error
        if name and not self._open:
            self.close()
            raise UserError(
                f"There is no MIDI input {name!r}. There are: "
                f"{', '.join(found) or 'none'}."
            )

    @property
    def names(self) -> list[str]:
        """Inputs that are listened to."""
        return sorted(self._open)

    def refresh(self) -> list[str]:
        """Open inputs that have come, forget those that are gone; return the news."""
        try:
            found = self._finder.get_ports()
        except self._rtmidi.RtMidiError:
            return []
        news = []
        for gone in self._open.keys() - set(found):
            self._closed(self._open.pop(gone))
            news.append(f"MIDI gone: {gone}")
        for number, name in enumerate(found):
            is_asked = self._name in name.lower() and (self._name or _is_played(name))
            if is_asked and name not in self._open and self._opened(number, name):
                news.append(f"MIDI: {name}")
        return news

    def close(self) -> None:
        """Listen no more."""
        while self._open:
            self._closed(self._open.popitem()[1])
        self._closed(self._finder)

    def _opened(self, number: int, name: str) -> bool:
        port = self._rtmidi.MidiIn()
        try:
            port.open_port(number)
        except self._rtmidi.RtMidiError:  # gone again, or taken by another program
            self._closed(port)
            return False
        port.set_callback(lambda event, _: self._take(event[0]))
        self._open[name] = port
        return True

    def _closed(self, port: Any) -> None:
        try:
            port.close_port()
        except self._rtmidi.RtMidiError:
            return  # it is gone already


def _is_played(name: str) -> bool:
    return not name.startswith(_THROUGH)
