"""UAV123: ``anno/UAV123/bird1_2.txt`` and ``data_seq/UAV123/bird1/000775.jpg ...``; a clip may hold several."""

from pathlib import Path

from playground.data.layout import found_under, list_images, number_range
from playground.data.sequence import Sequence, parse_boxes, read_attributes, read_text

# Last frame of the sequences that begin at frame 1 of a clip of their own, as the benchmark's configSeqs.m has it.
_WHOLE = """
bike1 3085; bike2 553; bike3 433; boat1 901; boat2 799; boat3 901; boat4 553; boat5 505; boat6 805; boat7 535;
boat8 685; boat9 1399; building1 469; building2 577; building3 829; building4 787; building5 481; car10 1405;
car11 337; car12 499; car13 415; car14 1327; car15 469; car17 1057; car18 1207; car1_s 1475; car2 1321; car2_s 320;
car3 1717; car3_s 1300; car4 1345; car4_s 830; car5 745; car7 1033; car9 1879; person1 799; person10 1021;
person11 721; person13 883; person15 1339; person16 1147; person18 1393; person1_s 1600; person20 1783; person21 487;
person22 199; person23 397; person2_s 250; person3 643; person3_s 505; person6 901; person9 661; truck1 463;
truck2 385; truck3 535; uav2 133; uav3 265; uav4 157; uav5 139; uav6 109; uav7 373; uav8 301; wakeboard1 421;
wakeboard10 469; wakeboard2 733; wakeboard3 823; wakeboard4 697; wakeboard5 1675; wakeboard6 1165; wakeboard7 199;
wakeboard8 1543; wakeboard9 355
"""
# First and last frames of the sequences CLIP_1, CLIP_2 and so on.
_PARTS = """
bird1 1-253 775-1477 1573-2437; car1 1-751 751-1627 1627-2629; car16 1-415 415-1993;
car6 1-487 487-1807 1807-2953 2953-3925 3925-4861; car8 1-1357 1357-2575; group1 1-1333 1333-2515 2515-3925 3925-4873;
group2 1-907 907-1771 1771-2683; group3 1-1567 1567-2827 2827-4369 4369-5527; person12 1-601 601-1621;
person14 1-847 847-1813 1813-2923; person17 1-1501 1501-2347; person19 1-1243 1243-2791 2791-4357;
person2 1-1189 1189-2623; person4 1-1501 1501-2743; person5 1-877 877-2101; person7 1-1249 1249-2065;
person8 1-1075 1075-1525; truck4 1-577 577-1261; uav1 1-1555 1555-2377 2473-3469
"""


def _ranges() -> dict[str, tuple[str, int, int]]:
    found = {name: (name, 1, int(last)) for name, last in map(str.split, _WHOLE.split(";"))}
    for clip, *parts in map(str.split, _PARTS.split(";")):
        for i, part in enumerate(parts, 1):
            first, last = part.split("-")
            found[f"{clip}_{i}"] = (clip, int(first), int(last))
    return found


RANGES = _ranges()  # clip, first and last frame of each of the 123 sequences

# The columns of the files in att/, in the order of the benchmark's annotation table.
ATTRIBUTES = ("SV", "ARC", "LR", "FM", "FOC", "POC", "OV", "BC", "IV", "VC", "CM", "SOB")


def find(root: Path) -> list[Path]:
    """The annotation files of the 123 sequences that are under ``root``, sorted. Raises ``ValueError`` if none."""
    found = sorted(path for path in root.glob("anno/UAV123/*.txt") if path.stem in RANGES)
    return found_under(root, found, "anno/UAV123/NAME.txt", "anno and data_seq")


def read(anno: Path) -> Sequence:
    """The sequence of one annotation file; boxes become 0-based. Raises `Fault` naming it when it is broken."""
    name = anno.stem
    clip, first, last = RANGES[name]
    boxes = parse_boxes(read_text(anno, name), name)
    boxes[:, :2] -= 1
    frames = list_images(anno.parents[2] / "data_seq" / "UAV123" / clip)
    attributes = read_attributes(anno.parent / "att" / anno.name, ATTRIBUTES, name)
    return Sequence(name, number_range(frames, first, last), boxes, attributes)
