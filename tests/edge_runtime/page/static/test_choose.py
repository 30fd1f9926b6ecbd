"""Presets, one slider, the defaults of the commands, and words for all of it."""

import argparse

from edge_runtime.commands import inpaint
from edge_runtime.effects.table import ARGUMENTS

FIELDS = (
    "return [tool.request(), tool.label, document.getElementById('apply').textContent]"
)


def test_presets_say_what_one_hears_and_set_the_tool(page):
    page.click("select-all")
    expected = {
        "repair": ("inpaint", "likeliest", {"predict": "argmax"}),
        "small": ("inpaint", "close", {"predict": "sample", "temperature": 1.29}),
        "large": ("inpaint", "free", {"predict": "sample", "temperature": 3.02}),
        "wild": ("inpaint", "wild", {"predict": "sample", "temperature": 8}),
        "texture": ("shuffle", None, {"strength": 1}),
        "remove": ("erase", None, {"strength": 1}),
    }
    for name, (tool, words, fields) in expected.items():
        page.press(name)
        request, label, button = page.run(FIELDS)
        assert request["tool"] == tool and label == button
        assert request.items() >= fields.items()
        assert page.find("tool-hint").text.endswith(".")
        assert page.find("variation").is_displayed() == (words is not None)
        if words:
            assert page.find("variation-text").text == words
    page.type("strength", 0.5)  # no longer what the preset means
    assert page.run(FIELDS)[1] == "Erase"
    page.press("large")
    page.type("variation", 0.3)  # between two presets
    chosen = "return document.querySelector('[name=preset]:checked')"
    assert page.driver.execute_script(chosen) is None
    assert page.run(FIELDS)[0]["temperature"] == 1.45


def test_the_page_begins_with_the_defaults_of_the_commands(page):
    parser = argparse.ArgumentParser()
    inpaint.add_arguments(parser)
    request = page.run(FIELDS)[0]
    assert request["phase"] == parser.get_default("phase")
    assert (request["neighbourhood"], request["order"]) == ("auto", "autoregressive")
    page.press("freeze")
    request = page.run(FIELDS)[0]
    for argument in ARGUMENTS:
        assert request[argument.name] == argument.default


def test_every_control_says_what_it_does(page):
    silent = page.driver.execute_script(
        """
        const controls = document.querySelectorAll(
          "header, #stage, #transport, #tool, #steps");
        return [...controls].flatMap((part) => [
          ...part.querySelectorAll("button, input, select, a")])
          .filter((control) =>
            !control.closest("[title]:not([title='']), #earlier-list"))
          .map((control) => control.id || control.value || control.textContent);
        """
    )
    # Their words beside them say it, or a hint below.
    assert set(silent) <= {"apply", "noise.wav", "Drums", "Voice", "Notes"}
