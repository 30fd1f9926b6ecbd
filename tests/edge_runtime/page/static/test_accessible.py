"""No state of the page breaks a rule of axe-core: WCAG 2.2 AA, and good practice."""

from pathlib import Path

import pytest

AXE = Path(__file__).parents[4] / "node_modules" / "axe-core" / "axe.min.js"
RUN = """
const done = arguments[arguments.length - 1];
const [rules] = arguments;
axe.run(document, {
  resultTypes: ["violations"],
  preload: false, // sounds need not be loaded
  ...(rules && { runOnly: rules }),
}).then(({ violations }) =>
  done(violations.map(({ id, help, nodes }) =>
    `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`)));
"""
# Several states at a time: looking takes seconds.
EVERYTHING = """
document.getElementById("details").open = true;
document.getElementById("colours").open = true;
document.querySelector("footer details").open = true;
document.getElementById("both").click();
document.getElementById("flicker").click();
document.getElementById("keep").click();
document.getElementById("earlier").hidden = false;
document.getElementById("earlier").open = true;
document.getElementById("busy").hidden = false;
tool.tool = "mix"; // whose second sound is missing
tool.update();
(await import("/static/messages.js")).complain(new Error("No."));
"""


@pytest.fixture
def axe(browser):
    """Run axe-core on what the browser shows; gives a line for each violation."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm install --no-package-lock")
    source = AXE.read_text(encoding="utf-8")

    def run(rules=None):
        browser.execute_script(source)
        return browser.execute_async_script(RUN, rules)

    return run


@pytest.mark.parametrize(
    ("width", "height"), [(1440, 900), (390, 844), (844, 390)], ids=str
)
def test_no_state_breaks_a_rule(axe, open_page, width, height):
    page = open_page(width, height, mobile=width < 900)
    page.apply(variations=2)
    page.run(EVERYTHING)
    assert axe() == []
    if width < 900:  # the colours are the same
        return
    for name, value in (("prefers-color-scheme", "dark"), ("forced-colors", "active")):
        media = [{"name": name, "value": value}]
        page.command("Emulation.setEmulatedMedia", features=media)
        assert axe(["color-contrast"]) == [], name
    page.command("Emulation.setEmulatedMedia", features=[])


def test_the_dialog_that_asks_for_a_passage(axe, page, wav_of, tmp_path):
    (tmp_path / "long.wav").write_bytes(wav_of([0.1] * 8000 * 9))
    page.find("file").send_keys(str(tmp_path / "long.wav"))
    page.until("return document.getElementById('passage').open")
    assert axe() == []
    page.run("document.getElementById('passage').close()")
