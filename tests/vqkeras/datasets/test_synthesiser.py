import numpy as np
import pytest

from vqkeras.datasets.config import FAMILIES
from vqkeras.datasets.synthesiser import Instrument
from vqkeras.datasets.timbres import TIMBRES


def _spectrum(audio, sample_rate):
    """Magnitudes and frequencies of the second half second."""
    part = audio[sample_rate // 2 : sample_rate]
    magnitudes = np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 17))
    return magnitudes, np.fft.rfftfreq(1 << 17, 1 / sample_rate)


@pytest.mark.parametrize("family", TIMBRES)
@pytest.mark.parametrize("pitch", [24, 36, 60, 84, 108])
def test_notes_are_in_tune(family, pitch):
    magnitudes, frequencies = _spectrum(Instrument(family, 0).render(pitch, 100), 16000)
    hz = 440.0 * 2.0 ** ((pitch - 69) / 12.0)
    # Organs have drawbars at 1/2 and 3/2 of the fundamental.
    partials = np.append(np.arange(1, 60), [0.5, 1.5])
    strongest = frequencies[magnitudes.argmax()] / hz
    cents = 1200 * np.log2(strongest / partials)
    assert np.min(np.abs(cents)) < 25


@pytest.mark.parametrize("family", TIMBRES)
def test_notes_follow_the_recipe_of_nsynth(family):
    audio = Instrument(family, 1).render(60, 127)
    assert audio.shape == (64000,)
    assert audio.dtype == np.float32
    assert np.isfinite(audio).all()
    assert np.max(np.abs(audio)) == pytest.approx(0.9)
    # It has begun after a tenth of a second, and is let go after three.
    assert np.max(np.abs(audio[:1600])) > 0.01
    assert np.max(np.abs(audio[-100:])) < 1e-3
    held, released = (np.std(audio[start : start + 3200]) for start in (44000, 60000))
    assert released < 0.3 * held + 1e-6


@pytest.mark.parametrize("family", TIMBRES)
def test_the_same_note_twice_is_the_same_sound(family):
    first = Instrument(family, 2).render(50, 80)
    np.testing.assert_array_equal(first, Instrument(family, 2).render(50, 80))
    for other in (
        Instrument(family, 3).render(50, 80),
        Instrument(family, 2, seed=1).render(50, 80),
        Instrument(family, 2).render(51, 80),
        Instrument(family, 2).render(50, 110),
    ):
        assert np.max(np.abs(first - other)) > 0.01


def test_stronger_is_louder_and_mostly_brighter():
    brighter = 0
    for family in TIMBRES:
        soft, strong = (Instrument(family, 0).render(48, v) for v in (30, 120))
        assert np.max(np.abs(soft)) < 0.6 * np.max(np.abs(strong))
        centroids = []
        for audio in (soft, strong):
            magnitudes, frequencies = _spectrum(audio, 16000)
            centroids.append(np.sum(frequencies * magnitudes) / np.sum(magnitudes))
        brighter += centroids[1] > centroids[0]
    assert brighter >= 5


def test_families_are_told_apart_by_their_spectra():
    def profile(family, number):
        magnitudes, _ = _spectrum(Instrument(family, number).render(60, 100), 16000)
        bands = magnitudes[: 1 << 16].reshape(64, -1).mean(axis=1)
        return np.log10(bands / bands.max() + 1e-4)

    organ, mallet, reed = (profile(family, 0) for family in ("organ", "mallet", "reed"))
    assert (
        min(np.std(organ - mallet), np.std(mallet - reed), np.std(organ - reed)) > 0.2
    )


def test_other_sample_rates_keep_the_pitch():
    audio = Instrument("reed", 0).render(57, 100, sample_rate=8000)
    assert audio.shape == (32000,)
    magnitudes, frequencies = _spectrum(audio, 8000)
    ratio = frequencies[magnitudes.argmax()] / 220.0
    assert ratio == pytest.approx(round(ratio), abs=0.02)


def test_families_and_names_are_those_of_nsynth():
    assert set(TIMBRES) <= set(FAMILIES)
    assert Instrument("string", 12).name == "string_synthetic_012"


def test_impossible_notes_are_refused():
    with pytest.raises(
        ValueError, match="Unknown family 'kazoo'. Expected one of bass"
    ):
        Instrument("kazoo", 0).render(60, 100)
    for pitch, velocity in ((128, 100), (-1, 100), (60, 0), (120, 100)):
        with pytest.raises(ValueError, match=f"pitch={pitch}, velocity={velocity}"):
            Instrument("bass", 0).render(pitch, velocity)
