"""A progress bar on stderr, where stderr is a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(total: int, description: str) -> Iterator[Callable[[int], object]]:
    """Yield a function that is told of each piece of work done.

    Args:
        total: Amount of work.
        description: What is done, a few words.
    """
    from tqdm import tqdm

    # disable=None: no bar where stderr is not a terminal.
    with tqdm(total=total, desc=description, disable=None) as bar:
        yield bar.update
