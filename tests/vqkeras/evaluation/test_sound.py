"""Sounds are compared by hand what the evaluation compares in rows."""

from types import SimpleNamespace

import numpy as np
import pytest

from edge_runtime.spectrogram.features import spectrogram_of
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets import Split
from vqkeras.evaluation import sound as sound_evaluation
from vqkeras.evaluation.opus import opus_is_here
from vqkeras.evaluation.partials import pitch_kept
from vqkeras.evaluation.sound import evaluate_sound
from vqkeras.evaluation.sound_measures import level_error_db, log_mel_distance_db
from vqkeras.spectrogram_sound import sound_of

SETTINGS = SpectrogramSettings(n_fft=512, hop_length=128)


def sounds():
    """Two notes, noise, and silence."""
    rng = np.random.default_rng(0)
    seconds = np.arange(16000) / 16000
    notes = [np.sin(2 * np.pi * hz * seconds) * 0.4 for hz in (440.0, 523.3)]
    noise = 0.1 * rng.normal(size=16000)
    return [*(np.float32(each) for each in (*notes, noise, 0.0 * noise))]


@pytest.fixture(scope="module")
def split():
    audio = sounds()
    array = np.stack([spectrogram_of(each, SETTINGS) for each in audio])
    return Split(array.astype(np.float16), [{}] * 4, read_audio=audio.__getitem__)


def run_with(model):
    return SimpleNamespace(settings=SETTINGS, model=model)


def halved(examples):
    """Lowers what sounds by 8 dB."""
    return np.maximum(examples - 0.1, 0.0)


@pytest.fixture(scope="module")
def report(split):
    return evaluate_sound(run_with(halved), split)


def row_of(report, spectrogram, phase):
    (row,) = [
        row
        for row in report["rows"]
        if (row["spectrogram"], row["phase"]) == (spectrogram, phase)
    ]
    return row


def test_every_spectrogram_has_a_row_for_every_phase(report):
    assert (report["num_examples"], report["num_pitched"]) == (4, 2)
    found = [(row["spectrogram"], row["phase"]) for row in report["rows"]]
    if opus_is_here():
        assert found.pop() == ("opus", "its own")
    assert sorted(found) == [
        ("the_original", "continued"),
        ("the_original", "griffin_lim"),
        ("the_original", "original"),
        ("this_run", "continued"),
        ("this_run", "griffin_lim"),
        ("this_run", "original"),
    ]


@pytest.mark.parametrize("phase", ["continued", "original", "griffin_lim"])
def test_means_equal_single_measures(report, split, phase):
    distances, levels, kept = [], [], []
    for place, audio in enumerate(sounds()):
        output = sound_of(halved(split[place]), audio, SETTINGS, phase=phase, seed=0)
        distances.append(log_mel_distance_db(audio, output, 16000))
        levels.append(level_error_db(audio, output))
        kept.append(pitch_kept(audio, output, 16000))
    row = row_of(report, "this_run", phase)
    assert row["log_mel_distance_db"] == pytest.approx(np.mean(distances))
    assert row["level_error_db"] == pytest.approx(np.mean(levels))
    assert kept[2:] == [None, None]
    assert row["pitch_kept"] == np.mean(kept[:2])


def test_what_a_model_does_is_heard(report):
    ceiling = row_of(report, "the_original", "original")
    assert ceiling["log_mel_distance_db"] < 0.2
    assert ceiling["spectral_convergence"] < 0.015
    assert ceiling["pitch_kept"] == 1.0
    lowered = row_of(report, "this_run", "original")
    # Three of four sounds are 8 dB lower, the silent one is not.
    assert lowered["level_error_db"] == pytest.approx(6.0, abs=0.1)
    assert lowered["spectral_convergence"] == pytest.approx(1 - 10**-0.4, abs=0.01)


@pytest.mark.skipif(not opus_is_here(), reason="libsndfile without Opus")
def test_opus_is_heard_beside_the_run(report):
    row = row_of(report, "opus", "its own")
    assert 5000 < row["bitrate_bps"] < 16000
    assert 0.2 < row["log_mel_distance_db"] < 20.0 and row["pitch_kept"] == 1.0


def test_a_model_that_moves_notes_loses_the_pitch(split):
    def raised(examples):
        return np.roll(examples, 2, axis=2)

    report = evaluate_sound(run_with(raised), split)
    for phase in ("continued", "griffin_lim"):
        assert row_of(report, "this_run", phase)["pitch_kept"] == 0.0
        assert row_of(report, "the_original", phase)["pitch_kept"] == 1.0


def test_the_number_of_sounds_is_bounded_and_spread(split, monkeypatch):
    assert evaluate_sound(run_with(halved), split, limit=2)["num_pitched"] == 1
    monkeypatch.setattr(sound_evaluation, "NOTES", 1)
    assert evaluate_sound(run_with(halved), split)["num_examples"] == 1


def test_patches_are_heard_beside_the_run(split):
    class Louder:
        def reconstruct(self, examples):
            return examples + 0.05

    report = evaluate_sound(run_with(halved), split, limit=1, patches=Louder())
    assert len(report["rows"]) == 9 + opus_is_here()  # three spectrograms and phases
    level = row_of(report, "kmeans_patches", "original")["level_error_db"]
    assert level == pytest.approx(4.0, abs=0.1)
