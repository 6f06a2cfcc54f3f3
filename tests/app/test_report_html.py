"""Whatever a name holds, it cannot leave its place in the page."""

import json
import re
from xml.etree import ElementTree

import plotly.graph_objects as go

from playground.app.report_html import plot, scroll, table, titled

BAD = '</script><b>"&'


def test_a_figure_comes_back_whole_and_ends_no_script():
    figure = go.Figure(layout={"height": 300, "title": {"text": BAD}}).add_scatter(x=[1, 2], y=[3, 4], meta=BAD)
    html = plot(figure, BAD)
    place, data = re.fullmatch(r"(<div .*></div>)<script type=\"application/json\">(.*)</script>", html).groups()
    assert "<" not in data
    back = json.loads(data)
    assert back["data"][0]["meta"] == back["layout"]["title"]["text"] == BAD and back["data"][0]["y"] == [3, 4]
    div = ElementTree.fromstring(place)
    assert div.get("aria-label") == BAD and "300px" in div.get("style") and div.get("class") == "plot"


def test_names_in_tables_titles_and_frames_are_text():
    html = scroll(titled(BAD, BAD, table(["x", BAD], [(BAD, ["<u>first</u>", "2"])])), BAD)
    root = ElementTree.fromstring(html)
    assert root.get("aria-label") == BAD and root.get("tabindex") == "0"
    assert root.find(".//h3").text == root.find(".//p").text == BAD
    assert [cell.text for cell in root.iter("th")][:2] == ["x", BAD]
    row = root.find(".//tbody/tr")
    assert row.get("data-tracker") == BAD and row.find("th/u").text == "first" and row.find("td").text == "2"
