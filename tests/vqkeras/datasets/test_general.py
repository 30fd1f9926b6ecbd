"""Many kinds of sound: manifest, division by origin, clips, balance."""

import re
from collections import Counter

import numpy as np
import pytest
import soundfile

from edge_runtime.errors import UserError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets import DataConfig, load_dataset
from vqkeras.datasets.general import load_general
from vqkeras.datasets.general_clips import Clip, Part, all_clips, drawn_clips, read_clip
from vqkeras.datasets.general_manifest import (
    COLUMNS,
    GeneralSound,
    origin_of,
    read_credits,
    read_manifest,
)
from vqkeras.datasets.general_split import split_by_origin

RATE = 2000
SETTINGS = SpectrogramSettings("warped", sample_rate=RATE, n_fft=64, hop_length=16)


def sound(kind, origin, name, seconds=2.0, audio=None):
    return GeneralSound(
        kind=kind,
        source=origin,
        origin=origin,
        name=name,
        seconds=seconds,
        fingerprint=name,
        read=lambda: (audio, RATE),
    )


def many(origins=12, per_origin=4, of_kinds="abc"):
    return [
        sound(kind, f"{kind}{origin}", f"{kind}{origin}/{number}")
        for kind in of_kinds
        for origin in range(origins)
        for number in range(per_origin)
    ]


def split(sounds, **changes):
    options = {"test_share": 0.2, "validation_share": 0.1, "seed": 0, **changes}
    return split_by_origin(sounds, **options)


def test_all_sounds_of_the_manifest_are_read(kinds, tmp_path):
    sounds = read_manifest(kinds.fill(tmp_path))
    assert len(sounds) == 36
    assert {each.kind for each in sounds} == {"drums", "speech"}
    audio, rate = sounds[0].read()
    assert (audio.shape, audio.dtype, rate) == ((3000,), np.float32, RATE)


@pytest.mark.parametrize(
    "damage, message",
    [
        (lambda rows: rows.clear(), "needs a line for each sound and the columns path"),
        (lambda rows: [r.update(seconds="long") for r in rows], "no length: 'long'"),
        (lambda rows: [r.update(seconds="inf") for r in rows], "no length: 'inf'"),
        (lambda rows: [r.update(path="a/gone.wav") for r in rows], "gone.wav: is miss"),
        (lambda rows: [r.update(path="../a.wav") for r in rows], "leaves the folder"),
    ],
)
def test_a_damaged_manifest_is_one_line(kinds, tmp_path, damage, message):
    rows = [kinds.write_sound(tmp_path, f"drums/kit/{i}.wav", 1.0) for i in range(2)]
    damage(rows)
    kinds.write_manifest(tmp_path, rows)
    with pytest.raises(UserError, match=re.escape(message)) as caught:
        read_manifest(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_manifest_without_columns_or_with_a_short_line_is_refused(kinds, tmp_path):
    rows = [kinds.write_sound(tmp_path, "drums/kit/0.wav", 1.0)]
    kinds.write_manifest(tmp_path, rows, columns=COLUMNS[:-1])
    with pytest.raises(UserError, match=r"manifest.csv needs .* original\."):
        read_manifest(tmp_path)
    kinds.write_manifest(tmp_path, rows)
    path = tmp_path / "manifest.csv"
    path.write_text(path.read_text() + "drums/kit/1.wav,drums\n")
    with pytest.raises(UserError, match="Line 3 of .* has not the columns of line 1"):
        read_manifest(tmp_path)


def test_no_folder_and_no_manifest_are_one_line(tmp_path, monkeypatch):
    monkeypatch.delenv("VQKERAS_DATA", raising=False)
    with pytest.raises(UserError, match="data.name=general needs data.dir"):
        load_general(DataConfig("general"), SETTINGS)
    with pytest.raises(UserError, match="Cannot read .*manifest.csv"):
        load_general(DataConfig("general", dir=str(tmp_path)), SETTINGS)


def test_near_duplicates_have_one_origin():
    assert origin_of({"source": "kenney_ui", "original": "a.ogg"}) == "kenney_ui"
    row = {"source": "esc10", "original": "1-30226-A.ogg"}
    assert origin_of(row) == "esc10/30226"
    hits = {"source": "muldjordkit", "original": "x"}
    loop = {"source": "groove_render", "original": "drummer1/session2/5 muld"}
    assert origin_of(hits) == origin_of(loop)
    rendered = {"source": "groove_render", "original": "drummer1/session2/5 gm16"}
    assert origin_of(rendered) == "fluidr3_kits"


def test_no_origin_is_in_two_splits_and_every_kind_in_each():
    sounds = many()
    places = split(sounds)
    for origin in {each.origin for each in sounds}:
        own = {p for s, p in zip(sounds, places, strict=True) if s.origin == origin}
        assert len(own) == 1
    of_kinds = {(s.kind, p) for s, p in zip(sounds, places, strict=True)}
    assert len(of_kinds) == 9
    shares = Counter(places)
    assert 0.1 <= shares["test"] / len(sounds) <= 0.3
    assert 0.05 <= shares["validation"] / len(sounds) <= 0.2


def test_a_kind_of_few_origins_is_watched_on_single_sounds():
    sounds = many(origins=3)
    places = split(sounds)
    for kind in "abc":
        of_kind = [
            (each.origin, place)
            for each, place in zip(sounds, places, strict=True)
            if each.kind == kind
        ]
        watched = {origin for origin, place in of_kind if place == "validation"}
        learned = {origin for origin, place in of_kind if place == "train"}
        tested = {origin for origin, place in of_kind if place == "test"}
        assert watched <= learned
        assert tested and not tested & learned


def test_the_division_is_the_same_each_time_and_another_with_another_seed():
    sounds = many()
    assert split(sounds) == split(sounds)
    assert split(sounds) != split(sounds, seed=1)


def test_another_sound_moves_few_origins():
    sounds = many(origins=20)
    before = dict(zip(sounds, split(sounds), strict=True))
    more = [*sounds, sound("a", "a99", "a99/0")]
    after = dict(zip(more, split(more), strict=True))
    moved = {s.origin for s in sounds if before[s] != after[s]}
    assert len(moved) <= 2


def test_an_origin_held_back_in_one_kind_is_held_back_in_all():
    hits = many(of_kinds="a")
    loops = [sound("loops", hit.origin, f"loop of {hit.name}") for hit in hits]
    sounds = [*hits, *loops]
    places = dict(zip([s.name for s in sounds], split(sounds), strict=True))
    for hit in hits:
        assert places[hit.name] == places[f"loop of {hit.name}"]


def test_a_kind_of_one_origin_is_refused():
    with pytest.raises(UserError, match="kind 'a' have one origin, 'a0': a test needs"):
        split(many(origins=1))


def test_no_validation_is_allowed():
    assert set(split(many(), validation_share=0.0)) == {"train", "test"}


def test_clips_are_balanced_over_kinds():
    # A hundred times as much speech as percussion gives a few times as many clips.
    sounds = [
        *(sound("speech", f"s{i}", f"s{i}", seconds=20.0) for i in range(50)),
        *(sound("percussion", f"p{i}", f"p{i}", seconds=0.2) for i in range(50)),
    ]
    clips = drawn_clips(sounds, 400, semitones=0.0, seed=0)
    counts = Counter(clip.parts[0].sound.kind for clip in clips)
    assert sum(counts.values()) == pytest.approx(400, abs=2)
    assert 2 < counts["speech"] / counts["percussion"] < 12


def test_drawn_clips_repeat_with_their_seed_and_half_change_their_speed():
    sounds = many(per_origin=1)
    clips = drawn_clips(sounds, 200, semitones=4.0, seed=1)
    assert clips == drawn_clips(sounds, 200, semitones=4.0, seed=1)
    assert clips != drawn_clips(sounds, 200, semitones=4.0, seed=2)
    octaves = np.array([clip.octaves for clip in clips])
    assert 0.4 < np.mean(octaves != 0.0) < 0.6
    assert 0.2 < np.abs(octaves).max() <= 4 / 12
    assert all(
        clip.octaves == 0.0 for clip in drawn_clips(sounds, 9, semitones=0.0, seed=0)
    )


def test_clips_of_a_test_hold_every_sound_once_in_its_order():
    ramp = np.arange(7 * RATE, dtype=np.float32)
    parts = np.split(ramp, [3 * RATE, 4 * RATE])
    sounds = [
        sound("a", "o", f"{i}", seconds=len(part) / RATE, audio=part)
        for i, part in enumerate(parts)
    ]
    clips = all_clips(sounds, most=9)
    heard = np.concatenate([read_clip(clip, RATE) for clip in clips])
    assert heard.shape == (2 * 4 * RATE,)
    np.testing.assert_array_equal(heard[: len(ramp)], ramp)
    np.testing.assert_array_equal(heard[len(ramp) :], ramp[:RATE])  # begins anew


def test_a_clip_at_another_speed_has_another_pitch():
    time = np.arange(10 * RATE) / RATE
    tone = np.sin(2 * np.pi * 200 * time).astype(np.float32)
    clip = Clip((Part(sound("a", "o", "x", 10.0, tone), 0.0, 0.0),), octaves=1 / 3)
    spectrum = np.abs(np.fft.rfft(read_clip(clip, RATE)))
    assert spectrum.argmax() / 4.0 == pytest.approx(200 * 2 ** (1 / 3), rel=0.02)


@pytest.fixture
def folder(kinds, tmp_path):
    return kinds.fill(tmp_path / "general")


def test_a_data_set_hears_unknown_sources_in_its_test(folder, tmp_path):
    config = DataConfig(
        "general", dir=str(folder), train_clips=20, cache_dir=str(tmp_path / "cache")
    )
    dataset = load_dataset(config, SETTINGS)
    assert dataset.name == "general"
    assert len(dataset.train) == pytest.approx(20, abs=1)
    sources = {}
    for part in ("train", "validation", "test"):
        metadata = getattr(dataset, part).metadata
        assert {each["kind"] for each in metadata} == {"drums", "speech"}
        sources[part] = {each["instrument_str"] for each in metadata}
    assert not sources["test"] & sources["train"]
    assert dataset.train[0].shape == (4 * RATE // 16 + 1, SETTINGS.num_bins, 1)


def test_files_of_any_rate_are_heard_at_the_models(folder):
    path = folder / "drums/drums0/0.wav"
    soundfile.write(path, np.zeros(4000), 4000)
    splits = load_general(DataConfig("general", dir=str(folder)), SETTINGS)
    for part in (splits.train, splits.validation, splits.test):
        assert part.read(0).shape == (4 * RATE,)


def test_credits_are_named_once_without_their_details(folder):
    names = read_credits(folder)
    assert len(names) == 12
    assert names[0] == "drums0 by somebody"
    assert list(names) == sorted(names)
