"""The drawing is well-formed, and its bars are as long as their values say."""

from xml.etree import ElementTree

from edge_runtime.bench.bar_chart import Bar, bar_chart_svg

SVG = "{http://www.w3.org/2000/svg}"


def drawn(bars):
    text = bar_chart_svg(bars, title="A < B", footnote="measured & subtracted")
    return ElementTree.fromstring(text)


def test_lengths_and_texts():
    bars = [Bar("float <32>", 4.0, 3.0, 5.0, "4 J"), Bar("int8", 2.0, 2.0, 2.0, "2 J")]
    root = drawn(bars)
    _, first, second = root.findall(f"{SVG}rect")  # the background comes first
    assert float(first.get("width")) == 2 * float(second.get("width")) > 100
    texts = [element.text for element in root.findall(f"{SVG}text")]
    assert {"A < B", "float <32>", "4 J", "int8", "2 J"} <= set(texts)
    assert texts[-1] == "measured & subtracted"


def test_nothing_and_less_than_nothing():
    root = drawn([Bar("noise", -0.1, -0.2, 0.0, "-0.1 J")])
    assert float(root.findall(f"{SVG}rect")[1].get("width")) == 0.0
