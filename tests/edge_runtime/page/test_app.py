"""What the server answers to requests that are meant well."""

import json
from pathlib import Path

import numpy as np
import pytest

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.audio.examples import EXAMPLES
from edge_runtime.audio.wav import parse_wav, wav_bytes
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.effects.table import EFFECTS
from edge_runtime.page.static_files import STATIC_FOLDER
from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.priors.naive_bayes import NaiveBayesPrior
from edge_runtime.spectrogram.region import Region


def test_the_page_and_all_it_loads(client):
    status, headers, _body = client.request("GET", "/")
    assert status == 200 and headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    for path in filter(Path.is_file, STATIC_FOLDER.rglob("*")):
        address = f"/static/{path.relative_to(STATIC_FOLDER).as_posix()}"
        status, headers, content = client.request("GET", address)
        assert (status, content) == (200, path.read_bytes())
        assert headers["X-Content-Type-Options"] == "nosniff"
        again = {"If-None-Match": headers["ETag"]}
        assert client.request("GET", address, headers=again)[0] == 304


def test_nothing_comes_from_another_host():
    allowed = {"http://www.w3.org/2000/svg"}  # a name, never fetched
    for path in filter(Path.is_file, STATIC_FOLDER.rglob("*")):
        for word in path.read_text(encoding="utf-8").replace('"', " ").split():
            assert "://" not in word or word in allowed, f"{path.name}: {word}"


def test_model_description(client, level_bundle):
    card = json.loads(client.request("GET", "/api/model")[2])
    assert (card["name"], card["codebook_size"]) == (level_bundle.name, 16)
    assert (card["time_stride"], card["freq_stride"]) == (4, 16)
    inner = [(16 * cell - 0.5) * 8000 / 256 for cell in range(1, 8)]
    assert card["cell_edges_hz"] == [0.0, *inner, 4000.0]
    takes = {tool["name"]: tool["takes"] for tool in card["tools"]}
    assert set(takes) == {"inpaint", *EFFECTS}
    assert takes["shift"] == ["strength", "axis"]
    assert takes["mix"] == ["strength", "second"]
    strength, axis = card["arguments"]
    assert (strength["name"], strength["low"], strength["high"]) == ("strength", 0, 1)
    assert (axis["name"], axis["choices"]) == ("axis", ["time", "frequency"])


def test_other_models(client, noise_wav, level_bundle):
    card = json.loads(client.request("GET", "/api/model/second")[2])
    names = [level_bundle.name, "second"]
    assert card["name"] == "second" and [m["name"] for m in card["models"]] == names
    purposes = [model["purpose"] for model in card["models"]]
    assert purposes == [
        "a model of your own, at 8 kHz, 1.0 kbit/s",
        "to compare with",
    ]
    edit = {"tool": "noise", "time": [0.4, 0.6], "seed": 7, "strength": 1}
    answers = [
        client.post("/api/edit", sound=noise_wav, edit=edit, **model)
        for model in ({}, {"model": b"second"}, {"model": b"/etc/passwd"})
    ]
    assert [answer[0] for answer in answers] == [200, 200, 422]
    assert answers[0][2] == answers[1][2]
    assert "Expected one of" in json.loads(answers[2][2])["error"]
    assert client.request("GET", "/api/model/third")[0] == 422


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_four_seconds_and_loud(client, name):
    wav = parse_wav(client.request("GET", f"/api/examples/{name}")[2])
    assert wav.samples.shape == (176400, 1) and wav.sample_rate == 44100
    assert np.abs(wav.samples).max() == round(0.7 * 32767)


def test_a_sound_is_sent_once_and_edited_by_its_name(client, noise_wav):
    status, _, body = client.post("/api/sounds", sound=noise_wav)
    described = json.loads(body)
    name = described.pop("id").encode()
    assert status == 200 and described == {
        "duration_s": 1.0,
        "sample_rate": 8000,
        "channels": 1,
        "subtype": "PCM_16",
    }
    edit = {"tool": "noise", "time": [0.4, 0.6], "seed": 7, "strength": 1}
    whole = client.post("/api/edit", sound=noise_wav, edit=edit)[2]
    status, headers, body = client.post("/api/edit", sound_id=name, edit=edit)
    assert status == 200
    report = json.loads(headers["Edit-Report"])
    before, after = parse_wav(noise_wav).samples, parse_wav(whole).samples
    changed = np.flatnonzero((before != after)[:, 0])
    assert report["first_sample"] == changed[0]
    np.testing.assert_array_equal(
        parse_wav(body).samples, after[changed[0] : changed[-1] + 1]
    )
    # The result goes by a name of its own, and the first one still stands.
    again = {**edit, "time": [0.1, 0.2]}
    second = client.post("/api/edit", sound_id=report["id"].encode(), edit=again)[2]
    direct = client.post("/api/edit", sound=whole, edit=again)[2]
    first = json.loads(
        client.post("/api/edit", sound_id=name, edit=edit)[1]["Edit-Report"]
    )["first_sample"]
    assert first == report["first_sample"] and parse_wav(second).samples.any()
    assert np.isin(parse_wav(second).samples, parse_wav(direct).samples).all()


def test_what_changed_of_a_sound_is_sent_alone(client, noise_wav):
    name = json.loads(client.post("/api/sounds", sound=noise_wav)[2])["id"].encode()
    stored = parse_wav(noise_wav)
    patch = AudioFile(stored.samples[100:2100] // 8, 8000, "PCM_16")
    samples = stored.samples.copy()
    samples[400:2400] = patch.samples
    parts = {"sound_id": name, "patch": wav_bytes(patch), "first_sample": b"400"}
    status, _, body = client.post("/api/sounds", **parts)
    changed = json.loads(body)["id"].encode()
    whole = wav_bytes(AudioFile(samples, 8000, "PCM_16"))
    edit = {"tool": "mix", "time": [0.1, 0.25], "strength": 1}
    expected = client.post("/api/edit", sound=whole, second=noise_wav, edit=edit)[2]
    ids = {"sound_id": changed, "second_id": name}
    answer = client.post("/api/edit", **ids, edit=edit)
    first = json.loads(answer[1]["Edit-Report"])["first_sample"]
    part = parse_wav(answer[2]).samples
    assert status == answer[0] == 200 and len(part) > 800
    expected = parse_wav(expected).samples
    np.testing.assert_array_equal(expected[first : first + len(part)], part)
    for wrong in ({"first_sample": b"-1"}, {"first_sample": b"7900"}, {"patch": b"x"}):
        assert client.post("/api/sounds", **{**parts, **wrong})[0] == 422
    assert client.post("/api/sounds", **{**parts, "sound_id": b"x"})[0] == 410
    both = {"second": noise_wav, **ids}
    assert client.post("/api/edit", **both, edit=edit)[0] == 422


def test_a_name_of_no_sound(client, noise_wav):
    status, _, body = client.post("/api/edit", sound_id=b"../x", edit={"tool": "noise"})
    assert status == 410 and "Send it again" in json.loads(body)["error"]
    both = {"sound": noise_wav, "sound_id": b"x", "edit": {"tool": "noise"}}
    assert client.post("/api/edit", **both)[0] == 422


def test_edit_equals_the_library(client, noise_wav, level_bundle, level_codec):
    edit = {"tool": "inpaint", "time": [0.4, 0.6], "freq": [500, 2000], "seed": 7}
    status, headers, body = client.post("/api/edit", sound=noise_wav, edit=edit)
    assert (status, headers["Content-Type"]) == (200, "audio/wav")
    stored = parse_wav(noise_wav)
    sound = AudioFile(stored.samples, stored.sample_rate, stored.subtype)
    expected = Inpainter(level_bundle, engine=level_codec).inpaint(
        sound,
        Region(0.4, 0.6, 500, 2000),
        prior=NaiveBayesPrior(16, marginal=level_bundle.marginal),
        seed=7,
    )
    assert body == wav_bytes(expected.audio_file)
    report = json.loads(headers["Edit-Report"])
    assert (report["tool"], report["seed"]) == ("inpaint", 7)
    assert report["cells"] == expected.mask.sum()
    assert report["box"]["start_s"] == expected.box.start_s


@pytest.mark.parametrize(
    ("where", "suited"),
    [
        ({"time": [0.4, 0.6]}, "time"),
        ({"time": [0.4, 0.6], "freq": [0, 4000]}, "time"),
        ({"cells": ["0" * 8] * 4 + ["1" * 8] * 20 + ["0" * 8] * 8}, "time"),
        ({"time": [0.4, 0.6], "freq": [0, 3000]}, "both"),
        ({"cells": ["0" * 8] * 4 + ["01111111"] * 20 + ["0" * 8] * 8}, "both"),
    ],
)
def test_where_it_looks_unless_told(client, noise_wav, where, suited):
    plain = {"tool": "inpaint", "prior": "naive_bayes", "phase": "original", **where}
    answers = {
        name: client.post("/api/edit", sound=noise_wav, edit={**plain, **more})[2]
        for name, more in {
            "default": {},
            "time": {"neighbourhood": "time"},
            "both": {"neighbourhood": "both"},
        }.items()
    }
    assert answers["default"] == answers[suited]
    assert answers["time"] != answers["both"]


def test_temperature_of_draws(client, noise_wav, level_bundle, level_codec):
    edit = {"tool": "inpaint", "prior": "marginal", "predict": "sample", "seed": 5}
    stored = parse_wav(noise_wav)
    sound = AudioFile(stored.samples, stored.sample_rate, stored.subtype)
    answers = []
    for asked in ({}, {"temperature": 1}, {"temperature": 20}):
        body = client.post("/api/edit", sound=noise_wav, edit={**edit, **asked})[2]
        prior = MarginalPrior(level_bundle.marginal, predict="sample", **asked)
        expected = Inpainter(level_bundle, engine=level_codec).inpaint(
            sound, Region(0.0, 1.0, 0, 4000), prior=prior, seed=5
        )
        assert body == wav_bytes(expected.audio_file)
        answers.append(body)
    assert answers[0] == answers[1] != answers[2]


def test_painted_cells(client, noise_wav):
    rows = ["0" * 8] * 32
    rows[9] = "01100000"
    edit = {"tool": "noise", "cells": rows, "seed": 1, "strength": 1}
    _, headers, body = client.post("/api/edit", sound=noise_wav, edit=edit)
    assert json.loads(headers["Edit-Report"])["cells"] == 2
    before, after = parse_wav(noise_wav).samples, parse_wav(body).samples
    changed = np.flatnonzero((before != after)[:, 0])
    first, last = 9 * 256 - 128, 9 * 256 + 3 * 64 + 128
    assert len(changed) and first - 1 <= changed[0] and changed[-1] <= last + 1


@pytest.mark.parametrize("tool", sorted(EFFECTS))
def test_every_effect(client, noise_wav, tool):
    second = {"second": noise_wav[:44] + noise_wav[:43:-1]}
    if not EFFECTS[tool].needs_second:
        second = {}
    edit = {"tool": tool, "time": [0.2, 0.8], "strength": 1}
    status, headers, body = client.post(
        "/api/edit", sound=noise_wav, edit=edit, **second
    )
    assert status == 200 and len(body) == len(noise_wav)
    # The tiny model's vectors have one channel, and one is always kept.
    changed = json.loads(headers["Edit-Report"])["cells"]
    assert changed == 0 if tool == "keep_channels" else changed > 0


def test_stereo_float_at_another_rate_keeps_its_format(client, wav_of):
    rng = np.random.default_rng(1)
    wav = wav_of(rng.normal(scale=0.1, size=(22050, 2)), 22050, "FLOAT")
    edit = {"tool": "inpaint", "time": [0.4, 0.5]}
    _status, _, body = client.post("/api/edit", sound=wav, edit=edit)
    before, after = parse_wav(wav), parse_wav(body)
    assert (after.sample_rate, after.subtype) == (22050, "FLOAT")
    np.testing.assert_array_equal(before.samples[:6000], after.samples[:6000])


@pytest.mark.parametrize(
    ("edit", "parts", "message"),
    [
        ({"tool": "mix"}, (), "needs a second sound"),
        ({"tool": "inpaint"}, ("second",), "takes no second sound"),
        ({"tool": "inpaint"}, ("other",), "unknown part called 'other'"),
        (
            {"tool": "inpaint", "time": [2, 3]},
            (),
            "time starts at 2 s; this sound ends",
        ),
        ({"tool": "inpaint", "freq": [4000, 5000]}, (), "freq starts at 4000 Hz"),
        ({"tool": "inpaint", "cells": ["01"]}, (), "has 32 x 8 cells. Received: 1 x 2"),
        ({"tool": "inpaint", "prior": "marginal", "radius": 1}, (), "has no radius"),
        ({"tool": "inpaint", "temperature": 2}, (), "with predict argmax"),
    ],
)
def test_what_does_not_fit_together(client, noise_wav, edit, parts, message):
    more = dict.fromkeys(parts, noise_wav)
    status, _, body = client.post("/api/edit", sound=noise_wav, edit=edit, **more)
    assert status == 422 and message in json.loads(body)["error"]


def test_parts_that_are_missing(client, noise_wav):
    status, _, body = client.post("/api/edit", sound=noise_wav)
    assert status == 422 and "no part called 'edit'" in json.loads(body)["error"]
    status, _, body = client.post("/api/sounds", edit={})
    assert status == 422 and "called 'sound'" in json.loads(body)["error"]
