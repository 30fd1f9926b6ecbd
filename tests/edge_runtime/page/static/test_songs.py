"""Sounds longer than a server takes: a passage is edited, the song is kept whole."""

import base64

import numpy as np
import pytest

from edge_runtime.audio.wav import parse_wav


@pytest.fixture
def song(wav_of):
    """12 s of noise with a chunk after its samples; the server takes 5 s."""
    audio = np.random.default_rng(8).normal(scale=0.05, size=12 * 8000)
    audio[8 * 8000 :] *= 4
    wav = wav_of(audio) + b"note" + (6).to_bytes(4, "little") + b"a song"
    return wav[:4] + (len(wav) - 8).to_bytes(4, "little") + wav[8:]


def choose(page, path):
    page.find("file").send_keys(str(path))
    page.until("return document.getElementById('passage').open")


def downloaded(page):
    """The file that Download gives."""
    page.click("download")
    text = page.run(
        "const { href } = document.getElementById('download');"
        "const bytes = new Uint8Array(await (await fetch(href)).arrayBuffer());"
        "return btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(''));"
    )
    return base64.b64decode(text)


def test_a_passage_is_edited_and_the_song_stays_whole(page, song, tmp_path):
    path = tmp_path / "song.wav"
    path.write_bytes(song)
    before = parse_wav(song).samples[:, 0]
    choose(page, path)
    assert page.find("passage-title").text == "song.wav lasts 12 s. Which passage?"
    page.type("passage-length", 99)  # more than may be
    page.type("passage-start", 7.0)
    page.driver.find_element("css selector", "#passage .primary").click()
    page.until("return document.getElementById('another-passage').hidden === false")
    assert page.run("return session.geometry.duration") == 5
    np.testing.assert_array_equal(page.heard(), before[56000:])
    page.press("noise")
    page.drag((0.4, 0.2), (0.5, 0.5), (0.6, 0.9))
    page.apply()
    whole = downloaded(page)
    assert len(whole) == len(song) and whole[-14:] == song[-14:]
    after = parse_wav(whole).samples[:, 0]
    np.testing.assert_array_equal(after[56000:], page.heard())
    np.testing.assert_array_equal(after[:56000], before[:56000])
    changed = np.flatnonzero(after != before)
    assert 8.9 < changed[0] / 8000 < changed[-1] / 8000 < 10.1
    page.click("another-passage")
    page.until("return document.getElementById('passage').open")
    assert float(page.find("passage-start").get_attribute("value")) == 7
    page.type("passage-length", 2)
    page.driver.execute_script(
        "const c = document.getElementById('passage-overview');"
        "const b = c.getBoundingClientRect();"
        "c.setPointerCapture = () => {};"
        "c.dispatchEvent(new PointerEvent('pointerdown', {clientX: b.left + b.width}));"
    )
    page.driver.find_element("css selector", "#passage .primary").click()
    page.until("return document.getElementById('undo').disabled")
    np.testing.assert_array_equal(page.heard(), after[80000:])
    assert downloaded(page) == whole


def test_nobody_has_to_choose(page, song, tmp_path, noise_wav):
    path = tmp_path / "song.wav"
    path.write_bytes(song)
    choose(page, path)
    page.driver.find_element("css selector", "#passage [value='']").click()
    page.until("return !document.getElementById('passage').open")
    assert page.run("return [session.sound.name, session.song]") == ["noise.wav", None]
    np.testing.assert_array_equal(page.heard(), parse_wav(noise_wav).samples[:, 0])
