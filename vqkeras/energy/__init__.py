"""What training costs: GPU meters, emissions, the Keras callback and the command.

Processor and board meters and the sampler are in `edge_runtime.energy`. Nothing here
imports Keras but `vqkeras.energy.callback`.
"""

from vqkeras.energy.codecarbon_backend import CodeCarbonMeter as CodeCarbonMeter
from vqkeras.energy.constants import Preset as Preset
from vqkeras.energy.constants import preset_for as preset_for
from vqkeras.energy.meters import meters_from as meters_from
from vqkeras.energy.meters import training_meters as training_meters
from vqkeras.energy.nvidia import NvidiaMeter as NvidiaMeter
from vqkeras.energy.record import read_run_energy as read_run_energy
from vqkeras.energy.run_energy import RunEnergy as RunEnergy
