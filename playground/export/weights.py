"""One file of weights for several graphs: a tensor that two of them hold is stored once."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import onnx
from onnx import numpy_helper
from onnx.external_data_helper import set_external_data

ALIGNMENT = 64  # bytes; every tensor begins at a multiple, so that a mapped file can be read in place
SMALL = 1024  # bytes; what is below stays in its graph, where shapes must be known without the weights


def share_weights(models: Iterable[onnx.ModelProto], path: Path) -> None:
    """Move every tensor of at least `SMALL` bytes out of ``models`` (in place) into the new file ``path``.

    The graphs refer to the file by its bare name, so they must lie in the same folder.
    """
    places: dict[bytes, int] = {}
    with path.open("wb") as file:
        for model in models:
            for tensor in model.graph.initializer:
                array = numpy_helper.to_array(tensor)
                if array.nbytes < SMALL:
                    continue
                raw = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
                key = hashlib.sha256(raw).digest()
                if key not in places:
                    file.write(b"\0" * (-file.tell() % ALIGNMENT))
                    places[key] = file.tell()
                    file.write(raw)
                tensor.CopyFrom(numpy_helper.from_array(array, tensor.name))
                set_external_data(tensor, path.name, offset=places[key], length=len(raw))
                tensor.ClearField("raw_data")
