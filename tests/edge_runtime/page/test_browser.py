"""The page in real Chromium: what a person does, and what they then hear and see."""

import base64
import json

import numpy as np
import pytest

from edge_runtime.audio.wav import parse_wav

pytestmark = pytest.mark.filterwarnings("default::DeprecationWarning")


@pytest.fixture(scope="module")
def browser(start_browser):
    driver = start_browser()
    yield driver
    driver.quit()


@pytest.fixture
def page(browser, client, noise_wav, tmp_path):
    """The page with one second of noise on it; afterwards there must be no error."""
    path = tmp_path / "noise.wav"
    path.write_bytes(noise_wav)
    shown = Page(browser, f"http://127.0.0.1:{client.port}/")
    shown.find("file").send_keys(str(path))
    shown.until("return document.getElementById('stage').hidden === false")
    yield shown
    for entry in browser.get_log("browser"):
        assert entry["level"] != "SEVERE" or "422" in entry["message"], entry


class Page:
    """What tests do with the page."""

    def __init__(self, driver, url, width=1280, height=900, mobile=False):
        self.driver = driver
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=mobile,
        )
        driver.get("about:blank")
        driver.get(url)
        self.until("return document.querySelector('#examples button') !== null")

    def command(self, name, **arguments):
        return self.driver.execute_cdp_cmd(name, arguments)

    def find(self, name):
        return self.driver.find_element("id", name)

    def click(self, name):
        self.find(name).click()

    def until(self, script, seconds=30):
        from selenium.webdriver.support.ui import WebDriverWait

        return WebDriverWait(self.driver, seconds, 0.02).until(
            lambda driver: driver.execute_script(script)
        )

    def run(self, script, *arguments):
        """Run JavaScript with the page's parts as `session`, `view` and `tool`."""
        wrapped = (
            "const done = arguments[arguments.length - 1];"
            "import('/static/main.js').then(m => m.page).then(async (page) => {"
            f"const {{session, view, tool}} = page; {script}"
            "}).then(done, (e) => done({error: String(e.stack)}));"
        )
        result = self.driver.execute_async_script(wrapped, *arguments)
        assert not (isinstance(result, dict) and "error" in result), result
        return result

    def drag(self, start, end, hold=()):
        """Drag over the picture, between shares of its width and height."""
        from selenium.webdriver.common.action_chains import ActionChains

        canvas = self.find("spectrogram")
        self.driver.execute_script("arguments[0].scrollIntoView()", canvas)
        size = canvas.size

        def place(share):
            return (
                round((share[0] - 0.5) * size["width"]),
                round((0.5 - share[1]) * size["height"]),
            )

        chain = ActionChains(self.driver, duration=20)
        chain.move_to_element_with_offset(canvas, *place(start)).click_and_hold()
        for share in (*hold, end):
            chain.move_to_element_with_offset(canvas, *place(share))
        chain.release().perform()

    def keys(self, *keys):
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    def chord(self, *keys):
        from selenium.webdriver.common.action_chains import ActionChains

        chain = ActionChains(self.driver)
        for key in keys[:-1]:
            chain.key_down(key)
        chain.send_keys(keys[-1])
        for key in keys[:-1]:
            chain.key_up(key)
        chain.perform()

    def choose_tool(self, name):
        self.driver.find_element("css selector", f"[value={name}] + span").click()

    def apply(self, variations=1):
        """Apply the tool and wait until all variations are there."""
        script = "arguments[0].value = arguments[1]"
        self.driver.execute_script(script, self.find("variations"), variations)
        self.click("apply")
        self.wait_for_takes(variations)

    def wait_for_takes(self, count):
        script = f"return document.querySelectorAll('#takes button').length === {count}"
        self.until(script)
        self.until_idle()

    def until_idle(self):
        for _ in range(1500):
            if self.run("return session.work === null && session.sound.analysis"):
                return
        pytest.fail("the page is still working")

    def wav(self):
        """The file that Download gives, as numbers."""
        text = self.run(
            "const url = document.getElementById('download').href;"
            "const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());"
            "return btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(''));"
        )
        return parse_wav(base64.b64decode(text))

    def heard(self):
        """What the player plays: decoded samples of the first channel, in 16 bits."""
        script = "return Array.from(session.sound.buffer.getChannelData(0))"
        audio = np.array(self.run(script))
        # Chromium maps 32767 to 1, but -32768 to -1.
        return np.rint(audio * np.where(audio > 0, 32767, 32768)).astype(np.int16)

    def rows(self):
        return self.run("return session.selection.rows()")


def test_drag_a_box_inpaint_and_hear(page, noise_wav):
    original = parse_wav(noise_wav).samples[:, 0]
    np.testing.assert_array_equal(page.heard(), original)
    page.drag((0.4, 0.2), (0.6, 0.7))
    rows = np.array([[int(c) for c in row] for row in page.rows()])
    frames, bins = np.flatnonzero(rows.any(axis=1)), np.flatnonzero(rows.any(axis=0))
    assert rows.sum() == len(frames) * len(bins) > 10  # a box
    assert 11 <= frames[0] <= 13 and 18 <= frames[-1] <= 20
    assert bins[0] == 1 and bins[-1] == 5
    page.apply()
    heard = page.heard()
    changed = np.flatnonzero(heard != original)
    start, stop = frames[0] * 256 - 128, frames[-1] * 256 + 3 * 64 + 128
    assert start - 1 <= changed[0] and changed[-1] <= stop + 1
    assert len(changed) > 0.8 * (stop - start)
    np.testing.assert_array_equal(page.wav().samples[:, 0], heard)
    assert page.find("download").get_attribute("download").startswith("noise-inpaint-")


def test_undo_redo_compare_and_use_as_input(page, noise_wav):
    from selenium.webdriver.common.keys import Keys

    original = parse_wav(noise_wav).samples
    page.choose_tool("noise")  # inpainting noise may well come to the same twice
    page.drag((0.2, 0.2), (0.4, 0.8))
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
    assert not page.find("undo").is_enabled() and not page.find("compare").is_enabled()
    np.testing.assert_array_equal(page.wav().samples, first)


def test_variations_to_choose_from(page):
    page.driver.execute_script(
        "document.getElementById('new-seed').checked = false;"
        "document.getElementById('seed').value = 41;"
    )
    page.choose_tool("noise")  # inpainting noise may well come to the same twice
    page.drag((0.31, 0.1), (0.69, 0.9))  # 0.7 is an edge between cells
    page.apply(variations=3)
    buttons = page.find("takes").find_elements("tag name", "button")
    assert [b.text for b in buttons] == ["1: seed 41", "2: seed 42", "3: seed 43"]
    sounds = []
    for key in "123":
        page.keys(key)
        page.until_idle()
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


def test_paint_and_rub_out(page):
    page.driver.find_element("css selector", "[value=paint] + span").click()
    page.drag((0.11, 0.1), (0.11, 0.9), hold=[(0.3, 0.5)])
    painted = "".join(page.rows()).count("1")
    assert painted > 8
    page.driver.find_element("css selector", "[value=rub] + span").click()
    page.drag((0.11, 0.9), (0.11, 0.85))
    assert painted - 2 <= "".join(page.rows()).count("1") < painted
    page.apply()
    assert "cells" in page.find("status").text


def test_temperature_is_asked_for_draws_alone(page):
    from selenium.webdriver.support.ui import Select

    requests = []
    page.drag((0.2, 0.1), (0.8, 0.9))
    for predict, typed in (("sample", "7.5"), ("sample", "0"), ("argmax", None)):
        Select(page.find("predict")).select_by_value(predict)
        field = page.find("temperature")
        assert field.is_displayed() == (predict == "sample")
        if typed:
            field.clear()
            field.send_keys(typed)
        requests.append(page.run("return tool.request()"))
        valid = "return document.getElementById('tool').checkValidity()"
        assert page.driver.execute_script(valid) == (typed != "0")
    assert [request.get("temperature") for request in requests] == [7.5, 0, None]
    assert {request["neighbourhood"] for request in requests} == {"auto"}
    page.apply()  # a field that is not shown holds up nobody


def test_every_tool_and_a_second_sound(page):
    page.click("select-all")
    tools = page.run("return session.model.tools.map((tool) => tool.name)")
    for name in tools:
        page.choose_tool(name)
        if name.startswith("mix") and not page.run("return session.second !== null"):
            assert page.find("apply").text == "Choose a second sound first"
            assert not page.find("apply").is_enabled()
            page.driver.find_element("css selector", "#second-choices button").click()
            page.until("return !document.getElementById('apply').disabled")
        steps = page.run("return session.history.steps.length")
        page.apply()
        assert page.run("return session.history.steps.length") == steps + 1
        assert page.find("alert").text == ""


def test_a_refused_upload_says_why(page, tmp_path):
    for name, content, message in [
        ("text.wav", b"no sound at all", "not a sound this browser can read"),
        ("cut.wav", b"RIFF\x00\x00\x00\x00WAVEfmt ", "Cannot read sound: truncated"),
        ("huge.wav", bytes(2 << 20), "larger than 1 MiB"),
    ]:
        path = tmp_path / name
        path.write_bytes(content)
        page.find("file").send_keys(str(path))
        said = "return document.getElementById('alert').textContent"
        page.until(f"{said}.includes({json.dumps(message)})")
        assert page.find("alert").is_displayed()
    page.drag((0.4, 0.2), (0.6, 0.7))
    page.apply()  # the sound before is still there


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


def test_keyboard_alone(page):
    from selenium.webdriver.common.keys import Keys

    page.run("session.selection.set(0, 0, true); view.draw(); tool.update();")
    seen = set()
    for _ in range(60):
        page.keys(Keys.TAB)
        seen.add(page.driver.execute_script("return document.activeElement.id"))
    for name in ("file", "spectrogram", "apply", "seed", "play", "loop", "download"):
        assert name in seen, f"Tab does not reach {name}: {seen}"
    while (
        page.driver.execute_script("return document.activeElement.id") != "spectrogram"
    ):
        page.keys(Keys.TAB)
    page.keys(*[Keys.ARROW_RIGHT] * 10, Keys.ARROW_UP)
    assert "0.32 to 0.35 s" in page.find("status").text
    page.chord(Keys.SHIFT, Keys.ARROW_RIGHT)
    page.chord(Keys.SHIFT, Keys.ARROW_RIGHT)
    page.chord(Keys.SHIFT, Keys.ARROW_UP)
    rows = page.rows()
    assert rows[10:13] == ["01100000"] * 3 and "".join(rows).count("1") == 6
    page.keys("x")  # takes the cell under the cursor out again
    assert "".join(page.rows()).count("1") == 5
    page.driver.execute_script("document.getElementById('variations').value = 1")
    page.keys("l")  # or the sound may end before the next key
    page.keys(Keys.ENTER)
    page.wait_for_takes(1)
    page.keys(" ")
    page.until("return document.getElementById('play').textContent === 'Play'")
    page.keys(" ")
    page.until("return document.getElementById('play').textContent === 'Stop'")
    page.chord(Keys.CONTROL, "z")
    assert not page.find("undo").is_enabled()


def test_typing_is_left_alone(page):
    from selenium.webdriver.common.keys import Keys

    page.find("seed").send_keys(Keys.CONTROL, "a")
    page.find("seed").send_keys("12")
    assert page.find("seed").get_attribute("value") == "12"
    assert page.find("play").text == "Play"
    page.click("copy-seed")


def test_a_result_can_be_dragged_out_and_onto_the_page(page):
    page.drag((0.2, 0.2), (0.5, 0.8))
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
        second.dispatchEvent(drag("drop"));
        await new Promise((wait) => setTimeout(wait, 50));
        const mixed = session.second.wav === session.history.step.takes[1].wav;
        return { type, name, size, mixed, expected: session.sound.wav.byteLength };
        """
    )
    assert taken["type"] == "audio/wav" and taken["name"].startswith("noise-inpaint-")
    assert taken["size"] == taken["expected"] and taken["mixed"]


def test_an_edit_in_a_loop_waits_for_its_boundary(page):
    page.keys("l")
    page.click("play")
    page.drag((0.2, 0.2), (0.5, 0.8))
    page.apply()
    assert page.run("return session.player.playing && session.player.looping")
    page.keys(" ")
    page.until("return document.getElementById('play').textContent === 'Play'")


def test_phone(browser, client):
    page = Page(browser, f"http://127.0.0.1:{client.port}/", 360, 740, mobile=True)
    page.driver.find_element("css selector", "#examples button").click()
    page.until("return document.getElementById('stage').hidden === false")
    wide = "return document.documentElement.scrollWidth"
    assert page.driver.execute_script(wide) <= 360
    for name in ("play", "undo", "redo", "loop", "compare"):
        box = page.find(name).rect
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360
        assert box["height"] >= 36
    page.command("Emulation.setTouchEmulationEnabled", enabled=True)
    canvas = page.find("spectrogram")
    page.driver.execute_script("arguments[0].scrollIntoView()", canvas)
    box = page.driver.execute_script(
        "const b = arguments[0].getBoundingClientRect(); return [b.x, b.y]", canvas
    )
    for kind, points in [
        ("touchStart", [{"x": box[0] + 40, "y": box[1] + 150}]),
        ("touchMove", [{"x": box[0] + 140, "y": box[1] + 250}]),
        ("touchEnd", []),
    ]:
        page.command("Input.dispatchTouchEvent", type=kind, touchPoints=points)
    assert "".join(page.rows()).count("1") > 10
    page.command("Emulation.setTouchEmulationEnabled", enabled=False)
    page.apply()


def test_dark_and_light_differ_and_both_can_be_read(browser, client):
    page = Page(browser, f"http://127.0.0.1:{client.port}/")
    colours = {}
    for theme in ("light", "dark"):
        feature = [{"name": "prefers-color-scheme", "value": theme}]
        page.command("Emulation.setEmulatedMedia", features=feature)
        colours[theme] = page.driver.execute_script(
            "const style = getComputedStyle(document.body);"
            "return [style.color, style.backgroundColor]"
        )
        ink, paper = ([int(n) for n in c[4:-1].split(",")] for c in colours[theme])
        assert contrast(ink, paper) > 7  # WCAG 2.2, level AAA
    assert colours["light"] != colours["dark"]


def contrast(first, second):
    """WCAG 2.2 contrast ratio of two sRGB colours."""

    def luminance(colour):
        linear = [
            c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4
            for c in (value / 255 for value in colour)
        ]
        return np.dot(linear, [0.2126, 0.7152, 0.0722])

    light = sorted((luminance(first), luminance(second)))
    return (light[1] + 0.05) / (light[0] + 0.05)
