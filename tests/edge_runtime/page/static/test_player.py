"""Playback in Chromium, sample by sample: swaps, crossfades, and no click anywhere."""

import numpy as np
import pytest

# A player on an offline clock: what it would send to the loudspeaker is returned.
RENDER = """
const done = arguments[arguments.length - 1];
const [program, length, rate] = arguments;
(async () => {
  const { Player } = await import("/static/hear/player.js");
  const context = new OfflineAudioContext(1, length, rate);
  context.resume = undefined;
  const player = new Player(() => context);
  await player.useRate(rate);
  const ramp = (from, to, samples) => {
    const buffer = context.createBuffer(1, samples, rate);
    const data = buffer.getChannelData(0);
    for (let i = 0; i < samples; i += 1) data[i] = from + (to - from) * i / samples;
    return buffer;
  };
  const at = (second, act) => context.suspend(second).then(() => {
    act();
    return OfflineAudioContext.prototype.resume.call(context);
  });
  new Function("player", "ramp", "at", program)(player, ramp, at);
  const rendered = await context.startRendering();
  return Array.from(rendered.getChannelData(0));
})().then(done, (error) => done(String(error.stack)));
"""
RATE = 8000
QUANTUM = 128  # samples of the clock between which a program can act
LATENCY = 64  # samples from `play` to the first one heard


@pytest.fixture
def render(browser, client):
    """Run a program on a player; gives what is heard."""
    # The policy forbids building code from text on the page, as it should.
    browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    browser.get(f"http://127.0.0.1:{client.port}/healthz")

    def run(program, length=8000):
        heard = browser.execute_async_script(RENDER, program, length, RATE)
        assert isinstance(heard, list), heard
        return np.array(heard, np.float32)

    yield run
    browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": False})
    browser.get_log("browser")  # this address has no icon


def ramp(start, stop, samples):
    return (start + (stop - start) * np.arange(samples) / samples).astype(np.float32)


def test_a_sound_plays_once_from_its_first_sample(render):
    heard = render("player.play(ramp(0.1, 0.5, 1000))", 2000)
    np.testing.assert_array_equal(heard[:LATENCY], 0)
    np.testing.assert_array_equal(heard[LATENCY : LATENCY + 1000], ramp(0.1, 0.5, 1000))
    np.testing.assert_array_equal(heard[LATENCY + 1000 :], 0)


@pytest.mark.parametrize("samples", [1000, 1003, 2048])
def test_a_loop_takes_an_edit_in_at_its_boundary_sample_after_sample(render, samples):
    heard = render(
        f"""
        player.looping = true;
        const edited = ramp(-0.1, -0.5, {samples});
        player.play(ramp(0.1, 0.5, {samples}));
        at({QUANTUM * 20 / RATE}, () => player.changeAtBoundary(edited));
        """
    )
    first, second = ramp(0.1, 0.5, samples), ramp(-0.1, -0.5, samples)
    rounds = -(-(QUANTUM * 20 + 160 - LATENCY) // samples)
    expected = np.concatenate([first] * rounds + [second] * 9)[: 8000 - LATENCY]
    np.testing.assert_array_equal(heard[LATENCY:], expected)


def test_the_last_of_several_edits_wins(render):
    heard = render(
        f"""
        player.looping = true;
        player.play(ramp(0.1, 0.1, 3000));
        at({QUANTUM * 2 / RATE}, () => player.changeAtBoundary(ramp(0.2, 0.2, 3000)));
        at({QUANTUM * 6 / RATE}, () => player.changeAtBoundary(ramp(0.3, 0.3, 3000)));
        """
    )
    expected = np.repeat(np.float32([0.1, 0.3]), [3000, 8000])[: 8000 - LATENCY]
    np.testing.assert_array_equal(heard[LATENCY:], expected)


def test_an_edit_taken_back_before_the_boundary_is_never_heard(render):
    heard = render(
        f"""
        player.looping = true;
        const first = ramp(0.1, 0.1, 3000);
        player.play(first);
        at({QUANTUM * 2 / RATE}, () => player.changeAtBoundary(ramp(0.9, 0.9, 3000)));
        at({QUANTUM * 6 / RATE}, () => player.change(first));
        """
    )
    # A crossfade of a sound with itself is never louder, and the loop goes on.
    assert heard[LATENCY:].max() <= np.float32(0.1) * 1.001
    np.testing.assert_allclose(heard[1200:], 0.1, rtol=1e-5)


def test_changing_and_stopping_fade(render):
    heard = render(
        f"""
        player.looping = true;
        player.play(ramp(0.8, 0.8, 3000));
        at({QUANTUM * 10 / RATE}, () => player.change(ramp(-0.8, -0.8, 3000)));
        at({QUANTUM * 30 / RATE}, () => player.stop());
        """
    )
    steps = np.abs(np.diff(heard[LATENCY + 1 :]))
    assert steps.max() < 0.8 * 2 / (0.008 * RATE) * 1.3  # no step above the fades' own
    np.testing.assert_allclose(heard[QUANTUM * 15 : QUANTUM * 30], -0.8, rtol=1e-5)
    np.testing.assert_array_equal(heard[QUANTUM * 32 :], 0)


def test_a_range_is_played_and_looped_by_itself(render):
    heard = render(
        f"""
        player.looping = true;
        player.play(ramp(0.1, 0.9, 8000), {{ range: [0.25, 0.5] }});
        at({QUANTUM * 4 / RATE}, () => player.changeAtBoundary(ramp(-0.1, -0.9, 8000)));
        """
    )
    first, second = ramp(0.1, 0.9, 8000), ramp(-0.1, -0.9, 8000)
    expected = np.concatenate([first[2000:4000], *[second[2000:4000]] * 3])
    np.testing.assert_array_equal(heard[LATENCY:], expected[: 8000 - LATENCY])
