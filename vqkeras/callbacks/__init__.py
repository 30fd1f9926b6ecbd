"""What happens during training beside the training itself, one idea per file."""

from vqkeras.callbacks.averaged_weights import AveragedValidation, averaged_weights
from vqkeras.callbacks.backup import Backup, restore_backup
from vqkeras.callbacks.checkpoints import Checkpoints
from vqkeras.callbacks.cosine_schedule import CosineSchedule
from vqkeras.callbacks.divergence import Divergence
from vqkeras.callbacks.history_file import HistoryFile, read_history
from vqkeras.callbacks.tensorboard_examples import TensorBoardExamples
from vqkeras.callbacks.time_limit import TimeLimit

__all__ = [
    "AveragedValidation",
    "Backup",
    "Checkpoints",
    "CosineSchedule",
    "Divergence",
    "HistoryFile",
    "TensorBoardExamples",
    "TimeLimit",
    "averaged_weights",
    "read_history",
    "restore_backup",
]
