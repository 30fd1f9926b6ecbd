"""The JSON of an edit: defaults, and every wrong field named."""

import json
import math

import pytest

from edge_runtime.page.answer import Refusal
from edge_runtime.page.edit_request import TOOLS, parse_edit
from edge_runtime.priors.choice import PriorChoice
from edge_runtime.spectrogram.region import Region


def parse(**fields):
    return parse_edit(json.dumps(fields).encode())


def test_a_tool_is_enough():
    request = parse(tool="inpaint")
    assert request.region == Region(0.0, math.inf, 0.0, math.inf)
    assert (request.seed, request.phase) == (0, "continued")
    assert request.tool == PriorChoice()


def test_a_learned_prior_is_told_how_freely_it_fills():
    told = {"variation": 0.5, "passes": 4, "hint": 8}
    expected = PriorChoice("learned", **told, like=(0.5, 1.0))
    told |= {"prior": "learned", "like": [0.5, 1]}
    assert parse(tool="inpaint", **told).tool == expected


def test_cells_are_rows_of_time():
    request = parse(tool="erase", cells=["010", "011"])
    assert request.region.tolist() == [[False, True, False], [False, True, True]]


@pytest.mark.parametrize("tool", TOOLS)
def test_every_tool_is_known(tool):
    assert parse(tool=tool).name == tool


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "tool must be one of inpaint, erase"),
        ({"tool": ["inpaint"]}, "tool must be one of"),
        ({"tool": "inpaint", "model": "/etc/passwd"}, "Unknown field 'model'"),
        ({"tool": "inpaint", "time": [1, 1]}, "time must be two increasing numbers"),
        ({"tool": "inpaint", "time": ["0", "1"]}, "time must be two increasing"),
        ({"tool": "inpaint", "freq": [-1, 5]}, "freq must be two increasing"),
        ({"tool": "inpaint", "freq": [0, 1, 2]}, "freq must be two increasing"),
        ({"tool": "inpaint", "time": [0, math.nan]}, "time must be two increasing"),
        ({"tool": "inpaint", "time": [True, 2]}, "time must be two increasing"),
        ({"tool": "inpaint", "cells": []}, "cells must be strings"),
        ({"tool": "inpaint", "cells": ["01", "0"]}, "cells must be strings"),
        ({"tool": "inpaint", "cells": ["0\uff11"]}, "cells must be strings"),
        ({"tool": "inpaint", "cells": {"0": 1}}, "cells must be strings"),
        ({"tool": "inpaint", "cells": ["1"], "time": [0, 1]}, "not both"),
        ({"tool": "inpaint", "seed": 1.5}, "seed must be a whole number"),
        ({"tool": "inpaint", "seed": 2**32}, "seed must be a whole number"),
        ({"tool": "inpaint", "seed": True}, "seed must be a whole number"),
        ({"tool": "noise", "strength": 1.01}, "strength must be a number"),
        ({"tool": "noise", "strength": math.inf}, "strength must be a number"),
        ({"tool": "inpaint", "radius": 10**9}, "radius must be a whole number"),
        ({"tool": "inpaint", "temperature": 0}, "temperature must be a number from"),
        ({"tool": "inpaint", "temperature": 101}, "temperature must be a number from"),
        ({"tool": "inpaint", "temperature": "1"}, "temperature must be a number from"),
        ({"tool": "inpaint", "temperature": math.nan}, "temperature must be a number"),
        ({"tool": "inpaint", "predict": "mean_code"}, "predict must be one of"),
        ({"tool": "inpaint", "prior": None}, "prior must be one of"),
        ({"tool": "inpaint", "variation": 2}, "variation must be a number"),
        ({"tool": "inpaint", "variation": 1, "passes": 99}, "passes must be a whole"),
        ({"tool": "inpaint", "like": [1, 0]}, "like must be two increasing numbers"),
        ({"tool": "inpaint", "hint": 1}, "hint must be a whole number from 2"),
        ({"tool": "inpaint", "prior": "learned", "predict": "sample"}, "no predict"),
        ({"tool": "noise", "axis": "time"}, "Effect noise has no axis"),
        ({"tool": "shift", "axis": "both"}, "axis must be one of"),
        ({"tool": "inpaint", "phase": ""}, "phase must be one of"),
    ],
)
def test_wrong_fields_are_named(fields, message):
    with pytest.raises(Refusal, match=message) as refused:
        parse(**fields)
    assert refused.value.status == 422


@pytest.mark.parametrize("content", [b"", b"[1]", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_object_is_refused(content):
    with pytest.raises(Refusal, match="JSON") as refused:
        parse_edit(content)
    assert refused.value.status == 422


def test_a_huge_request_is_refused_unread():
    with pytest.raises(Refusal, match="larger than") as refused:
        parse_edit(b" " * (1 << 19))
    assert refused.value.status == 413
