"""The paper's figures and numbers again, ours beside them, as one report.

`python -m vqkeras.reproduce --out report/` makes it; `report_maker.make_report` is the
function. What is measured lies here, `figures/` draws, `page/` writes.
"""

from vqkeras.reproduce.plan import FULL, QUICK, Plan

__all__ = ["FULL", "QUICK", "Plan"]
