"""Tensors into a safetensors file that appears only when it is whole."""

import errno
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from playground.files import NotWritten, replacing

if TYPE_CHECKING:
    from torch import Tensor


def write_tensors(path: Path, tensors: "Mapping[str, Tensor]", metadata: dict[str, str] | None = None) -> None:
    """Write ``tensors`` by name, each contiguous and with memory of its own, with ``metadata`` beside them.

    Raises `playground.files.NotWritten` naming ``path``.
    """
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    with replacing(path) as beside:
        beside.touch()
        mode = beside.stat().st_mode
        try:
            save_file(dict(tensors), beside, metadata)
        except SafetensorError as error:  # which tells the system's reason in words alone
            found = re.search(r"\(os error (\d+)\)", str(error))
            number = int(found[1]) if found else errno.EIO
            raise NotWritten(number, os.strerror(number), str(path)) from error
        beside.chmod(mode)  # it is made readable for its owner alone
