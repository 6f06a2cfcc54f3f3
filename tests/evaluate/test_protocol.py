"""Every format that can be evaluated has rules, and they say what the benchmarks' own code does."""

import pytest

from playground.data.benchmarks import BENCHMARKS
from playground.evaluate.protocol import PLAIN, PROTOCOLS, find_protocol


def test_every_format_has_rules():
    assert set(BENCHMARKS) <= set(PROTOCOLS)
    assert find_protocol("plain") is PLAIN


def test_rules_that_nobody_knows_are_named():
    with pytest.raises(ValueError, match=r"^protocol: must be one of plain, otb, .*; got 'vtb'"):
        find_protocol("vtb")


def test_the_official_rules_differ_where_the_specification_says():
    # Spec 4.5: an absent target fails in AUC everywhere, both precisions on LaSOT, and passes the normalised one
    # elsewhere and the plain one on UAV123.
    official = ("otb", "lasot", "lasotext", "tnl2k", "uav123", "nfs", "trackingnet")
    for name in official:
        rules = PROTOCOLS[name]
        assert (rules.first, rules.absent_overlap, rules.pixels) == ("hit", "miss", "inclusive")
        assert rules.absent_centre == ("hit" if name == "uav123" else "miss")
        assert rules.absent_normalised == ("miss" if name == "lasot" else "hit")
        assert rules.measures[0] == "auc" and rules.mean_over == "sequences" and not rules.clip
    assert PROTOCOLS["got10k"].measures == ("ao", "sr50", "sr75")
