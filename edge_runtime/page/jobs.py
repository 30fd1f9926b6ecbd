"""Work in threads behind a bounded queue: who may run, who waits, who is sent away."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeVar

from edge_runtime.page.answer import Refusal
from edge_runtime.page.limits import Limits
from edge_runtime.page.worker import Worker

_Result = TypeVar("_Result")


class ClientGone(Exception):
    """The client hung up before its job began; nobody waits for an answer."""


# A job waits as if it had come later, by as long as a body of its size would take at
# this rate, in bytes/s: small ones need not wait for all large ones before them, and no
# large one waits for ever.
_BYTES_PER_S = 1e6
# Of larger bodies at most all workers but one run, so that a small one need not even
# wait for those.
_LARGE_BYTES = 1 << 20


class Jobs:
    """Runs jobs on a fixed number of workers: those that came first, and small ones.

    The event loop never computes: it only takes requests in and hands answers out, so a
    long job, a slow upload or a client that stops reading holds up nobody else.

    Args:
        limits: Bounds on the jobs.
        workers: One per thread.

    Attributes:
        running: Jobs that run now.
    """

    def __init__(self, limits: Limits, workers: Sequence[Worker]) -> None:
        self._limits = limits
        self._pool = ThreadPoolExecutor(len(workers), thread_name_prefix="edit")
        self._free: SimpleQueue[Worker] = SimpleQueue()
        for worker in workers:
            self._free.put(worker)
        self._workers = len(workers)
        self._due: dict[asyncio.Future[None], tuple[float, bool]] = {}
        self._large = 0
        self._clients: Counter[str] = Counter()
        self.running = 0

    @property
    def waiting(self) -> int:
        """Jobs that wait for a worker."""
        return len(self._due)

    def check(self, client: str) -> None:
        """Refuse a client early, before its sound is taken in.

        Raises:
            Refusal: 429 if the client has too many jobs, 503 if too many wait.
        """
        if self._clients[client] >= self._limits.jobs_per_client:
            raise Refusal(
                429,
                f"You have {self._clients[client]} jobs here already. "
                "Wait for one of them.",
                retry_s=1,
            )
        if self.running + self.waiting >= self._workers + self._limits.waiting:
            raise Refusal(
                503, "The server is busy: too many jobs wait. Try again.", retry_s=2
            )

    async def run(
        self,
        client: str,
        gone: Callable[[], Awaitable[None]],
        work: Callable[[Worker], _Result],
        *,
        body_bytes: int = 0,
    ) -> _Result:
        """Run a job when it is its turn.

        Args:
            client: Whom to count it for.
            gone: Its result ends when the client hangs up; a job that still waits is
                dropped then.
            work: Function of a worker; runs in a thread.
            body_bytes: Size of what it was asked with; the smaller, the sooner its
                turn. Defaults to nothing.

        Returns:
            What `work` returns.

        Raises:
            Refusal: As `check`.
            ClientGone: If the client hung up before the job began.
        """
        self.check(client)
        self._clients[client] += 1
        is_large = body_bytes > _LARGE_BYTES
        try:
            await self._wait_for_turn(gone, body_bytes, is_large=is_large)
            try:
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._pool, self._on_worker, work)
            finally:
                self._end(is_large=is_large)
        finally:
            self._clients[client] -= 1
            self._clients += Counter()  # drops zeros: addresses are not kept

    def close(self) -> None:
        """Let running jobs end and start no more."""
        self._pool.shutdown(cancel_futures=True)

    async def _wait_for_turn(
        self,
        gone: Callable[[], Awaitable[None]],
        body_bytes: int,
        *,
        is_large: bool,
    ) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._due[turn] = time.monotonic() + body_bytes / _BYTES_PER_S, is_large
        self._begin()
        left = asyncio.ensure_future(gone())
        try:
            await asyncio.wait((turn, left), return_when=asyncio.FIRST_COMPLETED)
            if not turn.done():
                raise ClientGone
        except BaseException:
            if turn.done():
                self._end(is_large=is_large)
            self._due.pop(turn, None)
            raise
        finally:
            left.cancel()

    def _begin(self) -> None:
        """Give the turns of free workers to the jobs that are due first."""
        while self.running < self._workers:
            may_be_large = self._large < max(1, self._workers - 1)
            due = {
                turn: moment
                for turn, (moment, is_large) in self._due.items()
                if may_be_large or not is_large
            }
            if not due:
                return
            turn = min(due, key=due.__getitem__)
            _, is_large = self._due.pop(turn)
            turn.set_result(None)
            self.running += 1
            self._large += is_large

    def _end(self, *, is_large: bool) -> None:
        self.running -= 1
        self._large -= is_large
        self._begin()

    def _on_worker(self, work: Callable[[Worker], _Result]) -> _Result:
        worker = self._free.get()
        try:
            return work(worker)
        finally:
            self._free.put(worker)
