"""What is heard: all, the selection, the change alone, or less of an edit."""

import numpy as np
import pytest

from edge_runtime.audio.wav import parse_wav


@pytest.fixture
def edited(page):
    """The page after an edit of which the ear could tell something."""
    page.press("noise")
    page.drag((0.4, 0.1), (0.5, 0.5), (0.6, 0.95))
    page.apply()
    page.run("session.player.stop()")
    return page


def test_only_the_selection_is_played_and_looped(edited):
    edited.click("hear-selection")
    edited.click("loop")
    edited.click("play")
    start, end = edited.box()[:2]
    first, last = edited.run(
        "return [session.player.range, session.player.buffer.length / 8000]"
    )
    assert first == pytest.approx([max(0, start - 0.4), min(1, end + 0.4)])
    assert last == pytest.approx(first[1] - first[0], abs=1e-3)
    assert first[0] <= edited.run("return session.player.position") <= first[1]
    edited.type("box-end", 0.5)  # playback moves with it
    edited.until("return document.getElementById('play').textContent === 'Stop'")
    edited.run("await new Promise((done) => setTimeout(done, 400))")
    assert edited.run("return session.player.range[1]") == pytest.approx(0.9)


def test_less_of_an_edit_is_heard_and_kept(edited, noise_wav):
    dry, wet = parse_wav(noise_wav).samples, edited.wav().samples
    edited.type("mix", 0.5)
    half = edited.wav().samples
    expected = dry + (wet.astype(np.float64) - dry) * 0.5
    np.testing.assert_allclose(half, expected, atol=0.51)
    np.testing.assert_array_equal(edited.heard(), half[:, 0])
    edited.type("mix", 1)
    np.testing.assert_array_equal(edited.wav().samples, wet)
    edited.type("mix", 0)
    np.testing.assert_array_equal(edited.wav().samples, dry)


def test_the_change_alone(edited, noise_wav):
    dry, wet = parse_wav(noise_wav).samples[:, 0], edited.heard()
    edited.click("hear-change")
    heard = edited.run("return Array.from(session.heard.getChannelData(0))")
    np.testing.assert_allclose(heard, (wet - dry.astype(np.float64)) / 32768, atol=1e-9)
    link = "return document.getElementById('download-change').download"
    edited.click("download-change")
    assert edited.driver.execute_script(link) == "noise-change.wav"
    edited.type("volume", 0.5)
    assert edited.run("return session.player.volume") == 0.25


def test_a_click_on_the_time_axis_plays_from_there(page):
    page.keys("l")
    x, y = page.pixel((0.5, -0.02))
    for kind in ("mousePressed", "mouseReleased"):
        where = {"x": x, "y": y, "button": "left", "clickCount": 1}
        page.command("Input.dispatchMouseEvent", type=kind, **where)
    assert page.run("return session.player.playing && session.player.range === null")
    page.keys("l")
