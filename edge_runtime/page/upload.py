"""Reading request bodies: bounded in size, time and memory, never on disk."""

from __future__ import annotations

import asyncio
from collections import Counter
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
        self._held: Counter[str] = Counter()
        self._coming: Counter[str] = Counter()

    async def read(
        self, headers: Mapping[str, str], chunks: AsyncIterator[bytes], client: str
    ) -> bytes:
        """Read a whole body; the caller releases its length when done with it.

        Args:
            headers: Request headers.
            chunks: The body as it comes in.
            client: Whose it is.

        Raises:
            Refusal: 413 if it is too large, or says so; 408 if it comes too slowly; 429
                if the client sends too many; 503 if the bodies of all clients together
                are too large; 400 if its length is no number.
        """
        self._check_length(headers.get("content-length"))
        if self._coming[client] >= self._limits.jobs_per_client:
            raise Refusal(
                429,
                f"You send {self._coming[client]} sounds already. Wait for one of "
                "them.",
                retry_s=1,
            )
        self._coming[client] += 1
        try:
            return await self._read(chunks, client)
        finally:
            self._coming[client] -= 1
            self._coming += Counter()  # drops zeros: addresses are not kept

    async def _read(self, chunks: AsyncIterator[bytes], client: str) -> bytes:
        body = bytearray()
        try:
            loop = asyncio.get_running_loop()
            end_s = loop.time() + self._limits.body_s
            stall_s = self._limits.stall_s
            async with asyncio.timeout(min(stall_s, self._limits.body_s)) as patience:
                async for chunk in chunks:
                    patience.reschedule(min(end_s, loop.time() + stall_s))
                    if len(body) + len(chunk) > self._limits.body_bytes:
                        raise self._too_large("more")
                    self._take(len(chunk), client)
                    body += chunk
        except TimeoutError:
            self.release(len(body), client)
            raise Refusal(
                408,
                f"The request took longer than {self._limits.body_s:g} s to arrive, or "
                f"stood still for {stall_s:g} s.",
            ) from None
        except BaseException:
            self.release(len(body), client)
            raise
        return bytes(body)

    def release(self, count: int, client: str) -> None:
        """Forget `count` bytes of a client that are no longer needed."""
        self.held -= count
        self._held[client] -= count
        self._held += Counter()

    def _take(self, count: int, client: str) -> None:
        if self._held[client] + count > self._limits.client_bytes:
            raise Refusal(
                429,
                "You have too many sounds here. Wait for one of them.",
                retry_s=2,
            )
        if self.held + count > self._limits.held_bytes:
            raise Refusal(
                503, "The server holds too many sounds now. Try again.", retry_s=2
            )
        self.held += count
        self._held[client] += count

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
