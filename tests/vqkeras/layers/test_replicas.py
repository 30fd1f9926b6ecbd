import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from vqkeras.layers.replicas import gather_over_replicas, sum_over_replicas

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).with_name("two_replicas.py")


@pytest.fixture(scope="module")
def report():
    result = subprocess.run(
        [sys.executable, PROGRAM],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    assert result.returncode == 0, result.stderr[-3000:]
    return json.loads(result.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    "quantizer", ["VectorQuantizer", "VectorQuantizerEMA", "of two codes"]
)
def test_codebook_equals_that_of_one_device(report, quantizer):
    figures = report[quantizer]
    assert set(figures["replicas"]) == {2}
    assert figures["between_replicas"] == 0.0
    assert figures["from_one_device"] < 1e-6
    # Restarts took place, so they drew the same latents on both.
    assert figures["moved_by_restarts"] > 0.1


def test_whole_training_equals_that_of_one_device(report):
    assert report["model"]["weights"] < 1e-5
    assert max(report["model"]["history"].values()) < 1e-4
    assert len(report["model"]["history"]) == 7


def test_one_replica_gets_its_argument_back():
    tensor = tf.constant([1.0, 2.0])
    np.testing.assert_array_equal(gather_over_replicas(tensor), tensor)
    assert sum_over_replicas([tensor])[0] is tensor
