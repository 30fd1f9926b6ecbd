"""A file of codes: small, and the same sound as `reconstruct` gives."""

import dataclasses
import json
import zlib

import numpy as np
import pytest

from edge_runtime import AudioFile, load_model, read_audio, write_audio
from edge_runtime.__main__ import main
from edge_runtime.audio.examples import EXAMPLES, example_wav
from edge_runtime.codes import codes_file
from edge_runtime.codes.codes_file import (
    SoundCodes,
    map_frames_of,
    read_codes,
    write_codes,
)
from edge_runtime.edit.reconstruction import reconstruct
from edge_runtime.engines.load import load_engine
from edge_runtime.errors import AudioError, BundleError, UsageError
from tests.first_codes import first_format

MODELS = ("nsynth_light", "general")


@pytest.fixture(scope="module")
def bundles():
    return {name: load_model(name) for name in MODELS}


@pytest.fixture
def sound(tmp_path):
    """Stereo at a rate of no model, above full scale in one place."""
    time = np.arange(18001) / 22050
    note = np.sin(2 * np.pi * 220 * time) * np.exp(-time)
    noise = np.random.default_rng(0).normal(0, 0.1, len(time))
    samples = np.stack([1.2 * note, noise], axis=1).astype(np.float32)
    path = tmp_path / "in.wav"
    write_audio(path, AudioFile(samples, 22050, "FLOAT"))
    return path


@pytest.mark.parametrize(
    ("model", "phase"), [(MODELS[0], "griffin_lim"), (MODELS[1], "continued")]
)
def test_the_sound_is_that_of_reconstruct(
    model, phase, bundles, sound, tmp_path, capsys
):
    codes, out = tmp_path / "in.vqc", tmp_path / "out.wav"
    given = ["--model", model, "--phase", phase, "--seed", "3", "--texture", "0.3"]
    assert main(["encode", str(sound), "-o", str(codes), *given, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert main(["decode", str(codes), "-o", str(out), "--model", model]) == 0
    expected = reconstruct(
        read_audio(sound), bundles[model], phase=phase, seed=3, texture=0.3
    )
    got = read_audio(out)
    np.testing.assert_array_equal(got.samples, expected.audio_file.samples)
    assert got.subtype == "FLOAT" and got.sample_rate == 22050
    # All of the file is what the marginal asks for, but for texture, peak and seed.
    assert report["bytes"] == codes.stat().st_size
    assert report["bytes"] - 17 <= 1.02 * report["marginal_bytes"]
    assert report["codes"] == expected.codemap.size


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("model", MODELS)
def test_a_file_is_no_longer_than_the_marginal_asks_for(model, name, tmp_path, capsys):
    """All of it: what it says of model and sound too."""
    sound, codes = tmp_path / "in.wav", tmp_path / "in.vqc"
    sound.write_bytes(example_wav(name))
    given = [str(sound), "-o", str(codes), "--model", model]
    assert main(["encode", *given, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["bytes"] == codes.stat().st_size < report["marginal_bytes"]
    assert main(["encode", *given, "--force"]) == 0
    said = capsys.readouterr().out
    assert f"{report['codes']} codes in {report['bytes']} bytes: " in said


@pytest.fixture
def written(bundles, tmp_path):
    bundle = bundles["nsynth_light"]
    codemap = np.random.default_rng(0).integers(0, 48, (1, 1, 128), np.int32)
    codes = SoundCodes(codemap, 4000, 16000, "PCM_16", seed=2**64 - 1)
    path = tmp_path / "a.vqc"
    write_codes(path, codes, bundle)
    return path, codes


def test_all_of_it_comes_back(written, bundles):
    path, codes = written
    again = read_codes(path, bundles["nsynth_light"])
    np.testing.assert_array_equal(again.codemap, codes.codemap)
    for field in dataclasses.fields(SoundCodes):
        if field.name != "codemap":
            assert getattr(again, field.name) == getattr(codes, field.name)


def test_any_changed_byte_is_one_line(written, bundles):
    path, _ = written
    content = path.read_bytes()
    for place in range(0, len(content), 7):
        changed = bytearray(content)
        changed[place] ^= 4
        path.write_bytes(changed)
        with pytest.raises(AudioError, match=r"damaged|no file of codes"):
            read_codes(path, bundles["nsynth_light"])
    path.write_bytes(content[:20])
    with pytest.raises(AudioError, match="damaged"):
        read_codes(path, bundles["nsynth_light"])


@pytest.mark.parametrize("phase", ["continued", "griffin_lim"])
@pytest.mark.parametrize(
    ("texture", "peak", "seed"), [(1.0, 1.0, 0), (0.3, 1.0, 127), (0.0, 1.7, 128)]
)
def test_all_choices_come_back(phase, texture, peak, seed, bundles, tmp_path):
    codemap = np.zeros((2, 1, 128), np.int32)
    path = tmp_path / "a.vqc"
    for subtype in ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"):
        codes = SoundCodes(codemap, 44100, 192000, subtype, peak, phase, texture, seed)
        write_codes(path, codes, bundles["nsynth_light"], force=True)
        again = read_codes(path, bundles["nsynth_light"])
        assert (again.samples, again.sample_rate) == (44100, 192000)
        assert again.subtype == subtype and again.phase == phase
        assert (again.texture, again.peak, again.seed) == (texture, peak, seed)


def test_a_file_of_the_first_format_is_read(bundles, tmp_path):
    bundle = bundles["nsynth_light"]
    codemap = np.random.default_rng(0).integers(0, 48, (1, 1, 128), np.int32)
    given = SoundCodes(codemap, 4000, 16000, "FLOAT", 1.5, "griffin_lim", 0.3, 7)
    content = first_format(given, bundle)
    path = tmp_path / "a.vqc"
    path.write_bytes(content + zlib.crc32(content).to_bytes(4, "little"))
    codes = read_codes(path, bundle)
    np.testing.assert_array_equal(codes.codemap, codemap)
    assert (codes.sample_rate, codes.samples, codes.subtype) == (16000, 4000, "FLOAT")
    assert (codes.texture, codes.peak, codes.seed) == (0.3, 1.5, 7)
    assert codes.phase == "griffin_lim"
    with pytest.raises(BundleError, match="another model than general"):
        read_codes(path, bundles["general"])


def test_another_model_and_no_file_are_one_line(written, bundles, tmp_path, capsys):
    path, _ = written
    with pytest.raises(BundleError, match="another model than general"):
        read_codes(path, bundles["general"])
    with pytest.raises(AudioError, match="Cannot read"):
        read_codes(tmp_path / "none.vqc", bundles["general"])
    out = str(tmp_path / "x.wav")
    assert main(["decode", str(path), "-o", out, "--model", "general"]) == 4
    assert capsys.readouterr().err.count("\n") == 1


# What files said of the models before these were made smaller, and of 0.2.0's.
BEFORE = {
    "general": [],
    "nsynth_light": [
        "95c2da1ed654ba0e0204d3fbdb6b744e",
        "71c457feb3b62048f202b42521bf6de7",
    ],
}
# Of `general` as it was, with other codes.
OTHER_GENERAL = [
    "44fce09842d2f8bd46913b7cec6c7c8d",  # 0.2.0
    "487844b78f82e8aaae3abf330327b4fb",  # exported anew
    "6b08802aa7a0f1e3b7e4ce44e8d9e3a1",  # smaller
]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("first", [False, True])
def test_files_made_with_an_earlier_file_of_the_model_are_read(
    model, first, bundles, tmp_path
):
    bundle, path = bundles[model], tmp_path / "a.vqc"
    bins = bundle.settings.num_bins // bundle.freq_stride
    rows = map_frames_of(bundle, 4000, 16000)
    codemap = np.random.default_rng(0).integers(0, 48, (1, rows, bins), np.int32)
    codes = SoundCodes(codemap, 4000, 16000, "PCM_16")
    write_codes(path, codes, bundle)
    content = first_format(codes, bundle) if first else path.read_bytes()[:-4]

    def made_with(digest):
        digest = bytes.fromhex(digest)[: 16 if first else 8]
        changed = content[:4] + digest + content[4 + len(digest) :]
        path.write_bytes(changed + zlib.crc32(changed).to_bytes(4, "little"))
        return read_codes(path, bundle)

    for digest in BEFORE[model]:
        np.testing.assert_array_equal(made_with(digest).codemap, codemap)
    for digest in OTHER_GENERAL:
        with pytest.raises(BundleError, match="or with an earlier file of it"):
            made_with(digest)


RATE = b"\x64"  # 100 Hz, the lowest
LONG = b"\xff" * 8 + b"\x01"  # 2^63 - 1, in sevens of bits


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (RATE + LONG + b"\x01\x01", r"\d+ codes"),
        (RATE + b"\x01\x00\x01", "0 codes"),
        (b"\x00\x01\x01\x01", "1 channels at 0 Hz"),
        (b"\x63\x01\x01\x01", "1 channels at 99 Hz"),
        (b"\xc1\x84\x3d\x01\x01\x01", "1 channels at 1000001 Hz"),
        (LONG + b"\x01\x01\x01", "1 channels at"),
        (RATE + b"\x01" + LONG + b"\x01", "channels at 100 Hz"),
        (RATE + b"\xff" * 12, "without an end"),
        (RATE + b"\x01\x01\x07", "format 7"),
        (RATE + b"\x01\x01\x19", "phase 3"),
        (RATE + b"\x01\x01\x21abc", "ends early"),
        (RATE + b"\x01\x01\x81" + LONG[:-1] + b"\xff\x7f", "seed must lie in"),
        (b"\x01", "ends early"),
        (b"", "ends early"),
    ],
)
def test_what_claims_the_impossible_is_refused(said, message, written, bundles):
    path, _ = written
    content = path.read_bytes()[:12] + said
    path.write_bytes(content + zlib.crc32(content).to_bytes(4, "little"))
    with pytest.raises(AudioError, match=f"unusable: .*{message}"):
        read_codes(path, bundles["nsynth_light"])


@pytest.mark.parametrize("start", [b"VQC1", b"VQC2"])
def test_a_head_alone_is_refused(start, tmp_path, bundles):
    path = tmp_path / "a.vqc"
    path.write_bytes(start + zlib.crc32(start).to_bytes(4, "little"))
    with pytest.raises(AudioError, match="ends early"):
        read_codes(path, bundles["nsynth_light"])
    path.write_bytes(start)
    with pytest.raises(AudioError, match="damaged"):
        read_codes(path, bundles["nsynth_light"])


def test_more_codes_than_can_be_read_are_not_written(
    written, bundles, tmp_path, monkeypatch
):
    path, codes = written
    bundle, more = bundles["nsynth_light"], tmp_path / "more.vqc"
    monkeypatch.setattr(codes_file, "_MOST_CODES", codes.codemap.size)
    write_codes(more, codes, bundle)
    assert more.read_bytes() == path.read_bytes()
    twice = dataclasses.replace(codes, codemap=np.repeat(codes.codemap, 2, axis=0))
    with pytest.raises(AudioError, match="holds 128 codes, this sound has 256"):
        write_codes(more, twice, bundle, force=True)
    assert more.read_bytes() == path.read_bytes()


def test_phases_that_need_the_sound_and_large_seeds_are_refused():
    nothing = np.zeros((1, 1, 1), np.int32)
    with pytest.raises(UsageError, match="no phase original"):
        SoundCodes(nothing, 1, 1, "FLOAT", phase="original")
    with pytest.raises(UsageError, match="seed must lie in"):
        SoundCodes(nothing, 1, 1, "FLOAT", seed=2**64)


def test_engines_give_one_sound(written, bundles, tmp_path):
    from edge_runtime.edit.from_codes import sound_of_codes

    _, codes = written
    bundle = bundles["nsynth_light"]
    sounds = [
        sound_of_codes(codes, bundle, engine=load_engine(bundle, engine))
        for engine in ("auto", "numpy")
    ]
    assert len(sounds[0].samples) == 4000
    difference = sounds[0].samples.astype(int) - sounds[1].samples
    assert np.abs(difference).max() <= 1
