"""Templates of reports: paragraphs wrapped, tables and code not, gaps refused."""

import jinja2
import pytest

from vqkeras.templates import render


def rendered(tmp_path, text, **values):
    (tmp_path / "a.md.j2").write_text(text)
    return render(tmp_path / "a.md.j2", **values)


def test_paragraphs_are_wrapped_and_code_is_not(tmp_path):
    text = "# " + "a " * 60 + "\n\none\ntwo " + "b " * 60 + "\n\n    c  d\n"
    heading, paragraph, code = rendered(tmp_path, text).split("\n\n")
    assert heading.startswith("# a") and "\n" not in heading
    assert paragraph.startswith("one two b")
    assert max(map(len, paragraph.splitlines())) <= 88
    assert code == "    c  d\n"


def test_an_indented_line_goes_on_with_its_row(tmp_path):
    row = "| {{ x | number(',') }} |\n  {{ y if y }} |\n  {{ x | share }} |\n"
    assert rendered(tmp_path, row, x=1000, y="") == "| 1,000 |  | 100000.0 % |\n"


def test_a_missing_figure_is_an_error(tmp_path):
    with pytest.raises(jinja2.UndefinedError, match="mse"):
        rendered(tmp_path, "{{ row.mse }}", row={})
