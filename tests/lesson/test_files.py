"""Files with their sizes, many of a kind in one row, and the arrays of an export."""

from playground.lesson.files import files_in, ports
from playground.manifest import ANY, Graph, Port


def test_files_of_a_folder_and_of_the_folders_within(tmp_path):
    (tmp_path / "onnx").mkdir()
    (tmp_path / "onnx" / "step.onnx").write_bytes(b"0" * 2048)
    (tmp_path / "card.md").write_bytes(b"0" * 512)
    assert files_in(tmp_path).text.splitlines()[2:] == ["| `card.md` | 0.5 |", "| `onnx/step.onnx` | 2.0 |"]


def test_many_of_a_kind_are_one_row():
    files = {f"{name}.js": b"0" * 1024 for name in "abcdefgh"} | {"index.html": b"", "sub/a.js": b""}
    assert files_in(files).text.splitlines()[2:] == [
        "| `*.js: 8 files` | 8.0 |",
        "| `index.html` | 0.0 |",
        "| `sub/a.js` | 0.0 |",
    ]


def test_ports_of_both_graphs():
    encode = Graph(file="e", inputs=(Port(name="templates", dtype="float32", shape=(ANY, 3)),), outputs=())
    step = Graph(file="s", inputs=(), outputs=(Port(name="box", dtype="float32", shape=(4,)),))
    assert ports({"encode": encode, "step": step}).text.splitlines()[2:] == [
        "| encode | takes | `templates` | any x 3 |",
        "| step | gives | `box` | 4 |",
    ]
