"""Takes of the model that ships differ, as the page asks for them at first."""

import itertools
import json
import re
from importlib.resources import files

import numpy as np
import pytest

from edge_runtime.audio.examples import EXAMPLES, example_wav
from edge_runtime.bundle.shipped import load_model
from edge_runtime.edit.request import cells_of
from edge_runtime.page.edit_request import parse_edit
from edge_runtime.page.sound_upload import sound_from
from edge_runtime.page.worker import Worker
from edge_runtime.priors.choice import make_prior

PRESETS = files("edge_runtime.page") / "static" / "choose" / "presets.js"


@pytest.fixture(scope="module")
def worker():
    return Worker.ready(load_model("general"), "auto")


@pytest.mark.parametrize("name", EXAMPLES)
def test_three_takes_differ_in_a_fifth_of_their_codes(worker, name):
    presets = PRESETS.read_text(encoding="utf-8")
    first = re.search(r'FIRST = "(\w+)"', presets)[1]
    variation = float(
        re.search(rf"{first}: {{.*?variation: ([\d.]+)", presets, re.DOTALL)[1]
    )
    asked = {"tool": "inpaint", "prior": "learned", "variation": variation}
    box = {"time": [1.25, 1.75], "freq": [0, 22050]}
    request = parse_edit(json.dumps({**asked, **box}).encode())
    sound = sound_from(
        example_wav(name), "sound", sound_s=9.0, model_rate=44100, most_samples=10**6
    )
    codemap = worker.inpainter.codemap_of(sound)
    cells = cells_of(request.region, worker.bundle, codemap.shape)
    prior = make_prior(worker.bundle, worker.engine, request.tool)
    takes = [prior.fill(codemap, cells, seed=seed)[cells] for seed in range(3)]
    shares = [np.mean(a != b) for a, b in itertools.combinations(takes, 2)]
    assert min(shares) >= 0.2, shares
