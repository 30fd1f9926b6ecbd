"""Scales of int8 biases, which nothing reads, made those of the weights beside them."""

from collections.abc import Collection

import flatbuffers
from ai_edge_litert import schema_py_generated as schema

from export.tflite.compact import compact


def with_shared_bias_scales(flatbuffer: bytes, signatures: Collection[str]) -> bytes:
    """Let biases of convolutions name the scales of their weights.

    A bias counts in the scale of its weights times that of the input, as the format
    says (https://www.tensorflow.org/lite/performance/quantization_spec). So kernels
    multiply the two themselves, and only look whether there is one for each channel.
    Written out it is a second list of four bytes a channel, 8 kB of the prior of
    `general`. A delegate for other hardware than a processor may look at it and refuse.

    Args:
        flatbuffer: A TFLite file, nothing appended.
        signatures: Those whose graphs are changed.

    Returns:
        A file that computes the same, to the last bit, by LiteRT and by numpy.
    """
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(flatbuffer, 0))
    for signature in model.signatureDefs:
        if signature.signatureKey.decode() not in signatures:
            continue
        graph = model.subgraphs[signature.subgraphIndex]
        for operator in graph.operators:
            if operator.builtinOptionsType == schema.BuiltinOptions.Conv2DOptions:
                _, weights, *rest = operator.inputs
                # Without a bias there is no third input, or its place is -1.
                if not rest or rest[0] < 0:
                    continue
                weights, bias = graph.tensors[weights], graph.tensors[rest[0]]
                if bias.type == schema.TensorType.INT32:
                    bias.quantization.scale = weights.quantization.scale
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    return compact(bytes(builder.Output()))
