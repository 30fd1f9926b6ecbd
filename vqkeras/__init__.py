"""Vector-quantized autoencoders for sound and images, in Keras.

What is offered here loads when it is first used: `import vqkeras` is quick.
"""

from typing import TYPE_CHECKING

from vqkeras.lazy import offers

if TYPE_CHECKING:
    from vqkeras.callbacks import (
        AveragedValidation,
        Backup,
        Checkpoints,
        CosineSchedule,
        Divergence,
        HistoryFile,
        TensorBoardExamples,
        TimeLimit,
    )
    from vqkeras.layers import (
        CodebookUsage,
        ConvDecoder,
        ConvEncoder,
        DepthToSpace,
        Perplexity,
        ResidualGridDecoder,
        ResidualGridEncoder,
        Unquantized,
        VectorQuantizer,
        VectorQuantizerEMA,
    )
    from vqkeras.model import (
        VQVAE,
        ConvArchitecture,
        ModelConfig,
        ResidualArchitecture,
        build_model,
    )
    from vqkeras.presets import presets
    from vqkeras.run import (
        Run,
        load_run,
    )

__all__ = [
    "VQVAE",
    "AveragedValidation",
    "Backup",
    "Checkpoints",
    "CodebookUsage",
    "ConvArchitecture",
    "ConvDecoder",
    "ConvEncoder",
    "CosineSchedule",
    "DepthToSpace",
    "Divergence",
    "HistoryFile",
    "ModelConfig",
    "Perplexity",
    "ResidualArchitecture",
    "ResidualGridDecoder",
    "ResidualGridEncoder",
    "Run",
    "TensorBoardExamples",
    "TimeLimit",
    "Unquantized",
    "VectorQuantizer",
    "VectorQuantizerEMA",
    "build_model",
    "load_run",
    "presets",
]

__getattr__, __dir__ = offers(
    __name__,
    {
        "AveragedValidation": "callbacks",
        "Backup": "callbacks",
        "Checkpoints": "callbacks",
        "CodebookUsage": "layers",
        "ConvArchitecture": "model",
        "ConvDecoder": "layers",
        "ConvEncoder": "layers",
        "CosineSchedule": "callbacks",
        "DepthToSpace": "layers",
        "Divergence": "callbacks",
        "HistoryFile": "callbacks",
        "ModelConfig": "model",
        "Perplexity": "layers",
        "ResidualArchitecture": "model",
        "ResidualGridDecoder": "layers",
        "ResidualGridEncoder": "layers",
        "Run": "run",
        "TensorBoardExamples": "callbacks",
        "TimeLimit": "callbacks",
        "Unquantized": "layers",
        "VQVAE": "model",
        "VectorQuantizer": "layers",
        "VectorQuantizerEMA": "layers",
        "build_model": "model",
        "load_run": "run",
        "presets": "presets",
    },
)
