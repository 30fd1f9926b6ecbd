"""Applying tools on the page, and what is then heard and kept."""

import json

import numpy as np

from edge_runtime.audio.wav import parse_wav


def test_drag_a_box_inpaint_and_hear(page, noise_wav):
    original = parse_wav(noise_wav).samples[:, 0]
    np.testing.assert_array_equal(page.heard(), original)
    page.drag((0.4, 0.2), (0.5, 0.5), (0.6, 0.9))
    start, end = page.box()[:2]
    page.apply()
    heard = page.heard()
    changed = np.flatnonzero(heard != original)
    assert start - 0.025 <= changed[0] / 8000 and changed[-1] / 8000 <= end + 0.025
    assert len(changed) > 0.8 * (end - start) * 8000
    np.testing.assert_array_equal(page.wav().samples[:, 0], heard)
    sent = page.run("return session.sound.patch.byteLength")
    assert sent == 44 + 2 * (changed[-1] - changed[0] + 1)  # no more came back
    assert f"changed {changed[0] / 8000:.3f} to" in page.find("status").text
    page.click("download")
    assert page.find("download").get_attribute("download").startswith("noise-inpaint-")


def test_undo_redo_compare_and_use_as_input(page, noise_wav):
    from selenium.webdriver.common.keys import Keys

    original = parse_wav(noise_wav).samples
    page.press("noise")  # inpainting noise may well come to the same twice
    page.drag((0.2, 0.5), (0.3, 0.6), (0.4, 0.95))
    page.apply()
    first = page.wav().samples
    page.apply()
    second = page.wav().samples
    assert (first != original).any() and (second != first).any()
    steps = [
        (lambda: page.click("undo"), first),
        (lambda: page.chord(Keys.CONTROL, "z"), original),
        (lambda: page.click("redo"), first),
        (lambda: page.chord(Keys.CONTROL, Keys.SHIFT, "z"), second),
        (lambda: page.keys("a"), original),
        (lambda: page.click("compare"), second),
        (lambda: page.chord(Keys.META, "z"), first),
    ]
    for act, expected in steps:
        act()
        np.testing.assert_array_equal(page.wav().samples, expected)
    page.click("reuse")
    assert page.find("undo").is_enabled() and not page.find("compare").is_enabled()
    np.testing.assert_array_equal(page.wav().samples, first)


def test_variations_to_choose_from(page):
    page.driver.execute_script("document.getElementById('new-seed').checked = false")
    page.type("seed", 41)
    page.press("noise")
    page.drag((0.3, 0.1), (0.5, 0.5), (0.7, 0.95))
    page.apply(variations=3)
    buttons = page.find("takes").find_elements("tag name", "button")
    assert [b.text for b in buttons] == ["1: seed 41", "2: seed 42", "3: seed 43"]
    sounds = []
    for key in "123":
        page.keys(key)
        sounds.append(page.wav().samples)
        pressed = [
            b.get_attribute("aria-pressed")
            for b in page.find("takes").find_elements("tag name", "button")
        ]
        assert pressed.index("true") == int(key) - 1
    assert (sounds[0] != sounds[1]).any() and (sounds[1] != sounds[2]).any()
    page.click("undo")
    page.apply(variations=1)  # the seed shown brings the same sound back
    np.testing.assert_array_equal(page.wav().samples, sounds[0])


def test_every_tool_and_a_second_sound(page):
    page.click("select-all")
    tools = page.run("return session.model.tools.map((tool) => tool.name)")
    for name in tools:
        page.press(name)
        if name.startswith("mix") and not page.run("return session.second !== null"):
            assert page.find("apply").text == "Choose a second sound first"
            assert not page.find("apply").is_enabled()
            page.driver.find_element("css selector", "#second-choices button").click()
            page.until("return !document.getElementById('apply').disabled")
        steps = page.run("return session.history.steps.length")
        page.apply()
        assert page.run("return session.history.steps.length") == steps + 1
        assert page.find("alert").text == ""


def test_a_server_that_has_forgotten_the_sound_gets_it_again(page, noise_wav):
    page.click("select-all")
    page.press("noise")
    page.run("session.sound.id = 'lost'")
    page.apply()
    assert (page.heard() != parse_wav(noise_wav).samples[:, 0]).any()
    assert page.find("alert").text == ""


def test_no_click_sends_the_whole_sound(page, tmp_path, wav_of):
    audio = np.random.default_rng(6).normal(scale=0.1, size=40_000)
    page.open("long.wav", wav_of(audio), tmp_path)
    page.run(
        """
        window.sent = [];
        window.realFetch = window.fetch;
        window.fetch = async (path, options) => {
          const body = options?.body;
          sent.push(body ? (await new Response(body).arrayBuffer()).byteLength : 0);
          return realFetch(path, options);
        };
        """
    )
    page.press("noise")
    page.drag((0.3, 0.1), (0.35, 0.5), (0.4, 0.9))
    page.apply()
    page.type("mix", 0.5)  # made on the page: the server gets what has changed
    page.press("mix")
    page.run("session.second = { name: 'long', wav: session.history.original.wav }")
    page.apply(variations=3)  # the second sound is sent once
    sent = page.run("window.fetch = realFetch; return sent")
    whole = [size for size in sent if size > 80_000]
    assert len(sent) == 6 and len(whole) == 1 and sum(sent) - whole[0] < 15_000


def test_a_refused_upload_says_why(page, tmp_path):
    for name, content, message in [
        ("text.wav", b"no sound at all", "not a sound this browser can read"),
        ("cut.wav", b"RIFF\x00\x00\x00\x00WAVEfmt ", "Cannot read sound: truncated"),
        ("huge.wav", b"RIFF....WAVE" + bytes(2 << 20), "its WAV header says nothing"),
    ]:
        path = tmp_path / name
        path.write_bytes(content)
        page.find("file").send_keys(str(path))
        said = "return document.getElementById('alert').textContent"
        page.until(f"{said}.includes({json.dumps(message)})")
        assert page.find("alert").is_displayed()
    page.drag((0.4, 0.2), (0.5, 0.5), (0.6, 0.7))
    page.apply()  # the sound before is still there
    assert not page.find("alert").is_displayed()  # old errors go


def test_a_busy_server_is_reported(page, slow_codec):
    page.click("select-all")
    slow_codec.gate.clear()
    try:
        page.click("apply")
        page.until("return !document.getElementById('busy').hidden")
        page.click("cancel")
        page.until("return document.getElementById('busy').hidden")
    finally:
        slow_codec.gate.set()
    page.apply()


def test_typing_is_left_alone(page):
    from selenium.webdriver.common.keys import Keys

    page.find("seed").send_keys(Keys.CONTROL, "a")
    page.find("seed").send_keys("12")
    assert page.find("seed").get_attribute("value") == "12"
    assert page.find("play").text == "Play"
    page.click("copy-seed")


def test_temperature_is_asked_for_draws_alone(page):
    from selenium.webdriver.support.ui import Select

    requests = []
    page.click("select-all")
    for predict, typed in (("sample", "7.5"), ("sample", "0"), ("argmax", None)):
        Select(page.find("predict")).select_by_value(predict)
        field = page.find("temperature")
        assert field.is_displayed() == (predict == "sample")
        if typed:
            page.type("temperature", typed)
        requests.append(page.run("return tool.request()"))
        valid = "return document.getElementById('tool').checkValidity()"
        assert page.driver.execute_script(valid) == (typed != "0")
    assert [request.get("temperature") for request in requests] == [7.5, 0, None]
    assert {request["neighbourhood"] for request in requests} == {"auto"}
    page.apply()  # a field that is not shown holds up nobody


def test_a_result_can_be_dragged_out_and_onto_the_page(page):
    page.drag((0.2, 0.2), (0.3, 0.5), (0.5, 0.8))
    page.apply(variations=2)
    taken = page.run(
        """
        const data = new DataTransfer();
        const drag = (type) => new DragEvent(type,
          { dataTransfer: data, bubbles: true, cancelable: true });
        const take = document.querySelectorAll("#takes button")[1];
        take.dispatchEvent(drag("dragstart"));
        const parts = data.getData("DownloadURL").match(/^([^:]*):([^:]*):(.*)/);
        const [type, name, url] = parts.slice(1);
        const size = (await (await fetch(url)).arrayBuffer()).byteLength;
        const second = document.getElementById("second");
        const before = session.second;
        second.dispatchEvent(drag("drop"));
        while (session.second === before)
          await new Promise((wait) => setTimeout(wait, 10));
        const whole = session.history.step.takes[1].sound.wav.byteLength;
        const mixed = session.second.wav.byteLength === whole;
        return { type, name, size, mixed, expected: session.sound.wav.byteLength };
        """
    )
    assert taken["type"] == "audio/wav" and taken["name"].startswith("noise-inpaint-")
    assert taken["size"] == taken["expected"] and taken["mixed"]


def test_an_edit_in_a_loop_waits_for_its_boundary(page):
    page.keys("l")
    page.click("play")
    page.drag((0.2, 0.2), (0.3, 0.5), (0.5, 0.8))
    page.apply()
    assert page.run("return session.player.playing && session.player.looping")
    page.keys(" ")
    page.until("return document.getElementById('play').textContent === 'Play'")


def test_only_one_sound_has_a_copy_for_the_next_edit(page):
    copies = page.run(
        """
        const { Sound } = await import("/static/keep/sound.js");
        const { emptyWav } = await import("/static/keep/wav_writer.js");
        const wav = emptyWav(800, 1, 8000, { width: 2, isFloat: false }).view.buffer;
        const [one, other] = ["one", "other"].map((name) => Sound.opened(name, wav));
        const Plain = window.AudioBuffer;
        const made = [];
        window.AudioBuffer = class extends Plain {
          constructor(options) {
            super(options);
            made.push(options);
          }
        };
        const count = (job) => {
          made.length = 0;
          job();
          return made.length;
        };
        const edit = (sound) => sound.edited({ id: "", first_sample: 0 }, wav).buffer;
        for (const sound of [one, other]) sound.buffer;
        one.prepareEdit();
        const prepared = count(() => edit(one));
        one.prepareEdit();
        other.prepareEdit();
        const counts = [prepared, count(() => edit(one)), count(() => edit(other))];
        window.AudioBuffer = Plain;
        return counts;
        """
    )
    assert copies == [0, 1, 0]
