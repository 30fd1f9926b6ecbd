"""What happens during training beside the training itself, one idea per file.

What is offered here loads when it is first used: the energy of a training is counted
without TensorFlow.
"""

from typing import TYPE_CHECKING

from vqkeras.lazy import offers

if TYPE_CHECKING:
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

__getattr__, __dir__ = offers(
    __name__,
    {
        "AveragedValidation": "averaged_weights",
        "Backup": "backup",
        "Checkpoints": "checkpoints",
        "CosineSchedule": "cosine_schedule",
        "Divergence": "divergence",
        "HistoryFile": "history_file",
        "TensorBoardExamples": "tensorboard_examples",
        "TimeLimit": "time_limit",
        "averaged_weights": "averaged_weights",
        "read_history": "history_file",
        "restore_backup": "backup",
    },
)
