"""Two TFLite flatbuffers as one, and one of them alone again."""

from collections.abc import Collection

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


def without_signatures(flatbuffer: bytes, names: Collection[str]) -> bytes:
    """A flatbuffer without some of its signatures, and without what only they need.

    Args:
        flatbuffer: A TFLite file, nothing appended.
        names: Of the signatures to leave out.

    Returns:
        The other graphs: each computes what it did, to the last bit.
    """
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(flatbuffer, 0))
    model.signatureDefs = [
        each for each in model.signatureDefs if each.signatureKey.decode() not in names
    ]
    kept = sorted({each.subgraphIndex for each in model.signatureDefs})
    for signature in model.signatureDefs:
        signature.subgraphIndex = kept.index(signature.subgraphIndex)
    model.subgraphs = [model.subgraphs[index] for index in kept]
    tensors = [tensor for graph in model.subgraphs for tensor in graph.tensors]
    # Buffer 0 stands for none.
    used = sorted({0, *(tensor.buffer for tensor in tensors)})
    used += [entry.buffer for entry in model.metadata or [] if entry.buffer not in used]
    places = {number: place for place, number in enumerate(used)}
    model.buffers = [model.buffers[number] for number in used]
    for part in (*tensors, *(model.metadata or [])):
        part.buffer = places[part.buffer]
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    return compact(bytes(builder.Output()))
