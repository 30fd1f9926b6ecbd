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
    part, position = edited.run(
        f"session.seek({start});return [session.player.range, session.player.position]"
    )
    assert part == pytest.approx(first)
    assert position == pytest.approx(start, abs=0.02)  # asked in the same moment
    edited.type("box-end", 0.5)  # playback moves with it, once the hand has rested
    edited.run(
        "while (Math.abs(session.player.range[1] - 0.9) > 1e-6)"
        "  await new Promise((done) => setTimeout(done, 20));"
    )
    edited.run("session.seek(0.95)")  # outside: all is heard again
    assert edited.run("return session.player.range") is None
    assert edited.find("hear-selection").get_attribute("aria-pressed") == "false"


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


def test_original_and_result_at_the_same_level(edited):
    edited.press("erase")
    edited.apply()
    edited.run("session.player.stop()")
    loud = edited.run(
        """
        const { loudnessOf } = await import("/static/hear/loudness.js");
        const rate = 48000, tone = new AudioBuffer({ length: rate, sampleRate: rate });
        tone.copyToChannel(Float32Array.from({ length: rate },
          (_, i) => Math.sin(2 * Math.PI * 997 * i / rate)), 0);
        const heard = () => loudnessOf(session.heard);
        const plain = [heard(), loudnessOf(session.history.original.buffer)];
        session.matchLevels(true);
        const result = heard();
        session.compare();
        const matched = [result, heard()];
        session.compare();
        const as_it_was = session.heard === session.sound.buffer;
        return [loudnessOf(tone), plain, matched, as_it_was];
        """
    )
    tone, plain, matched, result_is_as_it_was = loud
    assert tone == pytest.approx(-3.01, abs=0.01)  # what BS.1770 says of this tone
    assert abs(plain[0] - plain[1]) > 0.2
    assert matched == pytest.approx([min(plain)] * 2, abs=0.01)
    assert result_is_as_it_was == (plain[0] < plain[1])
    assert edited.find("match-levels").get_attribute("aria-pressed") == "true"
    edited.keys("m")
    assert edited.run("return session.heard === session.sound.buffer")


def test_the_meter_shows_the_highest_level_and_says_when_it_is_too_much(
    page, tmp_path, wav_of
):
    loud = np.zeros((4000, 2))
    loud[1000:1200, 1] = [1.4, -1.4] * 100  # on the right alone
    page.open("loud.wav", wav_of(loud, subtype="FLOAT"), tmp_path)
    page.keys("l", " ")
    meter = "const meter = document.getElementById('meter');"
    page.until(f"{meter} return meter.classList.contains('over')")
    page.until(f"{meter} return meter.querySelector('b').textContent === '3'")
    page.keys("l", " ")
