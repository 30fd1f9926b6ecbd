"""Short-time Fourier transform of a stream, and the overlap-add that undoes it.

Frames come in columns: as many as a cell is long. A column is always transformed as a
whole, so its numbers do not depend on when or in which blocks the samples arrived.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from edge_runtime.live.sample_history import SampleHistory
from edge_runtime.spectrogram.features import spectrogram_from
from edge_runtime.spectrogram.settings import SpectrogramSettings
from edge_runtime.spectrogram.stft import frames_of, overlap_add


class Column(NamedTuple):
    """The frames of one column of cells.

    Attributes:
        spectrum: Complex64 array of shape `(time_stride, n_fft // 2 + 1)`.
        spectrogram: Float32 array of shape `(time_stride, num_bins, num_channels)`.
    """

    spectrum: NDArray[np.complex64]
    spectrogram: NDArray[np.float32]


class StreamingStft:
    """Columns of frames of a stream, made when first asked for.

    Frame `t` is centred on sample `t * hop_length`, as in a whole file; before the
    stream there is silence.

    Args:
        settings: How sound becomes a spectrogram.
        time_stride: Frames per column.
        history: Samples of the stream.
    """

    def __init__(
        self, settings: SpectrogramSettings, time_stride: int, history: SampleHistory
    ) -> None:
        self._settings = settings
        self._time_stride = time_stride
        self._history = history
        self._columns: dict[int, Column] = {}
        silence = np.zeros((time_stride, settings.n_fft // 2 + 1), np.complex64)
        self._silence = Column(silence, spectrogram_from(silence, settings))

    def complete_at(self, column: int) -> int:
        """Samples that must have arrived for a column to be known."""
        last = (column + 1) * self._time_stride - 1
        return last * self._settings.hop_length + self._settings.n_fft // 2

    def column(self, number: int) -> Column:
        """Frames `number * time_stride` up to those of the next column."""
        if number < 0:
            return self._silence
        found = self._columns.get(number)
        if found is None:
            n_fft, hop_length = self._settings.n_fft, self._settings.hop_length
            more = self._settings.frames_before if number > 0 else 0
            first = number * self._time_stride - more
            samples = self._history.read(
                first * hop_length - n_fft // 2, self.complete_at(number)
            )
            spectrum = frames_of(samples, n_fft, hop_length)
            spectrogram = spectrogram_from(spectrum, self._settings)
            found = Column(spectrum[more:], spectrogram[more:])
            self._columns[number] = found
        return found

    def forget(self, before: int) -> None:
        """Drop columns that will not be asked for again."""
        for number in [number for number in self._columns if number < before]:
            del self._columns[number]


class StreamingOverlapAdd:
    """Turns columns of spectra into samples and hands them out in order.

    Args:
        settings: How sound becomes a spectrogram.
        time_stride: Frames per column.
        start: Number of the first sample handed out; may be negative.
    """

    def __init__(
        self, settings: SpectrogramSettings, time_stride: int, start: int
    ) -> None:
        self._settings = settings
        self._time_stride = time_stride
        overlap = settings.n_fft // settings.hop_length
        # Squared Hann windows, four or more of them, add up to 3/8 per overlap.
        self._gain = np.float32(8.0 / (3.0 * overlap))
        self._reach = (time_stride - 1) * settings.hop_length + settings.n_fft
        self._pending = np.zeros(0, np.float32)
        self._next = start

    def add(self, number: int, spectrum: NDArray[np.complex64]) -> None:
        """Add the column `number`; columns must come in order."""
        samples = np.zeros(self._reach, np.float32)
        overlap_add(samples, spectrum, self._settings.hop_length)
        samples *= self._gain
        start = number * self._time_stride * self._settings.hop_length
        start -= self._settings.n_fft // 2
        if start < 0:
            samples[:-start] = 0.0  # nothing sounds before the stream begins
        end = start + self._reach - self._next
        if end > len(self._pending):
            self._pending = np.pad(self._pending, (0, end - len(self._pending)))
        self._pending[end - self._reach : end] += samples

    def take(self, count: int) -> NDArray[np.float32] | None:
        """The next `count` samples; `None` if all of them are zero."""
        taken = self._pending[:count]
        self._pending = self._pending[count:]
        self._next += count
        if not len(taken):
            return None
        return np.pad(taken, (0, count - len(taken)))
