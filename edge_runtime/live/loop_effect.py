"""Loop mode: a player, and new versions of its loop made while it plays."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import UsageError
from edge_runtime.live.loop_player import LoopPlayer
from edge_runtime.live.parameters import LARGEST_SEED, LiveParameters

# What `undo` goes back to, at most. A step holds two loops; eight steps of two minutes,
# stereo at 44.1 kHz, are up to 680 MB.
_MOST_STEPS = 8

# From a loop `(samples, channels)` and parameters to another version of it.
Regenerate = Callable[[NDArray[np.float32], LiveParameters], NDArray[np.float32]]


class LoopEffect:
    """Plays a loop and versions of it, each made from what was recorded onto it.

    Its methods may be called from any thread.

    Args:
        player: Records and plays.
        regenerate: Makes a version. The seed grows by one with each.
        parameters: Density, band, prior, wet, bypass and the first seed.
        check: Refuses parameters that do not fit the model.
        executor: Where versions are made. Defaults to `None`: at once, in `process`.
        every_pass: Whether each pass of the loop gets a new version. Defaults to
            `False`.

    Attributes:
        delay: 0, in samples.
    """

    delay = 0

    def __init__(
        self,
        player: LoopPlayer,
        regenerate: Regenerate,
        parameters: LiveParameters,
        *,
        check: Callable[[LiveParameters], None],
        executor: Executor | None = None,
        every_pass: bool = False,
    ) -> None:
        self._player = player
        self._check = check
        self._lock = threading.Lock()
        self._every_pass = every_pass
        self.parameters = parameters
        self._regenerate = regenerate
        self._executor = executor
        self._recorded: NDArray[np.float32] | None = None
        self._versions = 0
        self._pass_of_version = -1
        self._making: Future[NDArray[np.float32]] | None = None
        # What was recorded and what was played, step by step.
        self._steps: deque[tuple[NDArray[np.float32], NDArray[np.float32]]] = deque(
            maxlen=_MOST_STEPS
        )

    @property
    def is_recording(self) -> bool:
        """Whether a loop is being recorded."""
        return self._player.is_recording

    @property
    def is_overdubbing(self) -> bool:
        """Whether what is played is added to the loop."""
        return self._player.is_overdubbing

    @property
    def has_loop(self) -> bool:
        """Whether there is a loop."""
        return self._recorded is not None

    def set_late(self, samples: int) -> None:
        """Say how many samples the input is behind what its player hears."""
        self._player.late = samples

    @property
    def parameters(self) -> LiveParameters:
        """What the player can change; may be replaced at any time.

        Raises:
            UsageError: On replacing, if the new ones do not fit the model.
        """
        return self._parameters

    @parameters.setter
    def parameters(self, parameters: LiveParameters) -> None:
        self._check(parameters)
        self._parameters = parameters

    def record(self, length: int | None = None) -> None:
        """Record a new loop, or end the recording and play.

        Args:
            length: Samples after which recording ends by itself. Defaults to `None`.

        Raises:
            UsageError: If the loop is too short or too long.
        """
        with self._lock:
            if self._player.is_recording:
                self._player.play()
                return
            self._player.record(length)
            self._recorded = self._making = None
            self._pass_of_version = -1
            self._steps.clear()

    def overdub(self) -> None:
        """Add what is played to the loop, from now on; or end that.

        Raises:
            UsageError: If there is no loop yet.
        """
        with self._lock:
            self._player.overdub()

    def undo(self) -> None:
        """Go back by a step: what is being added, a version, or what was added last.

        Raises:
            UsageError: If there is nothing to go back to.
        """
        with self._lock:
            if self._player.is_overdubbing:
                self._player.drop_overdub()
            elif self._making is not None:
                self._making = None
            elif self._steps:
                self._recorded, version = self._steps.pop()
                self._player.offer(version)
            else:
                raise UsageError("There is nothing to undo.")

    def regenerate(self) -> None:
        """Make a version and play it from the next start of the loop on.

        Nothing happens before there is a loop, or while a version is being made.
        """
        with self._lock:
            self._make()

    def restore(self) -> None:
        """Play what was recorded again, from the next start of the loop on."""
        with self._lock:
            if self._recorded is not None:
                self._offer(self._recorded)

    def _offer(self, version: NDArray[np.float32]) -> None:
        if self._recorded is not None and self._player.newest is not None:
            self._steps.append((self._recorded, self._player.newest))
        self._player.offer(version)

    def _make(self) -> None:
        if self._recorded is None or self._making is not None:
            return
        parameters = self.parameters
        seed = (parameters.seed + self._versions) % (LARGEST_SEED + 1)
        parameters = replace(parameters, seed=seed)
        self._versions += 1
        if self._executor is None:
            self._offer(self._regenerate(self._recorded, parameters))
        else:
            self._making = self._executor.submit(
                self._regenerate, self._recorded, parameters
            )

    def process(
        self, block: NDArray[np.float32], late: bool = False
    ) -> NDArray[np.float32]:
        """Take a block `(samples, channels)` in, give one of the same shape out.

        Args:
            block: Float array.
            late: Taken for what `Transport` expects; a loop is never late.
        """
        with self._lock:
            return self._process(block)

    def _process(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        parameters = self.parameters
        self._player.mix.target = 0.0 if parameters.bypass else parameters.wet
        # Parts shorter than any loop: between two of them it ends once at most.
        length = self._player.mix.length
        parts = [block[:0].astype(np.float32)]
        for start in range(0, len(block), length):
            parts.append(self._player.process(block[start : start + length]))
            self._follow()
        return np.concatenate(parts)

    def _follow(self) -> None:
        """Take note of a loop that has closed, and of a version that is ready."""
        if self._recorded is None and self._player.loop is not None:
            self._recorded = self._player.loop.copy()
        self._follow_overdub()
        if self._making is not None and self._making.done():
            self._offer(self._making.result())
            self._making = None
        passed = self._player.passes > self._pass_of_version
        if self._every_pass and passed and self._recorded is not None:
            self._pass_of_version = self._player.passes
            self._make()

    def _follow_overdub(self) -> None:
        """Take note of what was added to the loop, once that has ended."""
        before = self._player.newest
        added = self._player.take_overdub()
        if added is None or self._recorded is None or before is None:
            return
        self._steps.append((self._recorded, before))
        self._recorded = self._recorded + added
        if self._making is not None:  # of the loop without what was added
            self._making = None
            self._make()
