"""A loop in one pedal: record, play, play onto it; held down, go back."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from edge_runtime.errors import UsageError
from edge_runtime.live.loop_effect import LoopEffect

# A pedal that is down for so long, in s, is held.
HELD_S = 1.0


class Pedal:
    """Does what comes next when it is pressed, and undoes what was last when held.

    Pressed: record; end the recording, and play; play onto the loop; end that. Held for
    a second: back by a step, together with what the press itself began.

    Args:
        effect: The loop.
        clock: Monotonic time, in s. Defaults to `time.monotonic`.
    """

    def __init__(
        self, effect: LoopEffect, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._effect = effect
        self._clock = clock
        self._since_s: float | None = None

    def down(self) -> None:
        """Take the press.

        Raises:
            UsageError: If a recording is too short to end.
        """
        self._since_s = self._clock()
        if self._effect.has_loop:
            self._effect.overdub()
        else:
            self._effect.record()

    def up(self) -> None:
        """Take the release.

        Raises:
            UsageError: If it was held and there is nothing to undo.
        """
        since_s, self._since_s = self._since_s, None
        if since_s is None or self._clock() - since_s < HELD_S:
            return
        if self._effect.is_recording:
            return
        if self._effect.is_overdubbing:
            self._effect.undo()
            # The press was meant for the step before, if there is one.
            with suppress(UsageError):
                self._effect.undo()
            return
        self._effect.undo()
