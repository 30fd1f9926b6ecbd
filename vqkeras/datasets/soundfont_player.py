"""One note at a time out of a SoundFont, through tinysoundfont."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.resample import resample
from edge_runtime.errors import MissingDependencyError, UserError
from vqkeras.datasets.general_midi import family_of
from vqkeras.datasets.synthesiser import HELD_SECONDS, RELEASE_SECONDS

SAMPLE_RATE = 16000  # Hz, that of NSynth

# tinysoundfont interpolates its samples without a filter: straight at 16 kHz what lies
# above 8 kHz folds down, up to 7 dB of spectral distance in some notes.
_RENDER_RATE = 48000
_DRUM_BANK = 128
_REST_SECONDS = 0.25  # for what still sounds of the note before


class SoundFontPlayer:
    """Plays single notes of a SoundFont, on NSynth's recipe.

    Args:
        path: SoundFont, `.sf2` or `.sf3`.
        sample_rate: Of the notes, in Hz, at most 48000. Defaults to NSynth's 16000.

    Raises:
        MissingDependencyError: If tinysoundfont is not installed.
        UserError: If the file is not a SoundFont.
    """

    def __init__(self, path: Path, sample_rate: int = SAMPLE_RATE) -> None:
        try:
            import tinysoundfont
        except ImportError as error:
            raise MissingDependencyError(
                "Rendering needs tinysoundfont. "
                "Run: pip install --no-deps tinysoundfont"
            ) from error
        self.sample_rate = sample_rate
        self._synth = tinysoundfont.Synth(samplerate=_RENDER_RATE)
        try:
            # As bytes: the library cannot open a path with letters beyond ASCII.
            self._font = self._synth.sfload(path.read_bytes())
        except OSError as error:
            raise UserError(f"Cannot read {path}: {error.strerror}.") from error
        except RuntimeError as error:
            raise UserError(f"{path} is not a SoundFont (.sf2 or .sf3).") from error

    def presets(self) -> dict[tuple[int, int], str]:
        """Names of all presets with a pitch, by bank and program; no drum kits."""
        found = {}
        for bank in range(_DRUM_BANK):
            for program in range(128):
                name = self._synth.sfpreset_name(self._font, bank, program)
                if name is not None and family_of(program) is not None:
                    found[bank, program] = name
        return found

    def play(
        self, preset: tuple[int, int], pitch: int, velocity: int
    ) -> NDArray[np.float32]:
        """Render one note, held for 3 s and followed for 1 s.

        Args:
            preset: Bank and program, one of `presets()`.
            pitch: MIDI pitch in [0, 127].
            velocity: MIDI velocity in [1, 127].

        Returns:
            float32 array of shape `(4 * sample_rate,)`, in the SoundFont's own level,
            which may exceed 1.
        """
        self._synth.program_select(0, self._font, *preset)
        self._synth.noteon(0, pitch, velocity)
        held = self._generate(HELD_SECONDS)
        self._synth.noteoff(0, pitch)
        audio = np.concatenate([held, self._generate(RELEASE_SECONDS)])
        self._synth.sounds_off()
        self._generate(_REST_SECONDS)
        return resample(audio, _RENDER_RATE, self.sample_rate)

    def _generate(self, seconds: float) -> NDArray[np.float32]:
        """The next samples, both sides of the stereo sound averaged."""
        stereo = np.frombuffer(
            self._synth.generate(round(seconds * _RENDER_RATE)), np.float32
        )
        return np.float32(0.5) * (stereo[::2] + stereo[1::2])
