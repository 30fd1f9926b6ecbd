"""Which sounds are shown and heard: of each kind one, none of them learned from."""

from __future__ import annotations

from dataclasses import dataclass

from edge_runtime.spectrogram.region import Region


@dataclass(frozen=True)
class Example:
    """A part of a sound that no training heard, and a region of that part.

    Attributes:
        name: Of its clips and picture.
        title: What one hears, for people.
        file: Below `$VQKERAS_DATA`.
        start_s: Where the part begins in the file.
        seconds: How long it is.
        region: What is regenerated; its times count from the part's start.
        credit: Who made it, and under which licence.
    """

    name: str
    title: str
    file: str
    start_s: float
    seconds: float
    region: Region
    credit: str


_TOP_HZ = 22050.0
_NSYNTH = "NSynth, Engel et al. 2017, CC BY 4.0"
_GROOVE = "Groove MIDI Dataset, CC BY 4.0, played with Gogodze Phu Vol II, CC0"
_LIBRISPEECH = "LibriSpeech, reader 118, CC BY 4.0"
_QUARTET = "OpenScore String Quartets, CC0, played with FluidR3Mono_GM, MIT"
_BAND = "own pattern, CC0, drums after the Groove MIDI Dataset, CC BY 4.0"
_SINGER = "vocadito, clip 1, CC BY 4.0"
_KIT = "Gogodze Phu Vol II drum kit, Karoryfer Lecolds, CC0"
_ENGINE = "ESC-10, CC BY 3.0; clip by senorstudy, Freesound 193480, CC0"

EXAMPLES = (
    Example(
        "cymbal",
        "a cymbal dying away",
        "general/drums_hits/gogodze2_005.flac",
        0.0,
        1.8,
        Region(0.5, 0.9, 0.0, _TOP_HZ),
        _KIT,
    ),
    Example(
        "snare",
        "a snare hit in a drum loop",
        "general/drums_loops/groove_render_012.flac",
        1.0,
        1.8,
        Region(0.52, 0.84, 0.0, _TOP_HZ),
        _GROOVE,
    ),
    Example(
        "tabla",
        "five strokes of a tabla, the third and fourth gone",
        "loops/loop_tabla.flac",
        0.9,
        1.8,
        Region(0.55, 1.0, 0.0, _TOP_HZ),
        "supersonic samples, CC0",
    ),
    Example(
        "syllable",
        "a syllable of a sentence",
        "general/speech/librispeech_049.flac",
        0.0,
        1.8,
        Region(0.78, 1.06, 0.0, _TOP_HZ),
        _LIBRISPEECH,
    ),
    Example(
        "trumpet",
        "a held note of brass, its lower partials",
        "nsynth/audio/brass_acoustic_046-069-127.flac",
        0.4,
        1.8,
        Region(0.6, 1.1, 300.0, 3000.0),
        _NSYNTH,
    ),
    Example(
        "strings",
        "a chord of a string quartet, its middle",
        "general/polyphony/openscore_031.flac",
        2.0,
        1.8,
        Region(0.6, 1.1, 200.0, 2500.0),
        _QUARTET,
    ),
    Example(
        "band",
        "a band: drums, bass and keys",
        "general/polyphony/own_band_004.flac",
        2.4,
        1.8,
        Region(0.62, 1.08, 100.0, 5000.0),
        _BAND,
    ),
    Example(
        "singing",
        "a voice alone",
        "general/singing/vocadito_001.flac",
        4.2,
        1.8,
        Region(0.6, 0.95, 0.0, _TOP_HZ),
        _SINGER,
    ),
    Example(
        "helicopter",
        "a machine far away",
        "general/environment/esc10_048.flac",
        1.0,
        1.8,
        Region(0.6, 1.1, 0.0, _TOP_HZ),
        _ENGINE,
    ),
    Example(
        "jingle",
        "a jingle of a saxophone",
        "general/melodic_loops/kenney_jingles_sax_008.flac",
        0.0,
        1.7,
        Region(0.7, 1.1, 0.0, _TOP_HZ),
        "Kenney (kenney.nl), CC0",
    ),
    Example(
        "cards",
        "cards being shuffled",
        "general/fx/kenney_casino_037.flac",
        0.8,
        1.8,
        Region(0.6, 1.0, 0.0, _TOP_HZ),
        "Kenney (kenney.nl), CC0",
    ),
)
