"""Energy on any machine: sensors behind one protocol, and the thread that samples them.

NVIDIA GPUs, CodeCarbon, emissions and training live in `vqkeras.energy`.
"""

from edge_runtime.energy.constant import ConstantMeter as ConstantMeter
from edge_runtime.energy.cpu_time import CpuTimeMeter as CpuTimeMeter
from edge_runtime.energy.machine import machine_meter as machine_meter
from edge_runtime.energy.meter import Domain as Domain
from edge_runtime.energy.meter import Meter as Meter
from edge_runtime.energy.meter import Reading as Reading
from edge_runtime.energy.rapl import RaplMeter as RaplMeter
from edge_runtime.energy.raspberry_pi import RaspberryPi5Meter as RaspberryPi5Meter
from edge_runtime.energy.sampler import Sampler as Sampler
from edge_runtime.energy.totals import DomainTotal as DomainTotal
from edge_runtime.energy.totals import EnergyTotals as EnergyTotals
