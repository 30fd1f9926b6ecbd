"""Bundles: the deployable files of a model, with all that is needed to use it."""

from edge_runtime.bundle.bit_rate import bitrate_bps, cells_per_second
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.bundle_file import read_bundle, write_bundle
from edge_runtime.bundle.codebook import codes_of, codewords_of
from edge_runtime.bundle.context import Context
from edge_runtime.bundle.prior_facts import PriorFacts
from edge_runtime.bundle.shipped import (
    default_bundle_path,
    load_model,
    number_format_paths,
)

__all__ = [
    "Bundle",
    "Context",
    "PriorFacts",
    "bitrate_bps",
    "cells_per_second",
    "codes_of",
    "codewords_of",
    "default_bundle_path",
    "load_model",
    "number_format_paths",
    "read_bundle",
    "write_bundle",
]
