"""A session as a file: saved, opened again, and applied on the command line."""

import json
import shlex

import numpy as np
import pytest

from edge_runtime.__main__ import main
from edge_runtime.audio.audio_file import read_audio
from edge_runtime.commands import apply
from edge_runtime.page.session_file import LARGEST_SESSION


@pytest.fixture
def applied(level_path, level_codec, monkeypatch):
    """Apply a session: `applied(path, *options)` gives the exit code."""
    monkeypatch.setattr(apply, "load_engine", lambda bundle, engine: level_codec)
    monkeypatch.setattr(apply, "check_first_run", lambda path, engine: None)
    return lambda *given: main(
        ["apply", *map(str, given), "--model", str(level_path), "--force"]
    )


def save(page, path):
    """Press the button and write down what the browser would."""
    text = page.run(
        """
        const made = [], { createObjectURL } = URL;
        URL.createObjectURL = (blob) => {
          made.push(blob);
          return createObjectURL.call(URL, blob);
        };
        document.getElementById("save-session").click();
        while (!made.length) await new Promise((done) => setTimeout(done, 10));
        URL.createObjectURL = createObjectURL;
        return made[0].text();
        """
    )
    path.write_text(text)
    return json.loads(text)


def test_a_session_gives_the_same_samples_wherever_it_is_opened(
    page, tmp_path, wav_of, noise_wav, applied, capsys
):
    rng = np.random.default_rng(5)
    wav = wav_of(rng.normal(scale=0.1, size=(9000, 2)), 8000)
    page.open("loop.wav", wav, tmp_path)
    page.press("noise")
    page.drag((0.1, 0.2), (0.2, 0.5), (0.3, 0.9))
    page.apply(variations=2)
    page.keys("2")
    page.type("mix", 0.37)
    page.press("brush")
    page.click("select-none")
    page.drag((0.4, 0.2), (0.5, 0.6), (0.6, 0.3))
    page.press("inpaint")
    page.apply()
    page.keys("k")
    kept = page.wav().samples
    page.run("session.second = { name: 'other', wav: session.history.sound.wav }")
    page.press("mix")
    page.apply()
    page.type("mix", 0.71)
    result = page.wav().samples
    path = tmp_path / "loop-session.json"
    saved = save(page, path)
    labels = [step["label"] for step in saved["steps"]]
    assert labels == ["Randomize", "Large variation", "Mix"]
    assert saved["steps"][1]["edit"]["cells"] and saved["steps"][0]["seeds"][1]
    command = page.find("command").text
    expected = "vqkeras-edge apply loop-session.json -o loop-result.wav"
    assert command == f"{expected} --model levels.tflite"  # it does not ship

    out, change = tmp_path / "loop-result.wav", tmp_path / "change.wav"
    assert applied(path, "-o", out, "--change", change) == 0
    assert "the same samples as on the page" in capsys.readouterr().out
    np.testing.assert_array_equal(read_audio(out).samples, result)
    assert applied(path, "--take", "A", "--json") == 0
    assert json.loads(capsys.readouterr().out)["steps"][1]["mix"] == 1
    np.testing.assert_array_equal(
        read_audio(tmp_path / "loop-session.wav").samples, kept
    )
    before = read_audio(tmp_path / "loop.wav").to_float()
    stem = read_audio(change).to_float()
    np.testing.assert_array_equal(before + stem, read_audio(out).to_float())

    page.open("noise.wav", noise_wav, tmp_path)
    page.find("file").send_keys(str(path))
    said = "return document.getElementById('status').textContent"
    page.until(f"{said}.includes('the same samples as when it was saved')")
    np.testing.assert_array_equal(page.wav().samples, result)
    page.click("undo")
    np.testing.assert_array_equal(page.wav().samples, kept)
    assert page.run("return session.selection.count") > 0
    again = save(page, tmp_path / "again.json")
    assert again["steps"] == saved["steps"] and again["sound"] == saved["sound"]


def test_a_passage_is_put_back_into_its_song(page, tmp_path, wav_of, applied, capsys):
    audio = np.random.default_rng(8).normal(scale=0.05, size=6 * 8000)
    song = tmp_path / "song.wav"
    song.write_bytes(wav_of(audio))
    page.find("file").send_keys(str(song))
    page.until("return document.getElementById('passage').open")
    page.type("passage-length", 2.0)
    page.type("passage-start", 3.0)
    page.driver.find_element("css selector", "#passage .primary").click()
    page.until("return document.getElementById('another-passage').hidden === false")
    page.press("noise")
    page.drag((0.4, 0.2), (0.5, 0.5), (0.6, 0.9))
    page.apply()
    path, out = tmp_path / "song-session.json", tmp_path / "song-result.wav"
    save(page, path)
    command = "vqkeras-edge apply song-session.json song.wav -o song-result.wav"
    assert page.find("command").text.startswith(command)
    assert applied(path, song, "-o", out) == 0
    assert "\nthe same samples as on the page" in capsys.readouterr().out
    result = read_audio(out).samples
    np.testing.assert_array_equal(result[24_000:40_000], page.wav().samples)
    before = read_audio(song).samples
    np.testing.assert_array_equal(result[:24_000], before[:24_000])


def test_a_session_that_the_command_refuses_is_said_to_be_too_large(page, tmp_path):
    limits = "session.model.limits.session_bytes"
    assert page.run(f"return {limits}") == LARGEST_SESSION
    page.press("noise")
    page.click("select-all")
    page.apply()
    path = tmp_path / "session.json"
    said = "return document.getElementById('status').textContent"
    for most, message in ((1 << 20, "all steps, masks"), (100, "it is over")):
        page.run(f"{limits} = {most}")
        save(page, path)
        page.until(f"{said}.includes({json.dumps(message)})")
    page.run(f"{limits} = {LARGEST_SESSION}")


def test_any_name_is_one_word_of_the_command(page, tmp_path):
    command = page.run(
        "const { applyCommand } = await import('/static/keep/session_file.js');"
        "return applyCommand({ name: '-a b.wav' }, { name: arguments[0] })",
        "it's; rm -rf $HOME.wav",
    )
    assert shlex.split(command)[2:] == [
        "./-a_b-session.json",
        "it's; rm -rf $HOME.wav",
        "-o",
        "./-a_b-result.wav",
    ]


def test_an_opening_that_is_cancelled_says_so(page, tmp_path, noise_wav):
    page.press("noise")
    page.click("select-all")
    page.apply()
    path = tmp_path / "session.json"
    save(page, path)
    page.run("session.player.useRate = async () => session.cancel()")
    page.find("file").send_keys(str(path))
    said = "return document.getElementById('status').textContent"
    page.until(f"{said}.includes('session.json: cancelled before its result')")
    page.run("delete session.player.useRate")


def test_a_session_of_an_earlier_file_of_the_model_is_opened(page, tmp_path):
    page.press("noise")
    page.click("select-all")
    page.apply()
    result = page.wav().samples
    path = tmp_path / "session.json"
    whole = save(page, path)
    path.write_text(json.dumps({**whole, "models": {"levels": "0"}}))
    page.run(
        """
        const { fetch } = window;
        window.asked = fetch;
        window.fetch = async (path, ...more) => {
          const answer = await fetch(path, ...more);
          if (!String(path).startsWith("/api/model")) return answer;
          const model = { ...(await answer.json()), earlier_sha256: ["0"] };
          return new Response(JSON.stringify(model));
        };
        """
    )
    page.find("file").send_keys(str(path))
    said = "return document.getElementById('status').textContent"
    page.until(f"{said}.includes('the same samples as when it was saved')")
    np.testing.assert_array_equal(page.wav().samples, result)
    page.run("window.fetch = window.asked")


def test_sessions_that_cannot_be_opened(page, tmp_path):
    page.press("noise")
    page.click("select-all")
    page.apply()
    path = tmp_path / "session.json"
    whole = save(page, path)
    first = whole["sound"]["wav"]
    damaged = {**whole["sound"], "wav": first[:200] + "AAAA" + first[204:]}
    for change, message in (
        ({"format": "x"}, "no session that this page saved"),
        ({"version": 2}, "has version 2; this page reads 1"),
        ({"sound": damaged}, "the samples of noise.wav have changed"),
        ({"sound": {"name": "noise.wav"}}, "does not hold its sound"),
        ({"sound": {**whole["sound"], "wav": "?"}}, "not all of it can be read"),
        ({"steps": [{}]}, "not all of it can be read"),
        ({"result": {"step": 7, "take": 0, "mix": 1}}, "not all of it can be read"),
        ({"models": {"levels": "0"}}, "another model of the name levels"),
        (None, "it is not JSON"),
    ):
        text = json.dumps({**whole, **change}) if change else json.dumps(whole)[:-9]
        path.write_text(text)
        page.find("file").send_keys(str(path))
        said = "return document.getElementById('alert').textContent"
        page.until(f"{said}.includes({json.dumps(message)})")


@pytest.mark.parametrize(
    ("subtype", "kind"), [("PCM_16", "FLOAT"), ("FLOAT", "DOUBLE")]
)
def test_the_change_alone_is_exact(page, tmp_path, wav_of, subtype, kind):
    audio = np.random.default_rng(2).normal(scale=0.1, size=(4000, 2))
    page.open("stereo.wav", wav_of(audio, 8000, subtype), tmp_path)
    page.press("noise")
    page.click("select-all")
    page.apply()
    result = page.wav().samples
    page.run(
        "const { sound, original } = session.history;"
        "session.stem = sound.changeFrom(original)"
    )
    page.run(
        "Object.defineProperty(session, 'sound', { get() { return this.stem; },"
        " configurable: true })"
    )
    stem = page.wav()
    page.run("delete session.sound")
    assert stem.subtype == kind
    before = read_audio(tmp_path / "stereo.wav").samples
    full = 32768 if subtype == "PCM_16" else 1
    summed = before + stem.samples.astype(np.float64) * full
    np.testing.assert_array_equal(summed.astype(result.dtype), result)
