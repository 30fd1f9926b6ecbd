"""Each kind of sound by itself: what is compared, and what the spread says of it."""

from types import SimpleNamespace

import numpy as np
import pytest

from edge_runtime.spectrogram.features import spectrogram_of
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets import Split
from vqkeras.evaluation.kinds import evaluate_kinds, has_kinds
from vqkeras.evaluation.opus import opus_is_here
from vqkeras.evaluation.partials import pitch_kept
from vqkeras.evaluation.sound_measures import (
    envelope_correlation,
    log_mel_distance_db,
    spectral_convergence,
)
from vqkeras.evaluation.table import table_of
from vqkeras.spectrogram_sound import sound_of

SETTINGS = SpectrogramSettings("warped", n_fft=512, hop_length=128)
KINDS = ["drums", "notes", "notes", "drums"]


@pytest.fixture(scope="module")
def sounds():
    rng = np.random.default_rng(0)
    seconds = np.arange(16000) / 16000
    notes = [np.sin(2 * np.pi * hz * seconds) * 0.4 for hz in (440.0, 523.3)]
    decay = np.exp(-30.0 * (seconds % 0.25))
    hits = [rng.normal(0, 0.2, 16000) * decay for _ in range(2)]
    return [np.float32(each) for each in (hits[0], *notes, hits[1])]


@pytest.fixture(scope="module")
def split(sounds):
    array = np.stack([spectrogram_of(each, SETTINGS) for each in sounds])
    metadata = [{"kind": kind} for kind in KINDS]
    return Split(array.astype(np.float16), metadata, read_audio=sounds.__getitem__)


def model(examples, *, training, details):
    """Lowers all by 0.05, and says so in half of the bins."""
    spread = np.full_like(examples, 0.03)
    spread[:, :, ::2] = 0.06
    return {"reconstruction": np.maximum(examples - 0.05, 0.0), "spread": spread}


class Patches:
    def reconstruct(self, examples):
        return np.full_like(examples, 0.2)


@pytest.fixture(scope="module")
def run():
    return SimpleNamespace(settings=SETTINGS, model=model)


@pytest.fixture(scope="module")
def rows(run, split):
    return evaluate_kinds(run, split, patches=Patches())


def test_each_kind_has_a_row_for_the_run_its_baseline_and_the_original(rows):
    assert [(row["kind"], row["spectrogram"]) for row in rows] == [
        (kind, name)
        for kind in ("drums", "notes")
        for name in ("this_run", "this_run_texture", "kmeans_patches", "the_original")
    ]
    assert [row["num_examples"] for row in rows] == [2] * 8
    assert {row["num_pitched"] for row in rows if row["kind"] == "notes"} == {2}
    # Decaying noise has no pitch to keep.
    assert not any("pitch_kept" in row for row in rows if row["kind"] == "drums")


def test_means_are_those_of_single_sounds(rows, split, sounds):
    measured = []
    for place in (1, 2):
        output = np.maximum(split[place] - 0.05, 0.0)
        heard = sound_of(output, sounds[place], SETTINGS, phase="original", seed=0)
        pair = sounds[place], heard
        measured.append(
            (
                log_mel_distance_db(*pair, 16000),
                spectral_convergence(*pair),
                envelope_correlation(*pair, 16000),
                pitch_kept(*pair, 16000),
            )
        )
    (row,) = [r for r in rows if (r["kind"], r["spectrogram"]) == ("notes", "this_run")]
    names = (
        "log_mel_distance_db",
        "spectral_convergence",
        "envelope_correlation",
        "pitch_kept",
    )
    received = [row[name] for name in names]
    np.testing.assert_allclose(received, np.mean(measured, axis=0), rtol=1e-6)


def test_the_run_is_judged_by_its_spread_and_others_are_not(rows, split):
    for row in rows:
        assert ("within_one_spread" in row) == (row["spectrogram"] == "this_run")
    drums = rows[0]
    errors = np.minimum(np.stack([split[0], split[3]]), 0.05)
    spread = np.where(np.arange(SETTINGS.num_bins) % 2 == 0, 0.06, 0.03)
    within = errors[..., 0] <= spread
    assert drums["within_one_spread"] == pytest.approx(within.mean(), abs=1e-3)
    assert drums["within_two_spreads"] == 1.0


def test_the_original_has_no_spectral_distance_and_patches_a_large_one(rows):
    for row in rows:
        if row["spectrogram"] == "the_original":
            assert row["lsd_db"] == 0.0
        else:
            assert row["lsd_db"] > 1.0


def test_a_limit_is_that_of_each_kind(run, split):
    rows = evaluate_kinds(run, split, limit=1)
    assert [row["num_examples"] for row in rows] == [1] * 6
    names = {"this_run", "this_run_texture", "the_original"}
    assert {row["spectrogram"] for row in rows} == names


def test_texture_is_a_little_louder_and_further_off(rows):
    for kind in ("drums", "notes"):
        of_kind = {r["spectrogram"]: r for r in rows if r["kind"] == kind}
        smooth, textured = of_kind["this_run"], of_kind["this_run_texture"]
        assert textured["level_error_db"] < smooth["level_error_db"]
        assert textured["lsd_db"] > smooth["lsd_db"]


@pytest.mark.skipif(not opus_is_here(), reason="libsndfile without Opus")
def test_opus_has_a_row_of_each_kind_where_a_rate_is_asked_for(run, split):
    rows = evaluate_kinds(run, split, limit=1, opus_bps=8000.0)
    of_opus = {row["kind"]: row for row in rows if row["spectrogram"] == "opus"}
    assert set(of_opus) == set(KINDS)
    for row in of_opus.values():
        assert row["bitrate_bps"] > 5000.0 and row["lsd_db"] > 0.5
    # It keeps a note at its level, and in place.
    assert of_opus["notes"]["level_error_db"] < 1.0
    assert of_opus["notes"]["pitch_kept"] == 1.0


def test_only_data_that_names_kinds_has_them(split):
    assert has_kinds(split)
    assert not has_kinds(Split(split.array, [{}] * 4))


def test_a_table_shows_every_row(rows):
    errors = {"nmse": 0.1, "lsd_db": 2.0}
    report = {
        "name": "x",
        "data": "general",
        "split": "test",
        "num_examples": 4,
        "seed": 0,
        "note": "",
        **errors,
        "within_one_spread": 0.7,
        "baselines": {"mean": errors},
        "kinds": rows,
    }
    text = table_of(report)
    assert text.count("drums") == text.count("notes") == 4
    assert "2 (2 with a pitch)" in text
    assert "envelope_correlation" in text
