"""Choosing a model: each has a line, and what is selected stays."""

import pytest


def test_each_model_says_what_it_is_for_and_the_box_stays(page):
    page.type("box-end", 0.5)
    box = page.box()
    lines = page.run("return [...document.getElementById('model')].map((o) => o.text)")
    assert lines == [
        "levels: a model of your own, at 8 kHz, 1.0 kbit/s",
        "second: to compare with",
    ]
    page.type("model", "second")
    page.until("return document.getElementById('status').textContent.startsWith('sec')")
    assert page.find("status").text == "second: to compare with"
    assert page.box() == pytest.approx(box)
    page.apply()
    page.type("model", "levels")
    page.until("return document.getElementById('status').textContent.startsWith('lev')")
