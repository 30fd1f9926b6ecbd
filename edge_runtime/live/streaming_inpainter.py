"""The streaming engine: blocks of any size in, blocks of the same size out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.engines.engine import Engine
from edge_runtime.engines.load import load_engine
from edge_runtime.live.column_synthesis import ColumnSynthesis
from edge_runtime.live.parameters import LiveParameters
from edge_runtime.live.receptive_field import ReceptiveField, delay_of, receptive_field
from edge_runtime.live.rule import StreamRule
from edge_runtime.live.sample_history import SampleHistory
from edge_runtime.live.streaming_codec import StreamingCodec
from edge_runtime.live.streaming_stft import StreamingOverlapAdd, StreamingStft
from edge_runtime.priors.choice import PriorChoice, every_prior
from edge_runtime.priors.prior import Prior
from edge_runtime.stage_times import StageTimes

# Repeating the likeliest code says nothing new, and waiting for cells takes too long.
LIVE = PriorChoice(predict="sample", order="independent", variation=1.0, passes=2)
# What a stream takes unless told: a learned prior needs three times as much time.
STREAM_PRIOR = "naive_bayes"
# Samples beyond this are garbage, in full scales; their squares would overflow.
LOUDEST = 1e4


class StreamingInpainter:
    """Regenerates cells of a stream of sound at a constant delay, one channel.

    The output depends on the samples, the parameters and the number of each sample
    since the start, on nothing else: however the input is cut into blocks, it comes
    out the same bit by bit. A column of cells is decided when the last sample that its
    codes depend on has arrived, with the parameters of that moment; it is heard once
    the cells behind it are known as well, as far as the decoder looks at them. Nothing
    is computed for columns in which no cell is regenerated, so a bypass costs nothing.

    Everything else is as in `Inpainter`: the output is the input plus the
    resynthesised difference of spectra.

    Args:
        bundle: Model of sounds.
        engine: What runs it. Defaults to `load_engine(bundle)`.
        priors: Priors to choose from, by name. Defaults to all, as `LIVE` says.
        parameters: What the player can change. Defaults to `LiveParameters()`.
        phase: `"original"`, the phase of the input; `"continued"`, which costs about
            2 ms per column; `"griffin_lim"`, 3 ms; or `"instantaneous_frequency"`,
            where the model decodes one. Defaults to `"original"`.
        lookahead: Future cells the model may look at. Fewer than it was trained with
            shorten the delay by a cell each and change the codes a little. Defaults to
            `None`: all, so that codes are those of the whole file.
        field: Receptive field of the model. Defaults to `None`: measured now.

    Attributes:
        sample_rate: Of input and output, in Hz.
        delay: Of the output behind the input, in samples.
        times: Time spent in each stage.

    Raises:
        BundleError: If the model cannot be run live.
        UsageError: If the parameters or the phase do not fit the model.
    """

    def __init__(
        self,
        bundle: Bundle,
        *,
        engine: Engine | None = None,
        priors: Mapping[str, Prior] | None = None,
        parameters: LiveParameters | None = None,
        phase: str = "original",
        lookahead: int | None = None,
        field: ReceptiveField | None = None,
    ) -> None:
        settings, stride = bundle.settings, bundle.time_stride
        engine = engine or load_engine(bundle)
        field = field or receptive_field(bundle)
        self.field = field if lookahead is None else field.with_lookahead(lookahead)
        self.sample_rate = settings.sample_rate
        self.times = StageTimes()
        self._rule = StreamRule(bundle, priors or every_prior(bundle, engine, LIVE))
        self.parameters = parameters or LiveParameters()

        encoder, decoder = self.field.encoder, self.field.decoder
        column = stride * settings.hop_length
        ahead = encoder.future + decoder.future
        self.delay = delay_of(self.field, bundle)
        self._column_samples = column
        # Oldest column that deciding a new one may look at, counted back from it.
        around = -(-settings.n_fft // column)
        self._keep = (
            max(decoder.past + decoder.future, self._rule.context)
            + encoder.past
            + around
        )
        capacity = (self._keep + ahead + 2) * column + 2 * settings.n_fft
        self._history = SampleHistory(capacity)
        self._stft = StreamingStft(settings, stride, self._history)
        self._codec = StreamingCodec(bundle, engine, self.field, self._stft, self.times)
        self._synthesis = ColumnSynthesis(bundle, self._codec, self._stft, phase)
        self._output = StreamingOverlapAdd(settings, stride, -self.delay)
        self._next = 0
        # Per column that is regenerated: its cells, their codes, and the parameters.
        self._decided: dict[
            int, tuple[NDArray[np.bool_], NDArray[np.int32], LiveParameters]
        ] = {}

    @property
    def parameters(self) -> LiveParameters:
        """What the player can change; may be replaced at any time, from any thread.

        Raises:
            UsageError: On replacing, if the new ones do not fit the model.
        """
        return self._parameters

    @parameters.setter
    def parameters(self, parameters: LiveParameters) -> None:
        self._rule.check(parameters)
        self._parameters = parameters

    def process(
        self, block: NDArray[np.float32], *, late: bool = False
    ) -> NDArray[np.float32]:
        """Take a block in, give a block out.

        Args:
            block: Float array of shape `(samples,)`, any number of them. What is no
                sound, NaN or 80 dB above full scale, counts as silence.
            late: Whether to decide columns of this block as if bypassed, to catch up.
                Defaults to `False`.

        Returns:
            Float32 array of the same shape: what came `delay` samples earlier, and
            zeros before that.

        Raises:
            ValueError: If `block` is not one channel.
        """
        if block.ndim != 1:
            raise ValueError(
                f"A block must have shape (samples,). Received: {block.shape}."
            )
        # Written so that NaN fails too; some drivers begin with old memory.
        samples = np.where(np.abs(block) <= LOUDEST, block, 0.0).astype(np.float32)
        output = np.empty_like(samples)
        # In parts, so that a long block needs no more memory than a short one.
        for start in range(0, len(samples), self._column_samples):
            part = slice(start, start + self._column_samples)
            output[part] = self._process_part(samples[part], late)
        return output

    def _process_part(
        self, samples: NDArray[np.float32], late: bool
    ) -> NDArray[np.float32]:
        self._history.append(samples)
        ready = self._next + self.field.encoder.future
        while self._stft.complete_at(ready) <= self._history.end:
            self._decide(self._next, late)
            self._regenerate(self._next - self.field.decoder.future)
            self._forget()
            self._next += 1
            ready += 1
        start = self._history.end - len(samples) - self.delay
        output = self._history.read(start, start + len(samples))
        change = self._output.take(len(samples))
        if change is not None:
            output += change
        return output

    def _decide(self, column: int, late: bool) -> None:
        """Choose the cells of a column and their codes."""
        parameters = self.parameters
        self._rule.thaw(parameters)
        hidden = None if late else self._rule.hidden(column, parameters)
        if hidden is not None:
            codes = self._rule.fill(column, hidden, self._codec.codes, parameters)
            self._decided[column] = hidden, codes, parameters

    def _regenerate(self, column: int) -> None:
        """Add what a decided column changes to the output."""
        if column not in self._decided:
            return
        hidden, _, parameters = self._decided[column]
        reach = self.field.decoder
        window = [
            self._decided[number][1]
            if number in self._decided
            else self._codec.codes(number)
            for number in range(column - reach.past, column + reach.future + 1)
        ]
        known = column + reach.future + self.field.encoder.future
        change = self._synthesis.change(
            column,
            hidden,
            window,
            known=known,
            seed=parameters.seed,
            texture=parameters.texture,
        )
        self._output.add(column, np.float32(parameters.wet) * change)

    def _forget(self) -> None:
        oldest = self._next - self._keep
        self._stft.forget(oldest)
        self._codec.forget(oldest)
        self._synthesis.forget(oldest)
        self._decided.pop(oldest, None)
