"""Energy on any machine: sensors behind one protocol, and the thread that samples them.

NVIDIA GPUs, CodeCarbon, emissions and training live in `vqkeras.energy`.
"""

from edge_runtime.energy.constant import ConstantMeter
from edge_runtime.energy.cpu_time import CpuTimeMeter
from edge_runtime.energy.machine import machine_meter
from edge_runtime.energy.meter import Domain, Meter, Reading
from edge_runtime.energy.rapl import RaplMeter
from edge_runtime.energy.raspberry_pi import RaspberryPi5Meter
from edge_runtime.energy.sampler import Sampler
from edge_runtime.energy.totals import DomainTotal, EnergyTotals

__all__ = [
    "ConstantMeter",
    "CpuTimeMeter",
    "Domain",
    "DomainTotal",
    "EnergyTotals",
    "Meter",
    "RaplMeter",
    "RaspberryPi5Meter",
    "Reading",
    "Sampler",
    "machine_meter",
]
