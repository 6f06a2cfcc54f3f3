"""Every name has a look of its own, and no name becomes markup."""

from playground.visualise.looks import as_text, axis, layout, looks


def test_looks_differ_and_depend_on_the_order_alone():
    names = [f"tracker {i}" for i in range(27)]
    found = looks(names)
    assert list(found) == names and len({(one.colour, one.dash) for one in found.values()}) == 27
    assert found["tracker 3"] == looks(["a", "b", "c", "d"])["d"]
    assert len({(one.colour, one.symbol) for one in looks(map(str, range(90))).values()}) == 90


def test_names_are_text():
    assert as_text("<b>a</b> & b") == "&lt;b&gt;a&lt;/b&gt; &amp; b"
    assert as_text("abcdef", 4) == "abc…" and as_text("abcd", 4) == "abcd"
    assert as_text("<" * 9, 3) == "&lt;&lt;…"


def test_what_is_asked_for_replaces_what_is_common():
    assert layout(300)["height"] == 300 and layout(300, dragmode="pan")["dragmode"] == "pan"
    assert axis("frame", showgrid=False)["title"]["text"] == "frame" and axis("frame", zeroline=True)["zeroline"]
