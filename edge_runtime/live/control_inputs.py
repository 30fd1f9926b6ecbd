"""Where controls come from: keys of a terminal, and UDP from this machine."""

from __future__ import annotations

import os
import selectors
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from edge_runtime.errors import UserError
from edge_runtime.live.control import KEYS

# One datagram holds one command; longer ones are cut and then not understood.
_LONGEST = 200


class ControlInputs:
    """Waits for keys and datagrams, whichever comes first.

    Args:
        say: Takes words, returns the answer.
        port: UDP port on 127.0.0.1, 0 for any free one; `None` for none.
        keyboard: File descriptor of a terminal; `None` for none.

    Attributes:
        port: The port that is listened on, `None` if there is none.

    Raises:
        UserError: If the port is taken.
    """

    def __init__(
        self,
        say: Callable[[str], str],
        *,
        port: int | None = None,
        keyboard: int | None = None,
    ) -> None:
        self._say = say
        self._selector = selectors.DefaultSelector()
        self._socket: socket.socket | None = None
        self.port = None
        if port is not None:
            self._socket = _listen(port)
            self.port = int(self._socket.getsockname()[1])
            self._selector.register(self._socket, selectors.EVENT_READ, "udp")
        if keyboard is not None:
            self._selector.register(keyboard, selectors.EVENT_READ, "keyboard")

    def wait(self, seconds: float) -> None:
        """Handle what comes within some seconds; return after the first of it."""
        for key, _ in self._selector.select(seconds):
            if key.data == "udp":
                self._hear()
            else:
                pressed = self._pressed(key.fd)
                for character in pressed:
                    if character in KEYS:
                        print(self._say(KEYS[character][0]), file=sys.stderr)

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
        """Give the port back."""
        self._selector.close()
        if self._socket is not None:
            self._socket.close()

    def _hear(self) -> None:
        if self._socket is None:
            return
        try:
            data, sender = self._socket.recvfrom(_LONGEST)
        except OSError:
            # Cut short, gone before it was read, or an answer that could not go out.
            return
        answer = self._say(data.decode(errors="replace"))
        try:
            self._socket.sendto(f"{answer}\n".encode(), sender)
        except OSError:
            # Whoever asked has gone; nobody is there to be told.
            return


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


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise UserError(
            f"Cannot listen on UDP port {port}: {error.strerror}. "
            "Choose another --control-port."
        ) from error
    listener.setblocking(False)
    return listener
