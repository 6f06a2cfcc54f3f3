"""Reading torch checkpoints: the right tensors, and never any code of the file."""

import argparse
import io
import os
import pickle
import shutil
import sys
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from golden_files import golden, golden_tensors, under
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from playground.model.unpickle import read_tensors

OFFICIAL = "o_official_format_tiny"
FORMATS = pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])


def _save(value: Any, path: Path, zipped: bool = True) -> Path:
    torch.save(value, path, _use_new_zipfile_serialization=zipped)
    return path


def _equal(found: dict[str, Tensor], expected: dict[str, Tensor]) -> bool:
    return list(found) == list(expected) and all(
        found[name].dtype == expected[name].dtype and torch.equal(found[name], expected[name]) for name in expected
    )


def test_official_checkpoint_gives_its_weights_and_imports_nothing() -> None:
    before = set(sys.modules)
    found = read_tensors(golden(f"{OFFICIAL}.pth.tar"))
    expected = under(golden_tensors(OFFICIAL), "net/")
    assert set(found) == set(expected)
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    assert not {name for name in set(sys.modules) - before if name.split(".")[0] == "lib"}


@FORMATS
@pytest.mark.parametrize("entry", ["net", "model", "state_dict", None])
def test_tensors_are_found_where_checkpoints_keep_them(tmp_path: Path, zipped: bool, entry: str | None) -> None:
    weights = OrderedDict(nn.Linear(3, 2).state_dict())
    whole = {"epoch": 3, "args": argparse.Namespace(lr=1.0), entry: weights} if entry else dict(weights, epoch=3)
    assert _equal(read_tensors(_save(whole, tmp_path / "x.pth", zipped)), weights)


@FORMATS
def test_every_kind_of_number_and_view_is_read(tmp_path: Path, zipped: bool) -> None:
    kinds = (
        torch.float32,
        torch.float64,
        torch.float16,
        torch.bfloat16,
        torch.int64,
        torch.int32,
        torch.int16,
    )
    tensors = {str(kind): torch.arange(-3, 4).to(kind) for kind in kinds}
    tensors |= {
        "int8": torch.tensor([-128, 127], dtype=torch.int8),
        "uint8": torch.tensor([255], dtype=torch.uint8),
    }
    base = torch.arange(24.0).reshape(4, 6)
    tensors |= {"bool": torch.tensor([True, False]), "whole": base, "turned": base.T, "part": base[1:3, ::2]}
    tensors |= {"scalar": torch.tensor(7), "empty": torch.empty(0, 5), "diagonal": base.diagonal()}
    assert _equal(read_tensors(_save(tensors, tmp_path / "x.pth", zipped)), tensors)
    parameter = {"weight": nn.Parameter(base)}
    found = read_tensors(_save(parameter, tmp_path / "y.pth", zipped))
    assert torch.equal(found["weight"], base) and not found["weight"].requires_grad


class Calls:
    """Pickles as a call of ``function``: what an attacker puts in a file."""

    def __init__(self, function: Callable[..., Any], *args: Any) -> None:
        self.call = (function, args)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.call


@FORMATS
@pytest.mark.parametrize("function", ["system", "eval", "exec", "getattr", "import"])
def test_a_file_that_asks_to_run_code_is_refused_in_one_sentence(tmp_path: Path, zipped: bool, function: str) -> None:
    trace = tmp_path / "trace"
    code = f"open({str(trace)!r}, 'w')"
    attack = {
        "system": Calls(os.system, f"touch {trace}"),
        "eval": Calls(eval, code),
        "exec": Calls(exec, code),
        "getattr": Calls(getattr, "text", "upper"),
        "import": Calls(__import__, "this"),
    }[function]
    path = _save({"net": nn.Linear(2, 2).state_dict(), "settings": attack}, tmp_path / "x.pth", zipped)
    before = set(sys.modules)
    with pytest.raises(ValueError, match=rf"was refused: it asks to run '.*{function}.*do not trust this file\.$"):
        read_tensors(path)
    assert not trace.exists() and "this" not in set(sys.modules) - before
    # The same file does its harm when torch is told to trust it: the attack itself works.
    if function in ("eval", "exec", "system"):
        torch.load(path, weights_only=False)
        assert trace.exists()


@FORMATS
def test_a_call_of_a_known_module_does_nothing(tmp_path: Path, zipped: bool) -> None:
    trace = tmp_path / "trace"
    weights = nn.Linear(2, 2).state_dict()
    attack = Calls(torch.save, {"x": 1}, str(trace))
    path = _save({"net": weights, "settings": attack}, tmp_path / "x.pth", zipped)
    assert _equal(read_tensors(path), weights)
    assert not trace.exists()
    torch.load(path, weights_only=False)
    assert trace.exists()


def _text(value: str) -> bytes:
    return b"X" + len(value).to_bytes(4, "little") + value.encode()


_MADE = b"ctorch\nload\n)R"  # what becomes of calling torch.load()


@pytest.mark.parametrize(
    ("program", "said"),
    [
        pytest.param(b"\x80\x04" + b"\x8c\x02os\x8c\x06system\x93\x8c\x02ls\x85R.", "run 'os.system'", id="stack"),
        pytest.param(b"(S'ls'\nios\nsystem\n.", "run 'os.system'", id="inst"),
        pytest.param(b"cos\nsystem\n(S'ls'\ntR.", "run 'os.system'", id="global"),
        pytest.param(b"clib.x\ny\n}" + _text("origin") + _text("z") + b"sb.", "no tensors", id="build-class"),
        pytest.param(_MADE + b"}" + _text("__class__") + _text("z") + b"sb.", "no tensors", id="build-object"),
        pytest.param(_MADE + _text("k") + _text("v") + b"s.", "no tensors", id="set-item"),
        pytest.param(_MADE + _text("v") + b"a.", "no tensors", id="append"),
        pytest.param(_MADE + b")R.", "damaged", id="call-object"),
        pytest.param(b"ccollections\nOrderedDict\n}b.", "damaged", id="build-dict-class"),
        pytest.param(b"\x80\x02\x82\x01.", "damaged", id="extension"),
        pytest.param(b"(" * 5000 + b"t" * 5000 + b".", "no tensors", id="deep"),
        pytest.param(b"(K\x01K\x02K\x03K\x04K\x05tQ.", "holds storages in a way", id="storage"),
        pytest.param(b"", "damaged", id="empty"),
        pytest.param(b".", "damaged", id="stop"),
    ],
)
def test_hand_written_pickle_programs_end_in_one_sentence(tmp_path: Path, program: bytes, said: str) -> None:
    path = tmp_path / "x.pth"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x/data.pkl", program)
    with pytest.raises(ValueError, match=rf"^checkpoint: .*{said}[^\n]*\.$"):
        read_tensors(path)


@pytest.mark.parametrize(
    ("offset", "size", "stride"),
    [
        (0, (1000,), (1,)),
        (7, (2,), (1,)),
        (0, (2, 2), (7, 1)),
        (0, (1000,), (0,)),
        (-1, (2,), (1,)),
        (4, (3,), (-1,)),
    ],
)
def test_a_view_outside_its_storage_is_refused(
    tmp_path: Path, offset: int, size: tuple[int, ...], stride: tuple[int, ...]
) -> None:
    storage = torch.arange(8.0)._typed_storage()
    view = Calls(torch._utils._rebuild_tensor_v2, storage, offset, size, stride, False, OrderedDict())
    with pytest.raises(ValueError, match=r"tensor 'weight' (reaches outside its storage|is not described)"):
        read_tensors(_save({"weight": view}, tmp_path / "x.pth"))


def test_a_storage_of_another_length_than_announced_is_refused(tmp_path: Path) -> None:
    whole, forged = _save({"weight": torch.zeros(8)}, tmp_path / "x.pth"), tmp_path / "forged.pth"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(forged, "w") as target:
        for name in source.namelist():
            target.writestr(name, bytes(8) if name.endswith("data/0") else source.read(name))
    with pytest.raises(ValueError, match="storage '0' holds 8 bytes where 32 are announced"):
        read_tensors(forged)


def test_big_endian_numbers_are_refused(tmp_path: Path) -> None:
    whole, forged = _save({"weight": torch.zeros(8)}, tmp_path / "x.pth"), tmp_path / "forged.pth"
    other = {"little": "big", "big": "little"}[sys.byteorder]
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(forged, "w") as target:
        for name in source.namelist():
            target.writestr(name, other.encode() if name.endswith("byteorder") else source.read(name))
    with pytest.raises(ValueError, match=f"its numbers are {other}-endian"):
        read_tensors(forged)


@FORMATS
def test_a_file_cut_short_anywhere_is_named_in_one_sentence(tmp_path: Path, zipped: bool) -> None:
    whole = _save({"net": nn.Linear(8, 8).state_dict()}, tmp_path / "x.pth", zipped).read_bytes()
    cut = tmp_path / "cut.pth"
    for length in range(20, len(whole), 37):
        cut.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"cut\.pth is damaged or cut short; download it again\.$"):
            read_tensors(cut)


@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_a_flipped_byte_never_gives_other_weights(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "x.pth"
    shutil.copyfile(golden(f"{OFFICIAL}.pth.tar"), path)
    raw = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(raw)
    expected = under(golden_tensors(OFFICIAL), "net/")
    try:
        found = read_tensors(path)
    except ValueError as error:
        assert str(error).startswith("checkpoint: ")
    else:
        assert set(found) == set(expected)
        assert all(torch.equal(found[name], expected[name]) for name in expected)


def test_files_that_are_no_checkpoints_are_named(tmp_path: Path) -> None:
    page, plain, archive, whole, bare = (tmp_path / name for name in ("page", "plain", "zip", "module", "bare"))
    page.write_text("<!DOCTYPE html><title>Too many requests</title>")
    plain.write_bytes(pickle.dumps({"net": 1}))
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr("readme.txt", "hello")
    _save({"epoch": 3}, bare)
    torch.save(nn.Linear(2, 2), whole)
    for path, said in (
        (page, "not a torch checkpoint; the download may have saved a web page"),
        (plain, "not a torch checkpoint"),
        (archive, "a zip file but not a torch checkpoint"),
        (bare, "holds no tensors under net, model, state_dict or at its top level"),
        (whole, "holds no tensors under net, model, state_dict or at its top level"),
    ):
        with pytest.raises(ValueError, match=said):
            read_tensors(path)


def test_the_reader_agrees_with_torch_on_its_own_safe_subset(tmp_path: Path) -> None:
    stream = io.BytesIO()
    torch.manual_seed(0)
    torch.save({"state_dict": nn.TransformerEncoderLayer(8, 2, 16).state_dict()}, stream)
    path = tmp_path / "x.pth"
    path.write_bytes(stream.getvalue())
    assert _equal(read_tensors(path), torch.load(path, weights_only=True)["state_dict"])
