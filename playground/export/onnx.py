"""`export_onnx`: a model folder as a pair of ONNX graphs with one file of weights and a manifest."""

from importlib.metadata import version
from pathlib import Path
from typing import cast

import onnx

from playground import __version__
from playground.export.folder import replacing_folder
from playground.export.graphs import OPSET, describe, trace_encode, trace_step
from playground.export.precision import PRECISIONS
from playground.export.weights import share_weights
from playground.hub import WEIGHTS, load_model, load_tracker_config, resolve
from playground.manifest import FORMAT, MANIFEST, Manifest, Precision, describe_file, write_manifest

ENCODE, STEP, SHARED = "encode.onnx", "step.onnx", "weights.bin"


def export_onnx(name: str, out: Path, *, dtype: str = "fp32", attention: bool = False) -> Manifest:
    """Write the model of a name, folder or repository to the folder ``out``, which appears only when it is whole.

    ``dtype``: ``fp32``, ``fp16`` (weights in half the bytes) or ``int8``; ``attention`` also gives out where the
    prediction tokens look. What the graphs take and give is told by `playground.manifest.Manifest`. An earlier export
    at ``out`` is replaced. Raises ``ValueError`` naming ``model``, ``out``, ``dtype`` or ``attention``.
    """
    if dtype not in PRECISIONS:
        raise ValueError(f"dtype: must be one of {', '.join(PRECISIONS)}; got {dtype!r}.")
    source = resolve(name)
    model = load_model(source)
    with replacing_folder(out, mark=MANIFEST) as folder:
        store = PRECISIONS[dtype]
        graphs = {STEP: store(trace_step(model, attention)), ENCODE: store(trace_encode(model))}
        share_weights(graphs.values(), folder / SHARED)
        for file, graph in graphs.items():
            onnx.save(graph, folder / file)
        manifest = Manifest(
            format=FORMAT,
            name=source.name,
            source_sha256=describe_file(source / WEIGHTS).sha256,
            dtype=cast(Precision, dtype),
            opset=OPSET,
            model=model.config,
            tracker=load_tracker_config(source),
            encode=describe(graphs[ENCODE], ENCODE),
            step=describe(graphs[STEP], STEP),
            weights=SHARED,
            files={file: describe_file(folder / file) for file in (ENCODE, STEP, SHARED)},
            versions={"mixformer-playground": __version__}
            | {package: version(package) for package in ("torch", "onnx", "onnxscript", "onnxruntime")},
        )
        write_manifest(manifest, folder)
    return manifest
