"""Where controls come from: keys of a terminal, and datagrams of words or OSC."""

from __future__ import annotations

import os
import selectors
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from edge_runtime.errors import UsageError, UserError
from edge_runtime.live.complaints import Complaints
from edge_runtime.live.control import KEYS
from edge_runtime.live.osc import osc_messages, osc_words

# One datagram holds one command; longer ones are cut and then not understood.
_LONGEST = 200
# One of OSC may hold several.
_LONGEST_OSC = 4096


class ControlInputs:
    """Waits for keys and datagrams, whichever comes first.

    Args:
        say: Takes words, returns the answer.
        port: UDP port on 127.0.0.1, 0 for any free one; `None` for none.
        osc: Address and UDP port of OSC; `None` for none.
        keyboard: File descriptor of a terminal; `None` for none.
        tell: Takes answers to keys, and complaints about OSC.

    Attributes:
        port: The port that is listened on, `None` if there is none.
        osc: Address and port of OSC, `None` if there is none.

    Raises:
        UserError: If a port is taken.
    """

    def __init__(
        self,
        say: Callable[[str], str],
        *,
        port: int | None = None,
        osc: tuple[str, int] | None = None,
        keyboard: int | None = None,
        tell: Callable[[str], None] = print,
    ) -> None:
        self._say = say
        self._tell = tell
        self._complain = Complaints(tell)
        self._selector = selectors.DefaultSelector()
        self._sockets: list[socket.socket] = []
        self.port, self.osc = None, None
        if port is not None:
            address = self._listen("127.0.0.1", port, "--control-port", self._hear)
            self.port = address[1]
        if osc is not None:
            self.osc = self._listen(*osc, "--osc", self._hear_osc)
        if keyboard is not None:
            self._selector.register(keyboard, selectors.EVENT_READ, "keyboard")

    def wait(self, seconds: float) -> None:
        """Handle what comes within some seconds; return after the first of it."""
        for key, _ in self._selector.select(seconds):
            if isinstance(key.fileobj, socket.socket):
                key.data(key.fileobj)
            else:
                pressed = self._pressed(key.fd)
                for character in pressed:
                    if character in KEYS:
                        self._tell(self._say(KEYS[character][0]))

    def _pressed(self, keyboard: int) -> str:
        try:
            pressed = os.read(keyboard, 64)
        except OSError:
            pressed = b""
        if not pressed:
            # The terminal was closed: nobody presses anything any more.
            self._selector.unregister(keyboard)
        return pressed.decode(errors="replace")

    def close(self) -> None:
        """Give the ports back."""
        self._selector.close()
        for listener in self._sockets:
            listener.close()

    def _listen(
        self,
        host: str,
        port: int,
        option: str,
        hear: Callable[[socket.socket], None],
    ) -> tuple[str, int]:
        try:
            listener = _listener(host, port, option)
        except UserError:
            self.close()
            raise
        self._sockets.append(listener)
        self._selector.register(listener, selectors.EVENT_READ, hear)
        address = listener.getsockname()
        return str(address[0]), int(address[1])

    def _hear(self, listener: socket.socket) -> None:
        try:
            data, sender = listener.recvfrom(_LONGEST)
        except OSError:
            # Cut short, gone before it was read, or an answer that could not go out.
            return
        answer = self._say(data.decode(errors="replace"))
        try:
            listener.sendto(f"{answer}\n".encode(), sender)
        except OSError:
            # Whoever asked has gone; nobody is there to be told.
            return

    def _hear_osc(self, listener: socket.socket) -> None:
        try:
            data = listener.recv(_LONGEST_OSC)
        except OSError:
            return
        try:
            said = [osc_words(message) for message in osc_messages(data)]
        except UsageError as error:
            self._complain(f"error: {error}")
            return
        for words in said:
            answer = "" if words is None else self._say(words)
            if answer.startswith("error"):
                self._complain(answer)


@contextmanager
def single_keys() -> Iterator[int | None]:
    """Standard input without waiting for Enter; `None` if it is no terminal."""
    if not sys.stdin.isatty():
        yield None
        return
    try:
        import termios
        import tty
    except ImportError:  # Windows has no such terminals
        yield None
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        yield descriptor
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _listener(host: str, port: int, option: str) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise UserError(
            f"Cannot listen on UDP port {port} of {host}: {error.strerror}. "
            f"Choose another {option}."
        ) from error
    listener.setblocking(False)
    return listener
