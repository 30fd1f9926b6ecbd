"""Reading request bodies: bounded in size, time and memory, never on disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

from edge_runtime.page.answer import Refusal
from edge_runtime.page.limits import Limits


class Uploads:
    """Counts the bytes of all bodies in memory.

    A body counts from its first byte until `release`; slow clients therefore hold
    memory for `body_s` at most, and never a worker.

    Args:
        limits: Bounds on one body and on all of them.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.held = 0

    async def read(
        self, headers: Mapping[str, str], chunks: AsyncIterator[bytes]
    ) -> bytes:
        """Read a whole body; the caller releases its length when done with it.

        Args:
            headers: Request headers.
            chunks: The body as it comes in.

        Raises:
            Refusal: 413 if it is too large, or says so; 408 if it comes too slowly; 503
                if the bodies of all clients together are too large; 400 if its length
                is no number.
        """
        self._check_length(headers.get("content-length"))
        body = bytearray()
        try:
            async with asyncio.timeout(self._limits.body_s):
                async for chunk in chunks:
                    self._take(len(chunk))
                    body += chunk
                    if len(body) > self._limits.body_bytes:
                        raise self._too_large("more")
        except TimeoutError:
            self.release(len(body))
            raise Refusal(
                408,
                f"The request took longer than {self._limits.body_s:g} s to arrive.",
            ) from None
        except BaseException:
            self.release(len(body))
            raise
        return bytes(body)

    def release(self, count: int) -> None:
        """Forget `count` bytes that are no longer needed."""
        self.held -= count

    def _take(self, count: int) -> None:
        if self.held + count > self._limits.held_bytes:
            raise Refusal(
                503, "The server holds too many sounds now. Try again.", retry_s=2
            )
        self.held += count

    def _check_length(self, length: str | None) -> None:
        if length is None:
            return
        if not length.isascii() or not length.isdecimal():
            raise Refusal(400, f"Content-Length is no number: {length[:20]!r}.")
        if len(length) > 18 or int(length) > self._limits.body_bytes:
            raise self._too_large(f"{length[:18]} bytes")

    def _too_large(self, received: str) -> Refusal:
        megabytes = self._limits.body_bytes >> 20
        return Refusal(
            413,
            f"The request is larger than {megabytes} MiB ({received}). "
            "Send a shorter sound.",
        )
