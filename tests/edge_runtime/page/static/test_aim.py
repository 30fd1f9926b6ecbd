"""Selecting a part of a sound: box, brush, lasso, harmonics, numbers, keys, fingers."""

import re

import numpy as np
import pytest


def test_a_box_is_exact_and_can_be_moved_and_stretched(page):
    page.type("scale", "hertz")
    page.drag((0.3, 0.25), (0.5, 0.5), (0.6, 0.75))
    assert page.box() == pytest.approx([0.3, 0.6, 1000, 3000], abs=10)
    assert page.find("selected").text == "selected exactly"
    assert float(page.find("box-low").get_attribute("value")) == pytest.approx(
        1000, abs=10
    )
    page.drag((0.6, 0.5), (0.7, 0.5), (0.8, 0.9))  # its right edge
    assert page.box() == pytest.approx([0.3, 0.8, 1000, 3000], abs=10)
    page.drag((0.5, 0.5), (0.4, 0.5), (0.4, 0.625))  # inside
    assert page.box() == pytest.approx([0.2, 0.7, 1500, 3500], abs=15)
    page.drag((0.2, 0.375), (0.3, 0.3), (0.1, 0.25))  # a corner
    assert page.box() == pytest.approx([0.1, 0.7, 1000, 3500], abs=15)
    page.type("box-end", 0.123)
    assert page.box()[:2] == pytest.approx([0.1, 0.123], abs=0.01)
    for field, value in (("start", 0.6), ("end", 0.3), ("low", 3600), ("high", 500)):
        page.type(f"box-{field}", value)  # beyond the edge across, which comes along
    assert page.box()[:2] == pytest.approx([0.277, 0.3], abs=0.002)
    assert page.box()[2:] == [100, 500]
    page.type("box-start", 5)  # after the end of the sound
    assert page.box()[1] == pytest.approx(0.3)
    page.type("box-start", 0.1)
    page.type("box-end", 0.123)
    page.type("box-low", 0)
    page.type("box-high", 4000)
    page.drag((0.11, 0.5), (0.2, 0.6), (0.21, 0.3))  # all frequencies stay selected
    assert page.box()[2:] == [0, 4000] and page.box()[0] == pytest.approx(0.2, abs=0.01)
    page.drag((-0.03, 0.9), (0.5, 0.5), (1.01, -0.04))  # from outside to outside
    assert page.box() == pytest.approx([0, 1, 0, 3600], abs=15)
    page.drag((0.5, 0.95), (0.5, 0.95))  # a click away from it
    assert page.box() is None and not page.find("apply").is_enabled()


def test_adding_and_taking_away(page):
    page.type("scale", "hertz")
    page.drag((0.2, 0.2), (0.3, 0.4), (0.4, 0.45))
    first = page.cells()
    page.drag((0.6, 0.2), (0.7, 0.3), (0.8, 0.45), keys=["Shift"])
    both = page.cells()
    assert page.box() is None and (both & first).sum() == first.sum() < both.sum()
    page.drag((0.55, 0.1), (0.7, 0.3), (0.9, 0.55), keys=["Alt"])
    np.testing.assert_array_equal(page.cells(), first)
    page.click("select-invert")
    np.testing.assert_array_equal(page.cells(), ~first)
    page.click("select-invert")
    page.click("select-band")
    assert (page.cells() == first.any(axis=0)).all()
    page.press("take")  # as Alt does, for fingers
    page.drag((0.5, 0.01), (0.6, 0.5), (0.99, 0.99))
    assert not page.cells()[17:].any() and page.cells()[:15].any()
    page.press("new")
    page.drag((0.1, 0.1), (0.2, 0.2))
    page.click("select-band")
    assert page.box()[:2] == [0, 1]


def test_brush_lasso_and_harmonics(page, tmp_path, wav_of):
    page.type("scale", "hertz")
    sizes = []
    for radius in (3, 60):
        page.click("select-none")
        page.press("brush")
        page.type("brush", radius)
        page.drag((0.11, 0.1), (0.3, 0.5), (0.11, 0.9))
        sizes.append(page.cells().sum())
    assert 8 < sizes[0] < sizes[1]
    page.press("lasso")
    page.drag((0.2, 0.1), (0.8, 0.1), (0.5, 0.9), (0.3, 0.5))
    cells = page.cells()
    assert cells[16, 1] and cells[16, 4] and not cells[8, 6] and not cells[28, 1]
    time = np.arange(8000) / 8000
    page.open("tone.wav", wav_of(0.3 * np.sin(2 * np.pi * 1020 * time)), tmp_path)
    page.press("harmonics")
    page.drag((0.27, 1000 / 4000), (0.4, 0.3), (0.49, 0.27))
    cells = page.cells()
    held = [int(hz * 256 / 8000 + 0.5) // 16 for hz in (1020, 2040, 3060)]
    assert np.flatnonzero(cells.any(axis=0)).tolist() == sorted(set(held))
    assert np.flatnonzero(cells.any(axis=1)).tolist() == list(range(8, 16))
    said = re.fullmatch(
        r"Partials selected: 3, (\d+) to (\d+) Hz", page.find("status").text
    )
    assert [int(hz) for hz in said.groups()] == pytest.approx([1020, 3060], abs=4)


def test_harmonics_end_where_cells_hold_more_than_one(page):
    def bins(hertz, *edges):
        return page.run(
            """
            const [hertz, edges] = arguments;
            const { harmonicsOf } = await import("/static/aim/shapes.js");
            const { Geometry } = await import("/static/aim/geometry.js");
            const model = { spectrogram: { sample_rate: 44100, hop_length: 512 },
              time_stride: 4, cell_edges_hz: edges };
            const sound = { duration: 1, samples: 44100, rate: 44100 };
            return harmonicsOf(hertz, new Geometry(model, sound));
            """,
            hertz,
            edges,
        )

    narrow = [*range(0, 3000, 200), *range(3000, 22050, 1000), 22050]
    assert bins(500, *narrow) == [500 * n for n in range(1, 6)]  # 3000 and 3500: one
    assert bins(1200, *narrow) == [1200 * n for n in range(1, 19)]  # all there are
    assert bins(90, *narrow) == [90]  # 90 and 180: one from the first
    drag = [(0.3, 90 / 4000), (0.4, 90 / 4000), (0.5, 90 / 4000)]
    page.type("scale", "hertz")
    page.press("harmonics")
    page.drag(*drag)
    assert "hold more than one each" in page.find("status").text
    assert np.flatnonzero(page.cells().any(axis=0)).tolist() == [0]


def test_keyboard_alone(page):
    from selenium.webdriver.common.keys import Keys

    page.click("select-all")
    seen = set()
    for _ in range(70):
        page.keys(Keys.TAB)
        seen.add(page.driver.execute_script("return document.activeElement.id"))
    for name in ("file", "spectrogram", "apply", "seed", "play", "loop", "download"):
        assert name in seen, f"Tab does not reach {name}: {seen}"
    page.run("view.canvas.focus(); view.cursor = {frame: 0, bin: 0};")
    page.keys(*[Keys.ARROW_RIGHT] * 10, Keys.ARROW_UP)
    assert "0.32 to 0.35 s" in page.find("status").text
    for key in (Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_UP):
        page.chord(Keys.SHIFT, key)
    cells = page.cells()
    assert cells[10:13, 1:3].all() and cells.sum() == 6
    page.keys("x")  # takes the cell under the cursor out again
    assert page.cells().sum() == 5
    page.type("variations", 1)
    page.keys("l")  # or the sound may end before the next key
    page.keys(Keys.ENTER)
    page.wait_for_takes(1)
    page.keys(" ")
    page.until("return document.getElementById('play').textContent === 'Play'")
    page.keys(" ")
    page.until("return document.getElementById('play').textContent === 'Stop'")
    page.keys(" ")
    page.chord(Keys.CONTROL, "z")
    assert not page.find("undo").is_enabled()


def test_one_finger_draws_and_two_move_the_view(open_page):
    page = open_page(390, 844, mobile=True)
    page.command("Emulation.setTouchEmulationEnabled", enabled=True)
    page.click("select-none")
    page.touch("touchStart", (0.2, 0.3))
    page.touch("touchMove", (0.3, 0.4))
    page.touch("touchMove", (0.6, 0.8))
    page.touch("touchEnd")
    drawn = page.box()
    assert drawn[0] == pytest.approx(0.8, abs=0.1) and drawn[1] == pytest.approx(
        2.4, abs=0.1
    )
    page.touch("touchStart", (0.4, 0.5))
    page.touch("touchStart", (0.4, 0.5), (0.6, 0.5))
    page.touch("touchMove", (0.3, 0.5), (0.7, 0.5))
    page.touch("touchEnd")
    assert page.box() == drawn
    assert page.run("return view.viewport.time") == pytest.approx([1, 3], abs=0.1)
    page.command("Emulation.setTouchEmulationEnabled", enabled=False)


def test_lines_where_sounds_begin_hold_a_box(page, tmp_path, wav_of):
    """Bursts at 150 beats a minute, one of them left out and one a little late."""
    beats = np.array([0.1, 0.5, 0.9, 1.7, 2.112, 2.5, 2.9])
    audio = np.zeros(3 * 8000)
    noise = np.random.default_rng(5).normal(size=800)
    for beat in beats:
        place = round(beat * 8000)
        audio[place : place + 800] += 0.2 * noise * np.exp(-np.arange(800) / 150)
    page.open("beats.wav", wav_of(audio), tmp_path)
    assert not page.find("snap").is_selected()  # there is nothing to hold to
    page.type("grid", "onsets")
    assert page.find("snap").is_selected()
    assert "7 beginnings" in page.find("status").text
    lines = page.run("return view.lines")
    assert lines == pytest.approx(beats, abs=0.005)
    page.drag((0.505 / 3, 0.2), (0.3, 0.5), (1.69 / 3, 0.9))
    assert page.box()[:2] == [lines[1], lines[3]]
    page.drag((lines[3] / 3, 0.5), (0.4, 0.5), (0.907 / 3, 0.5))  # its right edge
    assert page.box()[:2] == [lines[1], lines[2]]
    page.click("snap")
    page.click("select-none")
    page.drag((0.505 / 3, 0.2), (0.3, 0.5), (1.69 / 3, 0.9))
    assert page.box()[0] != lines[1]
    page.type("grid", "beats")
    beat, lines = page.find("status").text, page.run("return view.lines")
    assert float(beat.split()[0]) == pytest.approx(150, abs=0.5)
    assert lines == pytest.approx(np.arange(8) * 0.4 + 0.1, abs=0.01)
    assert not page.find("snap").is_selected()  # as it was left
    page.click("snap")
    page.type("grid", "none")
    assert not page.find("snap").is_enabled() and not page.find("snap").is_selected()
