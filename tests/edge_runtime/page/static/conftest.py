"""The page in headless Chromium, and what a person does with it."""

import base64

import numpy as np
import pytest

from edge_runtime.audio.wav import parse_wav


@pytest.fixture(scope="session")
def browser(start_browser):
    """One Chromium for all tests of the page."""
    driver = start_browser()
    driver.set_script_timeout(120)
    yield driver
    driver.quit()


@pytest.fixture
def open_page(browser, client):
    """The page as it begins, in a window: `open_page(width, height, mobile)`.

    There must be no error on a page when another is opened, nor when the test ends.
    """

    def opened(width=1280, height=900, mobile=False, *, fresh=True):
        check_log(browser)
        url = f"http://127.0.0.1:{client.port}/"
        return Page(browser, url, width, height, mobile, fresh=fresh)

    yield opened
    check_log(browser)


def check_log(browser):
    """Nothing but refusals that are answered: 410 and 422."""
    for entry in browser.get_log("browser"):
        known = "422" in entry["message"] or "410" in entry["message"]
        assert entry["level"] != "SEVERE" or known, entry


@pytest.fixture(scope="session")
def shared(browser, port):
    """The page as it begins, loaded once for all tests that leave it loaded."""
    return {}


@pytest.fixture
def page(browser, open_page, shared, noise_wav, tmp_path):
    """The page with one second of noise on it."""
    shown = shared.get("page")
    if shown is None or not shown.is_loaded():
        shown = shared["page"] = open_page()
    shown.reset()
    shown.open("noise.wav", noise_wav, tmp_path)
    return shown


# All controls as they were at first, and the ear on all of the result.
RESET = """
session.cancel();
session.player.stop();
session.player.volume = 1;
session.history.release();
session.sound.name = "";
for (const input of document.querySelectorAll("input:not([type=file])")) {
  if (input.name === "tool" || input.name === "preset") continue;
  if (input.type === "radio" || input.type === "checkbox")
    input.checked = input.defaultChecked;
  else input.value = input.defaultValue;
}
for (const select of document.querySelectorAll("select")) {
  const usual = [...select.options].findIndex((option) => option.defaultSelected);
  select.selectedIndex = Math.max(0, usual);
}
for (const pressed of document.querySelectorAll("button[aria-pressed=true]"))
  if (pressed.isConnected && !pressed.closest("#takes")) pressed.click();
document.getElementById("details").open = true;
tool.variation.choose("large");
for (const change of document.querySelectorAll("#modes, #scale"))
  change.dispatchEvent(new Event("change"));
window.loaded = "shared";
"""


class Page:
    """What tests do with the page; places are shares of the picture, from below."""

    def __init__(self, driver, url, width, height, mobile, *, fresh=True):
        self.driver = driver
        self.resize(width, height, mobile)
        driver.get("about:blank")
        driver.get_log("browser")  # a page that was not stored yet asks when it is left
        if fresh:  # else the page begins as it was left
            self.command("Storage.clearDataForOrigin", origin=url, storageTypes="all")
        driver.get(url)
        self.until("return document.getElementById('transport').hidden === false")
        self.run("")

    def is_loaded(self):
        """Whether it is still this page that the browser shows."""
        return self.driver.execute_script("return window.loaded === 'shared'")

    def reset(self):
        """As after loading."""
        self.run(RESET)
        self.driver.execute_script("document.activeElement?.blur(); scrollTo(0, 0)")

    def command(self, name, **arguments):
        return self.driver.execute_cdp_cmd(name, arguments)

    def resize(self, width, height, mobile=True):
        """Another window, or a phone."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1}
        self.command("Emulation.setDeviceMetricsOverride", **size, mobile=mobile)

    def place(self, name):
        """Left, top, right and bottom of an element, in CSS pixels of the window."""
        return self.driver.execute_script(
            "const b = arguments[0].getBoundingClientRect();"
            "return [b.left, b.top, b.right, b.bottom].map(Math.round)",
            self.find(name),
        )

    def find(self, name):
        return self.driver.find_element("id", name)

    def click(self, name):
        self.find(name).click()

    def press(self, value):
        """Choose one of several: a tool, a way to select."""
        self.driver.find_element("css selector", f"[value={value}] + span").click()

    def type(self, name, text):
        """Replace what a field holds."""
        script = (
            "arguments[0].value = arguments[1];"
            "for (const type of ['input', 'change'])"
            "  arguments[0].dispatchEvent(new Event(type, {bubbles: true}));"
        )
        self.driver.execute_script(script, self.find(name), str(text))

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

    def open(self, name, wav, folder):
        """Open a sound from a file."""
        (folder / name).write_bytes(wav)
        self.find("file").send_keys(str(folder / name))
        for _ in range(1500):
            if self.run("return session.sound.name") == name:
                return
        pytest.fail(f"{name} does not open")

    def pixel(self, place):
        """Where a place of the picture is in the window, in CSS pixels."""
        box = self.driver.execute_script(
            "const b = document.getElementById('spectrogram').getBoundingClientRect();"
            "return [b.left, b.top, b.width, b.height]"
        )
        x = box[0] + place[0] * box[2]
        return round(x), round(box[1] + (1 - place[1]) * box[3])

    def drag(self, *places, keys=()):
        """Press at the first place, move over the others, let go at the last."""
        bits = {"Alt": 1, "Shift": 8}
        held = sum(bits[key] for key in keys)
        points = [self.pixel(place) for place in places]
        steps = [("mousePressed", points[0])]
        steps += [("mouseMoved", point) for point in points[1:]]
        steps += [("mouseReleased", points[-1])]
        for kind, (x, y) in steps:
            self.command(
                "Input.dispatchMouseEvent",
                type=kind,
                x=x,
                y=y,
                button="left",
                buttons=0 if kind == "mouseReleased" else 1,
                clickCount=1,
                modifiers=held,
            )

    def wheel(self, place, along, keys=()):
        """Turn the wheel over a place."""
        x, y = self.pixel(place)
        self.command(
            "Input.dispatchMouseEvent",
            type="mouseWheel",
            x=x,
            y=y,
            deltaX=0,
            deltaY=along,
            modifiers=sum({"Alt": 1, "Shift": 8}[key] for key in keys),
        )

    def touch(self, kind, *places):
        """One step of a touch: where all fingers are."""
        points = [dict(zip("xy", self.pixel(place), strict=True)) for place in places]
        self.command("Input.dispatchTouchEvent", type=kind, touchPoints=points)

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

    def apply(self, variations=1):
        """Apply the tool and wait until all variations are there."""
        self.type("variations", variations)
        self.click("apply")
        self.wait_for_takes(variations)

    def wait_for_takes(self, count):
        script = f"return document.querySelectorAll('#takes button').length === {count}"
        self.until(script)
        self.until_idle()

    def until_idle(self):
        for _ in range(1500):
            if self.run("return session.work === null"):
                return
        pytest.fail("the page is still working")

    def until_drawn(self):
        """Wait until the picture stays as it is, frame after frame."""
        self.run(
            """
            const pixels = () => ["original", "spectrogram"].map((id) => {
              const { width, height } = document.getElementById(id);
              const pen = document.getElementById(id).getContext("2d");
              return String(pen.getImageData(0, height / 2, width, 1).data);
            }).join();
            for (let before = "", same = 0; same < 3; ) {
              await new Promise(requestAnimationFrame);
              const now = pixels();
              same = now === before ? same + 1 : 0;
              before = now;
            }
            """
        )

    def wav(self):
        """The file that Download gives, as numbers."""
        text = self.run(
            "const bytes = new Uint8Array(session.sound.wav);"
            "return btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(''));"
        )
        return parse_wav(base64.b64decode(text))

    def heard(self):
        """What the player plays: decoded samples of the first channel, in 16 bits."""
        script = "return Array.from(session.sound.buffer.getChannelData(0))"
        return np.rint(np.array(self.run(script)) * 32768).astype(np.int16)

    def box(self):
        """The exact box: start, end, low, high; or None."""
        box = self.run("return session.selection.box")
        return box and [box[name] for name in ("start", "end", "low", "high")]

    def cells(self):
        """Selected cells, bool of shape `(map_frames, map_bins)`."""
        cells, bins = self.run(
            "return [Array.from(session.selection.cells), session.geometry.mapBins]"
        )
        return np.array(cells, np.bool_).reshape(-1, bins)
