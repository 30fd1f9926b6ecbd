"""Steps to go back to, and takes that are kept to compare."""

import json

import numpy as np


def pressed(page, name):
    """Texts of the buttons in an element, and which of them are pressed."""
    buttons = page.find(name).find_elements("tag name", "button")
    return [(b.text, b.get_attribute("aria-pressed") == "true") for b in buttons]


def steps(page):
    """Names of the steps, and the number of the one that is here."""
    buttons = page.find("step-list").find_elements("tag name", "button")
    here = [b.get_attribute("aria-current") == "step" for b in buttons]
    return [b.text for b in buttons], here.index(True)


def go_to(page, number):
    page.find("step-list").find_elements("tag name", "button")[number].click()
    page.until_idle()


def edited(page, *places, takes=1):
    """Select, apply by chance, and give the samples."""
    page.click("select-none")  # or the box there would be moved
    page.drag(*places)
    page.apply(variations=takes)
    return page.wav().samples


def test_steps_takes_and_their_settings(page):
    original = page.wav().samples
    page.press("noise")
    first = edited(page, (0.1, 0.2), (0.2, 0.5), (0.3, 0.9), takes=2)
    page.keys("2")
    other = page.wav().samples
    page.keys("k")
    assert pressed(page, "kept-takes") == [("A", True)]
    page.type("kept-name", "dry")
    second = edited(page, (0.5, 0.2), (0.6, 0.5), (0.8, 0.9))
    page.click("keep")
    names, here = steps(page)
    assert names == ["noise.wav", "Randomize, take 2", "Randomize"] and here == 2
    assert "strength 50 % · phase goes on" in page.find("step-settings").text
    take = json.loads(
        page.run(
            "const kept = []; navigator.clipboard.writeText = (t) => kept.push(t);"
            "document.getElementById('copy-settings').click(); return kept[0]"
        )
    )
    assert take["edit"]["tool"] == "noise" and take["mix"] == 1
    assert f"seed {take['edit']['seed']}" in page.find("step-settings").text

    go_to(page, 0)
    np.testing.assert_array_equal(page.wav().samples, original)
    assert steps(page) == (names, 0)
    page.click("redo")
    page.keys("1")  # going on from the other take leaves the step after it behind
    np.testing.assert_array_equal(page.wav().samples, first)
    third = edited(page, (0.5, 0.2), (0.6, 0.5), (0.8, 0.9))
    assert (third != second).any() and steps(page)[0][1] == "Randomize, take 1"
    assert pressed(page, "kept-takes") == [("dry", False), ("A", False)]
    for name, samples in (("dry", other), ("A", second)):
        buttons = page.find("kept-takes").find_elements("tag name", "button")
        next(b for b in buttons if b.text == name).click()
        np.testing.assert_array_equal(page.wav().samples, samples)
        assert (name, True) in pressed(page, "kept-takes")
    assert steps(page) == (names, 2)
    page.click("keep")
    assert [name for name, _ in pressed(page, "kept-takes")] == ["dry"]


def test_using_a_take_as_input_keeps_the_steps(page):
    original = page.wav().samples
    page.press("noise")
    first = edited(page, (0.1, 0.2), (0.2, 0.5), (0.3, 0.9))
    page.click("reuse")
    assert steps(page) == (["noise.wav", "Randomize, used as input"], 1)
    assert not page.find("compare").is_enabled()
    second = edited(page, (0.5, 0.2), (0.6, 0.5), (0.8, 0.9))
    page.keys("a")
    np.testing.assert_array_equal(page.wav().samples, first)
    page.keys("a")
    np.testing.assert_array_equal(page.wav().samples, second)
    go_to(page, 0)
    np.testing.assert_array_equal(page.wav().samples, original)


def test_a_take_that_was_forgotten_is_made_again(page):
    page.press("noise")
    edited(page, (0.1, 0.2), (0.2, 0.5), (0.3, 0.9), takes=2)
    page.keys("2")
    page.type("mix", 0.5)
    before = edited(page, (0.2, 0.2), (0.3, 0.5), (0.5, 0.9))
    page.run(
        "session.history.steps.flatMap((step) => step.from ? step.takes : [])"
        ".forEach((take) => { take.sound = null; });"
        "session.history.step = session.history.all[0];"
        "await session.goTo(session.history.all[2].take);"
    )
    np.testing.assert_array_equal(page.wav().samples, before)


def test_a_chosen_step_can_be_changed_and_made_again(page):
    page.press("noise")
    page.type("strength", 0.4)
    edited(page, (0.1, 0.2), (0.2, 0.5), (0.3, 0.9))
    box, seed = page.box(), page.run("return session.history.step.take.seed")
    page.press("erase")
    edited(page, (0.5, 0.2), (0.6, 0.5), (0.8, 0.9))
    go_to(page, 1)
    page.until("return document.querySelector('[name=tool]:checked').value === 'noise'")
    assert page.box() == box
    assert page.run("return [tool.seed, tool.request().strength]") == [seed, 0.4]
    page.type("strength", 0.8)
    page.click("redo-step")
    page.wait_for_takes(1)
    assert steps(page) == (["noise.wav", "Randomize"], 1)
    edit = page.run("return session.history.step.request(session.history.step.take)")
    assert (edit["seed"], edit["strength"]) == (seed, 0.8)
    assert edit["time"] == box[:2]
    page.click("undo")
    assert not page.find("redo-step").is_displayed()
