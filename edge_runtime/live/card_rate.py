"""An effect at the rate of the card it is played on, whatever the model's is.

Only what the effect changes goes through the other rate and back. The input itself
passes as it came, over its whole band, and where nothing is changed, to the last bit.
An effect that takes the place of its input, as a loop does, goes through it whole:
what lies above the model's band would be heard beside it.
"""

from __future__ import annotations

from math import gcd

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.stream_resampler import StreamResampler
from edge_runtime.live.file_effect import LiveEffect
from edge_runtime.live.streaming_inpainter import LOUDEST


class AtCardRate:
    """A live effect that runs at another rate than its model's.

    Args:
        effect: The effect at the model's rate.
        model_rate: That rate, in Hz.
        card_rate: Rate of the blocks, in Hz.
        channels: Channels of a block.
        replaces: Whether the effect takes the place of its input. Defaults to `False`.

    Attributes:
        delay: Of the output behind the input, in samples of the card.
    """

    def __init__(
        self,
        effect: LiveEffect,
        *,
        model_rate: int,
        card_rate: int,
        channels: int,
        replaces: bool = False,
    ) -> None:
        self._effect = effect
        self._replaces = replaces
        self._to_model = StreamResampler(card_rate, model_rate, channels)
        self._to_card = StreamResampler(model_rate, card_rate, channels)
        self.delay = self._longest_wait(model_rate, card_rate)
        # What the effect was given and has not answered yet.
        self._inputs = np.zeros((effect.delay, channels), np.float32)
        # Its first answers are to what was before the stream.
        self._before = effect.delay
        self._dry = np.zeros((self.delay, channels), np.float32)
        self._changes = np.zeros((self.delay, channels), np.float32)

    def process(
        self, block: NDArray[np.float32], late: bool = False
    ) -> NDArray[np.float32]:
        """Take a block `(samples, channels)` in, give one of the same shape out."""
        # Written so that NaN fails too, as `StreamingInpainter` has it.
        samples = np.where(np.abs(block) <= LOUDEST, block, 0.0).astype(np.float32)
        change = self._change_of(self._to_model.process(samples), late)
        dry = np.concatenate([self._dry, samples])
        changes = np.concatenate([self._changes, self._to_card.process(change)])
        count = len(samples)
        self._dry, self._changes = dry[count:], changes[count:]
        if self._replaces:
            return changes[:count]
        output: NDArray[np.float32] = dry[:count] + changes[:count]
        return output

    def _change_of(
        self, inputs: NDArray[np.float32], late: bool
    ) -> NDArray[np.float32]:
        """What the effect changes, in time with its input and as far as it is known.

        All that it gives, where it takes the place of its input.
        """
        outputs = self._effect.process(inputs, late)
        waiting = np.concatenate([self._inputs, inputs])
        change: NDArray[np.float32] = outputs
        if not self._replaces:
            change = outputs - waiting[: len(inputs)]
        self._inputs = waiting[len(inputs) :]
        left_out = min(self._before, len(change))
        self._before -= left_out
        return change[left_out:]

    def _longest_wait(self, model_rate: int, card_rate: int) -> int:
        """Most samples by which what is known of the change is behind the input."""
        waits = []
        # After a second of the card the places of both rates repeat.
        begin = card_rate * (2 + self._effect.delay // model_rate)
        for arrived in range(begin, begin + card_rate // gcd(card_rate, model_rate)):
            known = self._to_model.ready(arrived) - self._effect.delay
            waits.append(arrived - self._to_card.ready(known))
        return max(waits)


def at_card_rate(
    effect: LiveEffect,
    *,
    model_rate: int,
    card_rate: int,
    channels: int,
    replaces: bool = False,
) -> LiveEffect:
    """The effect at the card's rate; itself where both rates are one.

    Args:
        effect: The effect at the model's rate.
        model_rate: That rate, in Hz.
        card_rate: The card's, in Hz.
        channels: Channels of a block.
        replaces: As for `AtCardRate`.
    """
    if model_rate == card_rate:
        return effect
    return AtCardRate(
        effect,
        model_rate=model_rate,
        card_rate=card_rate,
        channels=channels,
        replaces=replaces,
    )
