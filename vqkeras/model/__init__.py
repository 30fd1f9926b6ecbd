"""The VQ-VAE, and the way from a config to one. Loads TensorFlow when that is used."""

from typing import TYPE_CHECKING

from vqkeras.lazy import offers

if TYPE_CHECKING:
    from vqkeras.model.build import build_model
    from vqkeras.model.conv_architecture import ConvArchitecture
    from vqkeras.model.model_config import ModelConfig
    from vqkeras.model.residual_architecture import ResidualArchitecture
    from vqkeras.model.vqvae import VQVAE
    from vqkeras.model.wavenet_architecture import WaveNetArchitecture

__all__ = [
    "VQVAE",
    "ConvArchitecture",
    "ModelConfig",
    "ResidualArchitecture",
    "WaveNetArchitecture",
    "build_model",
]

__getattr__, __dir__ = offers(
    __name__,
    {
        "ConvArchitecture": "conv_architecture",
        "ModelConfig": "model_config",
        "ResidualArchitecture": "residual_architecture",
        "VQVAE": "vqvae",
        "WaveNetArchitecture": "wavenet_architecture",
        "build_model": "build",
    },
)
