"""The effect on one core: speed, cold start, memory, and LiteRT's own opinion.

Runs `bench` on a bundle for both engines, then times encoder and decoder alone beside
LiteRT's `litert-benchmark` on the same graphs, with the frames of a four-second sound
written into them. Given a float32 bundle of the same architecture too, compares the
time of both networks. Exits with 1 if a figure misses its target or the two clocks
differ by more than a factor of two.

    python tests/benchmarks/bench_device.py [INT8.tflite [FLOAT32.tflite]]
"""

from __future__ import annotations

import contextlib
import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from edge_runtime.__main__ import main as edge_runtime
from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.bundle.shipped import shipped_path
from edge_runtime.engines.load import load_engine

CELLS, RUNS, AGREEMENT = 32, 30, 2.0
# Seconds of sound per second of one core. A phone codec of TFLite models states 35-38.
SPEED = {"litert": 40.0, "numpy": 1.0}
COLD_START_S, MEMORY_MB = 1.0, 150.0
INT8_SPEEDUP = 1.5


def benchmark(path):
    """Result rows of the `bench` command on one thread."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        edge_runtime(["bench", str(path), "--threads", "1", "--json"])
    return json.loads(printed.getvalue())["results"]


def graph_of(flatbuffer, signature):
    """The graph of one signature as a model of its own."""
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(flatbuffer, 0))
    (found,) = [d for d in model.signatureDefs if d.signatureKey.decode() == signature]
    model.subgraphs = [model.subgraphs[found.subgraphIndex]]
    found.subgraphIndex = 0
    model.signatureDefs = [found]
    return model


def packed(model):
    builder = flatbuffers.Builder(1 << 20)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def with_fixed_shape(model, shape):
    """The model with the shapes that its tensors have for one shape of the input."""
    kernels = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    interpreter = Interpreter(
        model_content=packed(model), experimental_op_resolver_type=kernels
    )
    interpreter.resize_tensor_input(interpreter.get_input_details()[0]["index"], shape)
    interpreter.allocate_tensors()
    for detail in interpreter.get_tensor_details():
        if detail["index"] < len(model.subgraphs[0].tensors):
            tensor = model.subgraphs[0].tensors[detail["index"]]
            tensor.shape = detail["shape"].tolist()
            tensor.shapeSignature = None
    return packed(model)


def litert_benchmark_ms(flatbuffer, signature, shape, folder):
    """Median of LiteRT's own program, in ms."""
    path, report = folder / f"{signature}.tflite", folder / f"{signature}.json"
    path.write_bytes(with_fixed_shape(graph_of(flatbuffer, signature), shape))
    subprocess.run(
        [
            str(Path(sys.executable).with_name("litert-benchmark")),
            f"--model={path}",
            f"--signature={signature}",
            f"--num_runs={RUNS}",
            "--num_threads=1",
            f"--result_json={report}",
        ],
        check=True,
        capture_output=True,
    )
    return json.loads(report.read_text())["latency"]["median_ms"]


def median_ms(function, value):
    times = []
    for _ in range(RUNS + 5):
        start = time.perf_counter()
        function(value)
        times.append(1e3 * (time.perf_counter() - start))
    return statistics.median(times[5:])


def int8_speedup(int8, float32):
    """Time of both networks in float32 over that in int8, on LiteRT, in turns."""
    codecs = [load_engine(bundle, "litert") for bundle in (float32, int8)]
    spectrogram, codemap, _ = shapes_of(int8)
    spectrum = np.random.default_rng(0).random(spectrogram, np.float32)
    codes = np.zeros(codemap, np.int32)
    times = []
    for _ in range(RUNS + 5):
        row = []
        for codec in codecs:
            start = time.perf_counter()
            codec.encode(spectrum)
            codec.decode(codes)
            row.append(1e3 * (time.perf_counter() - start))
        times.append(row)
    float32_ms, int8_ms = np.median(times[5:], axis=0)
    ratio = float32_ms / int8_ms
    print(
        f"both networks: float32 {float32_ms:.2f} ms, int8 {int8_ms:.2f} ms, "
        f"{ratio:.1f} times as fast (target {INT8_SPEEDUP:g})"
    )
    return ratio


def shapes_of(bundle):
    """Shapes of four seconds as spectrogram, codemap and codewords."""
    settings, frames = bundle.settings, CELLS * bundle.time_stride
    codemap = (1, CELLS, settings.num_bins // bundle.freq_stride)
    return (
        (1, frames, settings.num_bins, settings.num_channels),
        codemap,
        (*codemap, bundle.codebook.shape[1]),
    )


def main() -> int:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else shipped_path("nsynth_light")
    bundle, passed = read_bundle(path), True
    for row in benchmark(path):
        engine = row["engine"]
        print(
            f"{engine:7} {row['speed']:6.1f} s of sound per s of one core (target "
            f"{SPEED[engine]:g}), cold start {row['cold_start_s']:.2f} s, "
            f"{row['cold_start_cpu_s']:.2f} of CPU (target {COLD_START_S:g}), "
            f"{row['peak_memory_mb']:.0f} MB (target {MEMORY_MB:g})"
        )
        passed &= row["speed"] >= SPEED[engine]
        # Waiting for other programs is no part of it.
        passed &= row["cold_start_cpu_s"] < COLD_START_S
        passed &= row["peak_memory_mb"] < MEMORY_MB
    if len(sys.argv) > 2:
        passed &= int8_speedup(bundle, read_bundle(Path(sys.argv[2]))) >= INT8_SPEEDUP
    spectrogram, codemap, quantized = shapes_of(bundle)
    engine = load_engine(bundle, "litert")
    with tempfile.TemporaryDirectory() as folder:
        for signature, run, value, shape in (
            ("encode", engine.encode, np.zeros(spectrogram, np.float32), spectrogram),
            # Their random integers are no codes: the same decoder behind the lookup.
            ("decode_quantized", engine.decode, np.zeros(codemap, np.int32), quantized),
        ):
            ours = median_ms(run, value)
            theirs = litert_benchmark_ms(
                bundle.flatbuffer, signature, shape, Path(folder)
            )
            print(f"{signature}: {ours:.2f} ms here, {theirs:.2f} ms in theirs")
            passed &= 1 / AGREEMENT < ours / theirs < AGREEMENT
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
