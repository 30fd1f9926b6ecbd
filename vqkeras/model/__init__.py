"""The VQ-VAE, and the way from a config to one."""

from vqkeras.model.build import build_model
from vqkeras.model.vqvae import VQVAE

__all__ = ["VQVAE", "build_model"]
