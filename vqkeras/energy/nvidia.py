"""NVIDIA GPUs: their energy counter where there is one, else their power."""

from __future__ import annotations

import contextlib
import logging
import os
from dataclasses import dataclass
from typing import Any

from edge_runtime.energy.meter import Domain, Reading, unread

logger = logging.getLogger(__name__)

BOARD = "the whole board with its memory, whatever process uses it"
# NVML reference, nvmlDeviceGetPowerUsage: stated for Fermi and Kepler only.
POWER_ERROR = "within 5 % of the power on Fermi and Kepler, not stated for later GPUs"


class NvidiaMeter:
    """Every GPU this process may use, through NVIDIA's own `nvidia-ml-py`.

    Volta and later GPUs count millijoules since the driver was loaded; a GPU without
    that counter is sampled for its power. `CUDA_VISIBLE_DEVICES` is followed as CUDA
    does: numbers or (abbreviated) UUIDs, up to the first that names no GPU.

    CUDA numbers GPUs by speed unless `CUDA_DEVICE_ORDER=PCI_BUS_ID`; NVML always by
    bus. Where unequal GPUs are picked by number without it, the domain says so.
    """

    name = "nvidia"
    measures = "NVIDIA GPUs, by NVML's energy counter or else its power"

    def __init__(self) -> None:
        self._nvml: Any | None = None  # the module pynvml, which has no types
        self._gpus: list[_Gpu] = []
        self._why = ""
        try:
            import pynvml
        except ImportError:
            self._why = "nvidia-ml-py is not installed: pip install nvidia-ml-py"
            return
        try:
            pynvml.nvmlInit()
        except pynvml.NVMLError as error:
            self._why = f"no NVIDIA driver to ask: {error}"
            return
        self._nvml = pynvml
        try:
            self._gpus = self._find(pynvml)
        except pynvml.NVMLError as error:
            self._why = f"the NVIDIA driver lists no GPU: {error}"
        if not self._gpus:
            self.close()

    def why_unavailable(self) -> str:
        """Why there is no GPU to read: no driver, no device, or hidden by CUDA."""
        return self._why

    def domains(self) -> tuple[Domain, ...]:
        """One per visible GPU, numbered as NVML does."""
        return tuple(gpu.domain for gpu in self._gpus)

    def read(self) -> dict[str, Reading]:
        """Joules by the counter, or watts, for every GPU by itself."""
        return {gpu.domain.name: _read(self._nvml, gpu) for gpu in self._gpus}

    def close(self) -> None:
        """Let go of the driver."""
        if self._nvml is not None:
            with contextlib.suppress(self._nvml.NVMLError):
                self._nvml.nvmlShutdown()
            self._nvml = None

    def _find(self, nvml: Any) -> list[_Gpu]:
        handles: list[object | None] = []
        names, uuids, lost = [], [], []
        for index in range(nvml.nvmlDeviceGetCount()):
            try:
                handle = nvml.nvmlDeviceGetHandleByIndex(index)
                name = _text(nvml.nvmlDeviceGetName(handle))
                uuid = _text(nvml.nvmlDeviceGetUUID(handle))
            except nvml.NVMLError as error:
                # It keeps its number, and the others are counted.
                handle, name, uuid = None, "", f"lost {index}"
                lost.append(f"GPU {index}: {error}")
                logger.warning("Not counted: %s", lost[-1])
            handles.append(handle)
            names.append(name)
            uuids.append(uuid)
        setting = os.environ.get("CUDA_VISIBLE_DEVICES")
        visible = visible_gpus(setting, uuids)
        if not handles:
            self._why = "the NVIDIA driver lists no GPU"
        elif len(lost) == len(handles):
            self._why = f"the NVIDIA driver lists no GPU: {'; '.join(lost)}"
        elif not visible:
            self._why = f"CUDA_VISIBLE_DEVICES={setting!r} names no whole GPU"
        is_unsure = (
            setting is not None
            and any(token.strip().isdigit() for token in setting.split(","))
            and len({*names} - {""}) > 1
            and os.environ.get("CUDA_DEVICE_ORDER") != "PCI_BUS_ID"
        )
        return [
            _gpu(nvml, index, handles[index], names[index], is_unsure)
            for index in visible
            if handles[index] is not None
        ]


@dataclass(frozen=True)
class _Gpu:
    domain: Domain
    handle: object


def _gpu(nvml: Any, index: int, handle: object, name: str, is_unsure: bool) -> _Gpu:
    try:
        _counter_j(nvml, handle)
        has_counter = True
    except nvml.NVMLError:
        has_counter = False
    uncertainty = "not stated" if has_counter else POWER_ERROR
    if is_unsure:
        uncertainty += (
            "; CUDA may number these GPUs differently: set "
            "CUDA_DEVICE_ORDER=PCI_BUS_ID or name the GPU by its UUID"
        )
    domain = Domain(
        name=f"gpu:{index}",
        quantity="energy_j" if has_counter else "power_w",
        method="measured:nvml-" + ("energy-counter" if has_counter else "power"),
        measures=BOARD,
        uncertainty=uncertainty,
        hardware=name,
    )
    return _Gpu(domain, handle)


def _read(nvml: Any | None, gpu: _Gpu) -> Reading:
    if nvml is None:
        return unread("the driver was let go of")
    try:
        if gpu.domain.quantity == "energy_j":
            return Reading(_counter_j(nvml, gpu.handle))
        return Reading(nvml.nvmlDeviceGetPowerUsage(gpu.handle) * 1e-3)
    except Exception as error:  # one bad GPU does not hide the others
        return unread(str(error) or type(error).__name__)


def visible_gpus(setting: str | None, uuids: list[str]) -> list[int]:
    """Which GPUs CUDA shows to this process.

    Args:
        setting: `CUDA_VISIBLE_DEVICES`; `None` if it is not set.
        uuids: UUID of every GPU, in the driver's order.

    Returns:
        Their numbers, in the order of the setting.

    Example:

    >>> visible_gpus("1,GPU-8a", ["GPU-8a11", "GPU-93c2"])
    [1, 0]
    >>> visible_gpus("0,-1,1", ["GPU-8a11", "GPU-93c2"])
    [0]
    """
    if setting is None:
        return list(range(len(uuids)))
    visible: list[int] = []
    for token in setting.split(","):
        token = token.strip()
        if token.isdigit():
            matches = [int(token)] if int(token) < len(uuids) else []
        else:
            matches = [
                i for i, uuid in enumerate(uuids) if token and uuid.startswith(token)
            ]
        if len(matches) != 1 or matches[0] in visible:
            break
        visible += matches
    return visible


def _counter_j(nvml: Any, handle: object) -> float:
    return nvml.nvmlDeviceGetTotalEnergyConsumption(handle) * 1e-3


def _text(value: str | bytes) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
