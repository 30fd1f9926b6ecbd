"""The text of the report: prose in `templates/`, what it looks up in Python."""

from vqkeras.reproduce.page.text import report_text

__all__ = ["report_text"]
