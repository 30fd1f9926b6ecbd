"""A driver library that speaks NVML's C interface, for the real `pynvml` binding."""

import ctypes
import shutil
import subprocess
from pathlib import Path

import keras
import pytest

SOURCE = Path(__file__).with_name("fake_nvml.c")


class FakeDriver:
    """The GPUs of the fake library; every change is seen at its next call."""

    def __init__(self, state, library):
        self._state = state
        self.driver = library
        self.gpus = []

    def set(self, *gpus, init=0):
        """Each GPU: UUID, name, energy in mJ, power in mW; `"!N"` is error N."""
        self.gpus = [list(gpu) for gpu in gpus]
        self.write(init)

    def change(self, index, *, energy_mj=None, power_mw=None):
        gpu = self.gpus[index]
        gpu[2] = gpu[2] if energy_mj is None else energy_mj
        gpu[3] = gpu[3] if power_mw is None else power_mw
        self.write()

    def write(self, init=0):
        lines = [str(init), *("|".join(map(str, gpu)) for gpu in self.gpus)]
        self._state.write_text("\n".join(lines) + "\n")

    @property
    def users(self):
        return self.driver.fake_nvml_users()


@pytest.fixture(scope="session")
def nvml_folder(tmp_path_factory):
    """A folder with the compiled library, under the name the driver's has."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler to build the fake NVML library with")
    folder = tmp_path_factory.mktemp("nvml")
    subprocess.run(
        [compiler, "-Wall", "-Werror", "-shared", "-fPIC", "-o"]
        + [str(folder / "libnvidia-ml.so.1"), str(SOURCE)],
        check=True,
    )
    return folder


@pytest.fixture
def fake_driver(nvml_folder, tmp_path, monkeypatch):
    """The library, loaded into the binding of this process for one test."""
    import pynvml

    state = tmp_path / "nvml_state"
    monkeypatch.setenv("FAKE_NVML_STATE", str(state))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.delenv("CUDA_DEVICE_ORDER", raising=False)
    library = ctypes.CDLL(str(nvml_folder / "libnvidia-ml.so.1"))
    monkeypatch.setattr(pynvml, "nvmlLib", library)
    monkeypatch.setattr(pynvml, "_nvmlGetFunctionPointer_cache", {})
    driver = FakeDriver(state, library)
    driver.set()
    yield driver
    while driver.users:
        pynvml.nvmlShutdown()


@pytest.fixture(scope="module")
def model():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model
