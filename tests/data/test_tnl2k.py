"""The TNL2K layout: sequences side by side or in the parts they are downloaded in."""

import layouts
import pytest

from playground.data.tnl2k import ATTRIBUTES, find, read


def test_sequences_are_found_in_parts_too(tmp_path):
    layouts.tnl2k(tmp_path)
    layouts.tnl2k(tmp_path / "TNL2K_test_subset_p1")
    parts = [folder.parent.name for folder in find(tmp_path)]
    assert sorted(parts) == ["TNL2K_test_subset_p1", tmp_path.name]


def test_attributes_are_seventeen_and_may_be_missing(tmp_path):
    layouts.tnl2k(tmp_path)
    (folder,) = find(tmp_path)
    assert len(set(ATTRIBUTES)) == 17
    (folder / "attributes.txt").unlink()
    assert read(folder).attributes == ()
    layouts.write(folder / "attributes.txt", "1,0")
    with pytest.raises(ValueError, match=r"^data: Arrow_Video_ZZ04_done \(2 marks, 17 attributes\)"):
        read(folder)
