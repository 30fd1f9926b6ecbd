"""Two TFLite flatbuffers as one."""

import flatbuffers
from ai_edge_litert import schema_py_generated as schema

from export.tflite.compact import compact


def joined(first: bytes, second: bytes) -> bytes:
    """One flatbuffer with the signatures of two.

    Networks that are converted apart cannot change each other's int8 scales.

    Args:
        first: A TFLite file, nothing appended.
        second: Another; its signatures have other names.

    Returns:
        The graphs of both: each computes what it did, to the last bit.
    """
    model, more = (
        schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(flatbuffer, 0))
        for flatbuffer in (first, second)
    )
    for graph in more.subgraphs:
        for tensor in graph.tensors:
            # Buffer 0 stands for none.
            if tensor.buffer:
                tensor.buffer += len(model.buffers)
        for operator in graph.operators:
            operator.opcodeIndex += len(model.operatorCodes)
    for signature in more.signatureDefs:
        signature.subgraphIndex += len(model.subgraphs)
    for part in ("buffers", "operatorCodes", "subgraphs", "signatureDefs"):
        setattr(model, part, [*getattr(model, part), *getattr(more, part)])
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    return compact(bytes(builder.Output()))
