"""What one sees: sound to colours, axes, zoom, and what is under the pointer."""

import numpy as np
import pytest


def test_a_tone_is_where_its_note_is(page, tmp_path, wav_of):
    light = [{"name": "prefers-color-scheme", "value": "light"}]
    page.command("Emulation.setEmulatedMedia", features=light)
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(8000) / 8000)
    page.open("tone.wav", wav_of(tone), tmp_path)
    labels = page.find("freq-axis").text.split()
    assert {"C3", "C4", "C7"} < set(labels) and "1k" in labels
    for scale in ("notes", "hertz"):
        page.type("scale", scale)
        page.until_drawn()
        y, level = page.run(
            """
            const y = view.viewport.yOf(440);
            return [y, view.spectra.decibelsAt(0.5, 440)];
            """
        )
        assert level == pytest.approx(20 * np.log10(0.5), abs=1.0)
        row = page.run(
            """
            const { canvas } = view, pen = canvas.getContext("2d");
            const data = pen.getImageData(canvas.width / 2, 0, 1, canvas.height).data;
            const dark = (i) => data[4 * i] + data[4 * i + 1] + data[4 * i + 2];
            let best = 0;
            for (let i = 0; i < canvas.height; i += 1)
              if (dark(i) < dark(best)) best = i;
            return 1 - (best + 0.5) / canvas.height;
            """
        )
        assert row == pytest.approx(y, abs=0.02)  # light page: loud is dark
    x, y = page.pixel((0.5, y))
    page.command("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
    told = page.find("reading").text
    second, hertz, note, level = told.split(" · ")
    assert float(second.split()[0]) == pytest.approx(0.5, abs=0.002)
    assert float(hertz.split()[0]) == pytest.approx(440, abs=8)
    assert note.startswith("A4") and level in ("-6 dB", "-7 dB")


def test_colours_have_a_range(page):
    pixels = (
        "const { canvas } = view;"
        "const pen = canvas.getContext('2d');"
        "const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);"
        "return new Set(Array.from({ length: data.length / 4 },"
        "  (_, i) => data[4 * i] + 256 * data[4 * i + 1])).size"
    )
    page.until_drawn()
    before = page.run(pixels)
    page.type("quietest", -40)  # a bin of this noise is hardly louder
    page.type("loudest", 0)
    page.until_drawn()
    assert page.run(pixels) < before / 2
    told = "return document.querySelector('#loudest + output').value"
    assert page.driver.execute_script(told) == "0 dB"


def test_spectra_are_those_of_a_direct_transform(page):
    size, levels = page.run(
        "const s = session.sound.spectra; s.prepare(64, 0.5, 0.5, 1e6);"
        "return [s.size, Array.from(s.columnsAt(64, 4032 / 8000).first)]"
    )
    audio = page.heard() / 32768
    length = 640
    window = 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(length) + 0.5) / length)
    piece = audio[4032 - length // 2 : 4032 + length // 2] * window
    power = np.abs(np.fft.rfft(piece, size)) ** 2 / (length / 4) ** 2
    expected = np.floor((10 * np.log10(power + 1e-13) + 127.5) * 2)
    assert size == 1024
    np.testing.assert_allclose(levels, expected, atol=1)


def test_zoom_and_scroll(page):
    visible = "return [view.viewport.time, view.viewport.band]"
    assert page.run(visible) == [[0, 1], [0, 1]]
    page.wheel((0.25, 0.5), -300)
    (start, end), band = page.run(visible)
    assert band == [0, 1] and end - start < 0.7
    assert start + 0.25 * (end - start) == pytest.approx(0.25, abs=0.01)
    page.wheel((0.5, 0.5), 100, keys=["Shift"])
    assert page.run(visible)[0][0] > start
    page.wheel((0.5, 0.5), -300, keys=["Alt"])
    low, high = page.run(visible)[1]
    assert high - low < 0.7 and (low + high) / 2 == pytest.approx(0.5, abs=0.02)
    page.keys("f")
    assert page.run(visible) == [[0, 1], [0, 1]]
    for key, name in (("+", "zoom-out"), ("]", "zoom-lower")):
        page.keys(key)
        assert page.run(visible) != [[0, 1], [0, 1]]
        page.click(name)
        assert page.run(visible) == [[0, 1], [0, 1]]
    for name, value in (("start", 0.4), ("end", 0.6), ("low", 500), ("high", 1000)):
        page.type(f"box-{name}", value)
    page.click("zoom-selection")
    assert page.run(visible)[0] == pytest.approx([0.35, 0.65])
    box = page.driver.execute_script(
        "const b = document.getElementById('overview').getBoundingClientRect();"
        "return [b.left + 0.9 * b.width, b.top + b.height / 2]"
    )
    for kind, buttons in (("mousePressed", 1), ("mouseReleased", 0)):
        where = dict(zip("xy", box, strict=True), button="left", buttons=buttons)
        page.command("Input.dispatchMouseEvent", type=kind, clickCount=1, **where)
    assert page.run(visible)[0] == pytest.approx([0.7, 1.0])


def test_the_view_follows_playback(page):
    page.keys("l")
    page.run("view.viewport.show('time', 0, 0.2); session.seek(0.1)")
    for _ in range(500):
        if page.run("return view.viewport.time[0]") > 0.5:
            break
    else:
        pytest.fail("the view stays where it was")
    page.keys("l", " ")


def test_dark_and_light_differ_and_both_can_be_read(open_page):
    page = open_page()
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
    page.command("Emulation.setEmulatedMedia", features=[])
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


def test_phones_show_picture_and_apply_on_one_screen(open_page):
    page = open_page(390, 844, mobile=True)
    page.apply(variations=3)
    page.run("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    page.run("document.getElementById('earlier').hidden = false")
    phones = [(320, 640), (390, 844), (844, 390)]
    enlarged = [(195, 422), (422, 195), (720, 450)]  # twice as large; a desk's screen
    for width, height in phones + enlarged:
        page.resize(width, height)
        script = "scrollTo(0, 0); return document.documentElement.scrollWidth"
        assert page.driver.execute_script(script) <= width
        names = ["spectrogram", "play", "apply"]
        if (width, height) in phones:
            names += ["undo", "redo", "loop", "compare"]
            assert page.place("earlier")[2] <= width  # all of the word
        else:
            script = "document.getElementById('spectrogram').scrollIntoView()"
            page.driver.execute_script(script)
        places = {name: page.place(name) for name in names}
        for name, (left, top, right, bottom) in places.items():
            inside = left >= 0 and right <= width and top >= 0 and bottom <= height
            assert inside and bottom - top >= 36, (width, height, name, places)
        assert places["spectrogram"][3] <= places["play"][1], (width, height)


def test_the_original_above_the_result(page):
    pixels = (
        "const of = (id) => { const c = document.getElementById(id);"
        "  const data = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        "  return Array.from(data.filter((_, i) => i % 997 === 0)); };"
        "return [of('original'), of('spectrogram')]"
    )
    page.keys("b")
    page.until_drawn()
    above, below = page.run(pixels)
    assert above == below
    notes = [page.find(f"{name}freq-axis").text for name in ("original-", "")]
    assert "C4" in notes[0] and notes[0] == notes[1]
    assert page.find("original-name").is_displayed()
    box = page.driver.execute_script(
        "const b = document.getElementById('original').getBoundingClientRect();"
        "return [b.left + b.width / 4, b.top + b.height / 4, b.width / 4, b.height / 4]"
    )
    for kind, share in (("Pressed", 0), ("Moved", 1), ("Released", 1)):
        page.command(
            "Input.dispatchMouseEvent",
            type=f"mouse{kind}",
            x=box[0] + share * box[2],
            y=box[1] + share * box[3],
            button="left",
            buttons=int(kind != "Released"),
            clickCount=1,
        )
    assert page.box()[:2] == pytest.approx([0.25, 0.5], abs=0.01)
    low, high = page.run(
        "return [session.selection.box.low, session.selection.box.high]"
        ".map((hertz) => view.viewport.yOf(hertz))"
    )
    assert (low, high) == pytest.approx((0.5, 0.75), abs=0.01)
    page.press("noise")
    page.apply()
    page.until_drawn()
    above, below = page.run(pixels)
    assert above != below
    page.keys("a")
    page.until_drawn()
    above, below = page.run(pixels)
    assert above == below
    page.keys("a", "b")
    assert not page.find("original").is_displayed()


def test_original_and_result_in_turn(page):
    assert not page.find("flicker").is_enabled()
    page.press("noise")
    page.click("select-all")
    page.apply()
    seen = (
        "const turn = document.getElementById('turn').textContent;"
        "const { original, sound } = session.history;"
        "return [turn, ...[original, sound].map((s) => view.spectra === s.spectra)]"
    )
    page.click("flicker")
    turns = set()
    for _ in range(1500):
        turns.add(tuple(page.run(seen)))
        if len(turns) == 2:
            break
    assert turns == {("Original", True, False), ("Result", False, True)}
    calm = [{"name": "prefers-reduced-motion", "value": "reduce"}]
    page.command("Emulation.setEmulatedMedia", features=calm)
    page.until("return document.getElementById('turn').hidden")
    assert page.run(seen)[2] and not page.find("flicker").is_displayed()
    page.command("Emulation.setEmulatedMedia", features=[])


def test_forced_colours_show_what_is_chosen(page):
    forced = [{"name": "forced-colors", "value": "active"}]
    page.command("Emulation.setEmulatedMedia", features=forced)
    chosen, other, pressed, free = page.driver.execute_script(
        "const of = (name) => getComputedStyle(document.querySelector(name))"
        "  .backgroundColor;"
        "document.getElementById('both').ariaPressed = 'true';"
        "const found = [of('[value=box] + span'), of('[value=brush] + span'),"
        "  of('#both'), of('#fit')];"
        "document.getElementById('both').ariaPressed = 'false';"
        "return found"
    )
    page.command("Emulation.setEmulatedMedia", features=[])
    assert chosen == pressed and chosen not in (other, free)
