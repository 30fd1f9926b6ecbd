"""A training that a callback counts the energy of, and what it leaves."""

import json
import threading

import keras
import numpy as np

from edge_runtime.energy.constant import ConstantMeter
from edge_runtime.energy.meter import Domain
from vqkeras.energy.callback import EnergyCallback

KEYS = ("power_w", "energy_wh", "emissions_g")
WATTS = 3600.0  # so that a second is a watt hour


def fit(model, *callbacks, epochs=2, **arguments):
    inputs, targets = np.zeros((8, 2), np.float32), np.zeros((8, 1), np.float32)
    return model.fit(
        inputs,
        targets,
        epochs=epochs,
        callbacks=list(callbacks),
        verbose=0,
        **arguments,
    )


def counting(run_dir, watts=WATTS, **arguments):
    arguments = {"grid_g_per_kwh": 500.0, "interval_s": 0.02} | arguments
    return EnergyCallback(run_dir, meters=lambda: [ConstantMeter(watts)], **arguments)


def epoch_lines(run_dir):
    return [json.loads(x) for x in (run_dir / "energy.jsonl").read_text().splitlines()]


class GpuMeter(ConstantMeter):
    """A stated power that passes for a GPU's."""

    def domains(self):
        return (Domain("gpu:0", "power_w", "measured:fake", "all", "none", "V100"),)

    def read(self):
        return {"gpu:0": super().read()["machine"]}


def raising(error):
    def raise_it(epoch, logs=None):
        if epoch == 1:
            raise error

    return keras.callbacks.LambdaCallback(on_epoch_begin=raise_it)


def samplers():
    return [t for t in threading.enumerate() if t.name == "energy sampler"]
