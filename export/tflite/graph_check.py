"""Which operators an exported graph uses, and whether a small interpreter has them."""

from ai_edge_litert import schema_py_generated as schema

from edge_runtime.errors import UserError

BUILTIN_NAMES = {
    code: name
    for name, code in vars(schema.BuiltinOperator).items()
    if not name.startswith("_")
}


def operators_of(flatbuffer: bytes) -> dict[str, list[str]]:
    """Operators of each signature, in the order they run.

    Args:
        flatbuffer: A TFLite file; bytes appended to it are ignored.

    Returns:
        Signature name -> operator names. A built-in operator has its schema name, such
        as `"CONV_2D"`; any other the name it was registered under, such as `"FlexErf"`.

    Raises:
        ValueError: If the bytes are not a TFLite file.
    """
    if not schema.Model.ModelBufferHasIdentifier(flatbuffer, 0):
        raise ValueError(
            f"Expected a TFLite flatbuffer. Received {len(flatbuffer)} bytes that do "
            "not carry its identifier."
        )
    model = schema.Model.GetRootAsModel(flatbuffer, 0)
    graphs = {}
    for index in range(model.SignatureDefsLength()):
        signature = model.SignatureDefs(index)
        graph = model.Subgraphs(signature.SubgraphIndex())
        graphs[signature.SignatureKey().decode()] = [
            _name_of(model.OperatorCodes(graph.Operators(position).OpcodeIndex()))
            for position in range(graph.OperatorsLength())
        ]
    return graphs


def check_graph(flatbuffer: bytes, signatures: tuple[str, ...]) -> None:
    """Refuse a graph that a plain TFLite interpreter cannot run.

    Flex and custom operators need code that no small runtime carries. The converter can
    emit them, and can also write a file without the graph asked for, both silently.

    Args:
        flatbuffer: A TFLite file.
        signatures: Names of the signatures it must have.

    Raises:
        UserError: If a signature is missing or empty, or an operator is not built in.
    """
    graphs = {name: found for name, found in operators_of(flatbuffer).items() if found}
    missing = [name for name in signatures if name not in graphs]
    if missing:
        raise UserError(
            f"The exported graph has no operators for {', '.join(missing)}. "
            f"It has: {', '.join(graphs) or 'nothing'}."
        )
    builtin = set(BUILTIN_NAMES.values()) - {"CUSTOM"}
    foreign = [
        f"{operator} in {name}"
        for name, operators in graphs.items()
        for operator in sorted(set(operators) - builtin)
    ]
    if foreign:
        raise UserError(
            "The exported graph needs operators that small interpreters lack: "
            f"{', '.join(foreign)}. Use layers that convert to TFLite built-ins."
        )


def _name_of(code: schema.OperatorCode) -> str:
    """Name of an operator; files from before schema 3a keep the code in one byte."""
    builtin = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
    if builtin != schema.BuiltinOperator.CUSTOM:
        return BUILTIN_NAMES[builtin]
    return (code.CustomCode() or b"CUSTOM").decode()
