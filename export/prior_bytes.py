"""How many bytes of a bundle are its prior's."""

import dataclasses

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.bundle_file import bytes_of
from export.tflite.graph_arrays import describe_graphs
from export.tflite.inner_prior import PRIOR_SIGNATURES
from export.tflite.joined import without_signatures


def prior_bytes(bundle: Bundle) -> int:
    """Size of a bundle less that of the same without its prior; 0 if it has none.

    All counts that comes with a prior: its network, what the file says of it, and its
    self-test.
    """
    if bundle.prior is None:
        return 0
    return len(bytes_of(bundle)) - len(bytes_of(without_prior(bundle)))


def without_prior(bundle: Bundle) -> Bundle:
    """The codec of a bundle alone."""
    flatbuffer = without_signatures(bundle.flatbuffer, PRIOR_SIGNATURES)
    left_out = {"prior", "parity", "signatures"}
    metadata = {key: bundle.metadata[key] for key in bundle.metadata.keys() - left_out}
    if "parity" in bundle.metadata:
        metadata["parity"] = {**bundle.metadata["parity"], "prior": None}
    graph = describe_graphs(flatbuffer)
    return dataclasses.replace(
        bundle,
        flatbuffer=flatbuffer,
        metadata={**metadata, "signatures": list(graph)},
        golden={
            name: array
            for name, array in bundle.golden.items()
            if not name.startswith("prior_")
        },
        graph=graph,
    )
