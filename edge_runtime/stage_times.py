"""How long each stage of an edit takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class StageTimes:
    """Seconds per named stage, added up over repeated visits.

    Attributes:
        seconds: Dict from stage to s, in the order of the first visits.

    Example:

    >>> times = StageTimes()
    >>> with times.stage("encode"):
    ...     pass
    >>> list(times.seconds)
    ['encode']
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside the `with` block; stages must not be nested."""
        start = time.perf_counter()
        try:
            yield
        finally:
            elapsed = time.perf_counter() - start
            self.seconds[name] = self.seconds.get(name, 0.0) + elapsed
