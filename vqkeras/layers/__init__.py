"""Layers: vector quantizers, and the encoders and decoders around them."""

from vqkeras.layers.code_metrics import CodebookUsage, Perplexity
from vqkeras.layers.conv_stack import ConvDecoder, ConvEncoder
from vqkeras.layers.depth_to_space import DepthToSpace
from vqkeras.layers.residual_grid import ResidualGridDecoder, ResidualGridEncoder
from vqkeras.layers.residual_vector_quantizer import ResidualVectorQuantizer
from vqkeras.layers.unquantized import Unquantized
from vqkeras.layers.vector_quantizer import VectorQuantizer
from vqkeras.layers.vector_quantizer_ema import VectorQuantizerEMA
from vqkeras.layers.wavenet_grid import WaveNetGridDecoder, WaveNetGridEncoder

__all__ = [
    "CodebookUsage",
    "ConvDecoder",
    "ConvEncoder",
    "DepthToSpace",
    "Perplexity",
    "ResidualGridDecoder",
    "ResidualGridEncoder",
    "ResidualVectorQuantizer",
    "Unquantized",
    "VectorQuantizer",
    "VectorQuantizerEMA",
    "WaveNetGridDecoder",
    "WaveNetGridEncoder",
]
