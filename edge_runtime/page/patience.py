"""An HTTP protocol that drops connections on which nothing moves.

uvicorn 0.54 waits without end for a client that never finishes its request head or
never takes its answer. One timer per connection ends that.
"""

from __future__ import annotations

import asyncio
from typing import Any

from edge_runtime.page.guard import HEADERS


def patient_protocol(idle_s: float) -> type[Any]:
    """uvicorn's h11 protocol with an end to its patience.

    Args:
        idle_s: How long a connection may go without a whole request head while none is
            being answered, or without taking a byte of its answer, in s.

    Returns:
        A protocol class for `uvicorn.Config(http=...)`.
    """
    import h11
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class PatientProtocol(H11Protocol):
        """Looks at its connection every `idle_s`."""

        _seen: tuple[Any, int] | None = None
        _timer: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._seen = None
            self._look_again()

        def connection_lost(self, exc: Exception | None) -> None:
            if self._timer is not None:
                self._timer.cancel()
            super().connection_lost(exc)

        def send_400_response(self, msg: str) -> None:
            """uvicorn's own, with the headers of every answer."""
            event = h11.Response(
                status_code=400,
                headers=[
                    (b"content-type", b"text/plain; charset=utf-8"),
                    (b"content-length", str(len(msg)).encode()),
                    (b"connection", b"close"),
                    *HEADERS,
                ],
                reason=b"Bad Request",
            )
            for part in (event, h11.Data(data=msg.encode()), h11.EndOfMessage()):
                self.transport.write(self.conn.send(part))
            self.transport.close()

        def _look_again(self) -> None:
            self._timer = self.loop.call_later(idle_s, self._look)

        def _look(self) -> None:
            """Abort if nothing has moved since the last look."""
            unsent = self.transport.get_write_buffer_size()
            answering = self.cycle is not None and not self.cycle.response_complete
            # Requests begun and bytes still to be taken: one of them must change.
            now = (self.cycle, unsent)
            stuck = unsent > 0 or not answering
            if stuck and (now == self._seen or self.cycle is None):
                self.transport.abort()
                return
            self._seen = now
            self._look_again()

    return PatientProtocol
