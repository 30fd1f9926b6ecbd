"""The paper's figures and numbers again, ours beside them, as one report.

`python -m vqkeras.reproduce --out report/` makes it; `make_report` is the function.
"""
