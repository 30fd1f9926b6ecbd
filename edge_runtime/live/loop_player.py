"""Record a loop, play it, and swap it for another one at its boundary."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import UsageError
from edge_runtime.live.loop_layer import LoopLayer
from edge_runtime.live.ramp import Ramp, crossfade

# Crossfade where the loop closes and where it is swapped, in s.
FADE_S = 0.01
# Bounds the memory of a loop: 7.7 MB per channel at 16 kHz are 2 minutes.
LONGEST_S = 120.0


class LoopPlayer:
    """Passes sound on until a loop has been recorded, then plays the loop.

    The loop closes without a click: its first samples fade in over what came after its
    last one. Another version offered while it plays fades in at the next start of the
    loop. The delay is 0, and blocks may have any size.

    Args:
        sample_rate: In Hz.
        shortest: Samples that a loop must have at least. Defaults to `0`: what its
            crossfade takes.

    Attributes:
        mix: Ramp of the share of the loop in the output; the rest is the input.
        passes: Times that the loop has been played to its end.
        late: Samples that the input is behind what its player hears, so that what is
            played onto the loop lies where it was meant. Defaults to `0`.
    """

    def __init__(self, sample_rate: int, *, shortest: int = 0) -> None:
        self._fade = max(1, int(FADE_S * sample_rate))
        self._shortest = max(shortest, 2 * self._fade)
        self._longest = int(LONGEST_S * sample_rate)
        steps = np.arange(1, self._fade + 1) / (self._fade + 1)
        self._rise = crossfade(steps.astype(np.float32))[:, np.newaxis]
        self.mix = Ramp(self._fade, 1.0)
        self.passes = self.late = 0
        self._layer: LoopLayer | None = None
        self._recorded: list[NDArray[np.float32]] | None = None
        self._length = self._longest
        self._playing: NDArray[np.float32] | None = None
        self._before: NDArray[np.float32] | None = None
        self._offered: NDArray[np.float32] | None = None
        # Samples recorded, or position in the loop that is played.
        self._position = 0

    @property
    def is_recording(self) -> bool:
        """Whether a loop is being recorded."""
        return self._recorded is not None

    @property
    def loop(self) -> NDArray[np.float32] | None:
        """The loop, shape `(samples, channels)`; `None` until it has closed."""
        is_closed = self.passes > 0 or self._position >= self._fade
        return self._playing if is_closed else None

    @property
    def is_overdubbing(self) -> bool:
        """Whether what is played is added to the loop."""
        return self._layer is not None and self._layer.is_open

    @property
    def newest(self) -> NDArray[np.float32] | None:
        """The version that was offered last, or what is played."""
        return self._playing if self._offered is None else self._offered

    def record(self, length: int | None = None) -> None:
        """Drop the loop, if there is one, and record from the next block on.

        Args:
            length: Samples after which to stop by itself. Defaults to `None`: when
                `play` is called, or after two minutes.

        Raises:
            UsageError: If the loop would be too short to close, or too long to keep;
                or if one is being recorded.
        """
        if self._recorded is not None:
            raise UsageError("A loop is being recorded. End it with: play.")
        if length is not None and not self._shortest <= length <= self._longest:
            raise UsageError(
                f"A loop must have {self._shortest} to {self._longest} samples. "
                f"Received: {length}."
            )
        if self._layer is not None:
            raise UsageError("The loop is being played onto. End that with: overdub.")
        self._before = None
        if self._playing is not None:
            # The old loop fades out over the first samples of the new recording.
            numbers = np.arange(self._position, self._position + self._fade)
            self._before = self._playing[numbers % len(self._playing)]
        self._playing = self._offered = None
        self._position = self.passes = 0
        self._length = length or self._longest
        self._recorded = []

    def play(self) -> None:
        """Stop recording and play the loop.

        Raises:
            UsageError: If nothing is being recorded, or too little has been.
        """
        if self._recorded is None:
            raise UsageError("Nothing is being recorded. Start with: record.")
        if self._position < self._shortest:
            raise UsageError(
                f"The loop is too short: {self._position} samples; at least "
                f"{self._shortest} are needed."
            )
        self._playing = np.concatenate(self._recorded)
        self._recorded = self._before = None
        self._position = 0

    def offer(self, loop: NDArray[np.float32]) -> None:
        """Give another version of the loop, to be heard from its next start on.

        Raises:
            UsageError: If it has another shape than the loop.
        """
        if self._playing is None or loop.shape != self._playing.shape:
            raise UsageError("The loop has been recorded anew; this version is void.")
        self._offered = loop

    def overdub(self) -> None:
        """Add what is played to the loop, from now on; or end that.

        What is played is heard, and goes round with the loop from its next pass on.

        Raises:
            UsageError: If there is no loop yet.
        """
        if self._layer is not None:
            self._layer.end()
        elif self.loop is None:
            raise UsageError("There is no loop to play onto. Begin with: record.")
        else:
            self._layer = LoopLayer(self.loop.shape, self._fade, self.late)

    def drop_overdub(self) -> None:
        """Forget what was added since `overdub` began."""
        if self._layer is not None:
            self._layer.drop()

    def take_overdub(self) -> NDArray[np.float32] | None:
        """What was added, once its end has been heard; it belongs to the loop then."""
        if self._layer is None or not self._layer.is_done:
            return None
        layer, self._layer = self._layer, None
        if layer.is_dropped or self._playing is None:
            return None
        shape = self._playing.shape
        self._playing = self._playing + layer.sound
        if self._before is not None and self._before.shape == shape:
            self._before = self._before + layer.sound
        if self._offered is not None:
            self._offered = self._offered + layer.sound
        return layer.sound

    def process(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take a block `(samples, channels)` in, give one of the same shape out."""
        output = block.astype(np.float32)
        done = 0
        while done < len(block):
            if self._recorded is not None:
                done += self._take_in(self._recorded, output[done:])
            elif self._playing is not None:
                done += self._play(self._playing, output[done:])
            else:
                break
        return output

    def _take_in(
        self, recorded: list[NDArray[np.float32]], rest: NDArray[np.float32]
    ) -> int:
        """Record some samples, which are also heard as they are; return how many."""
        seam = self._fade if self._position < self._fade else self._length
        part = rest[: seam - self._position]
        recorded.append(part.copy())
        if self._before is not None and self._position < self._fade:
            place = slice(self._position, self._position + len(part))
            gain = (1.0 - self._rise[place]) * np.float32(self.mix.value)
            part += gain * (self._before[place] - part)
        self._position += len(part)
        if self._position == self._length:
            self.play()
        return len(part)

    def _play(self, loop: NDArray[np.float32], rest: NDArray[np.float32]) -> int:
        """Replace samples up to the next seam by those of the loop; return how many."""
        is_head = self._position < self._fade
        part = rest[: (self._fade if is_head else len(loop)) - self._position]
        place = slice(self._position, self._position + len(part))
        if is_head and self.passes == 0:
            # What comes after the loop's end fades out over its beginning, for good.
            loop[place] = part + self._rise[place] * (loop[place] - part)
        sound = loop[place]
        if is_head and self._before is not None:
            before = self._before[place]
            sound = before + self._rise[place] * (sound - before)
        if self._layer is not None:
            sound = sound + self._layer.process(self._position, part)
        # In this form a share of 0 or 1 leaves no rounding behind.
        share = self.mix.take(len(part))[:, np.newaxis]
        part[:] = share * sound + (1.0 - share) * part
        self._position += len(part)
        if self._position == len(loop):
            self._swap(loop)
        return len(part)

    def _swap(self, loop: NDArray[np.float32]) -> None:
        """Begin the next pass, with the version that was offered if there is one."""
        self._position = 0
        self.passes += 1
        self._before = None
        if self._offered is not None:
            self._before, self._playing = loop, self._offered
            self._offered = None
