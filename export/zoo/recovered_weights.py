"""Weights of a Keras model, read back from the bundle that it was exported to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.engines.numpy_engine.graph import Operator, Tensor, read_graph
from edge_runtime.errors import BundleError
from vqkeras.model.vqvae import VQVAE

# Operators with weights, and where in their inputs the weights stand.
_WEIGHTS_OF = {"CONV_2D": (1, 2), "ADD": (0, 1), "TRANSPOSE_CONV": (1, 3)}


def recover_weights(model: VQVAE, bundle: Bundle, *, cells_per_batch: float) -> None:
    """Give a model the weights of a bundle; of an int8 one nearly.

    The operators of a graph run in the order of the layers, so their kernels, biases
    and row offsets are `encoder.weights` and `decoder.weights` in order. The moving
    averages of the codebook follow from how often each code occurs.

    Args:
        model: Built from the config that the bundle was trained with.
        bundle: Its export.
        cells_per_batch: Cells of a training batch, that the moving averages count.

    Raises:
        BundleError: If the bundle is of another architecture.
    """
    for part, signature in ((model.encoder, "encode"), (model.decoder, "decode")):
        found = list(_constants(bundle, signature))
        _check(bundle, signature, [w.shape for w in found], part)
        part.set_weights(found)
    quantizer, codebook = model.quantizer, bundle.codebook
    share = bundle.marginal / bundle.marginal.sum()
    counts = (cells_per_batch * share).astype(np.float32)
    quantizer.codebook.assign(codebook)
    quantizer.counts.assign(counts)
    quantizer.sums.assign(counts[:, np.newaxis] * codebook)
    quantizer.initialised.assign(True)
    quantizer.num_batches.assign(1)


def _constants(bundle: Bundle, signature: str) -> Iterator[NDArray[np.float32]]:
    graph = read_graph(bundle.graph[signature], bundle.flatbuffer)
    for operator in graph.operators:
        for place in _WEIGHTS_OF.get(operator.name, ()):
            tensor = graph.tensors[operator.inputs[place]]
            if tensor.constant is not None:
                yield _as_keras(tensor, operator)


def _as_keras(tensor: Tensor, operator: Operator) -> NDArray[np.float32]:
    value = np.asarray(tensor.constant).astype(np.float32)
    if tensor.scale is not None:
        # Scales of a kernel are along its first axis, one for each output channel.
        scale = tensor.scale.reshape(-1, *[1] * (value.ndim - 1))
        value = (value - tensor.zero_point) * scale
    if value.ndim == 4 and operator.name == "CONV_2D":
        value = value.transpose(1, 2, 3, 0)  # (height, width, in, out)
    elif value.ndim == 4 and operator.name == "TRANSPOSE_CONV":
        value = value.transpose(1, 2, 0, 3)  # (height, width, out, in)
    return np.ascontiguousarray(value, np.float32)


def _check(
    bundle: Bundle, signature: str, shapes: Sequence[tuple[int, ...]], part: object
) -> None:
    expected = [tuple(weight.shape) for weight in getattr(part, "weights", [])]
    if list(shapes) != expected:
        raise BundleError(
            f"Bundle {bundle.name} has weights of shapes {list(shapes)} in "
            f"{signature}; its config has {expected}."
        )
