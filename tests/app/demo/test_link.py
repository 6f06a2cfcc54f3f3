"""Addresses of the page, which anybody can write by hand."""

import pytest

from playground.app.demo.link import TABS, Link, read_link
from playground.box import Box


def test_an_address_says_everything_or_nothing():
    query = {"clip": "easy", "start": "12", "box": "1,2.5,3,4", "model": "a/b", "device": "cpu", "tab": "compare"}
    assert read_link(query) == Link(
        clip="easy", start=12, box=Box(1.0, 2.5, 3.0, 4.0), model="a/b", device="cpu", tab="compare"
    )
    assert read_link({"unknown": "1"}) == Link()
    assert all(read_link({"tab": tab}).tab == tab for tab in TABS)


@pytest.mark.parametrize(
    ("query", "name"),
    [({"start": "-1"}, "start"), ({"start": "²"}, "start"), ({"box": "1,2,3"}, "box"), ({"box": "a,b,c,d"}, "box"),
     ({"box": "1,2,3,nan"}, "box"), ({"device": "cuda"}, "device"), ({"tab": "<b>"}, "tab")],
)  # fmt: skip
def test_what_cannot_be_read_is_named(query, name):
    with pytest.raises(ValueError, match=f"^{name}: the address must say"):
        read_link(query)
