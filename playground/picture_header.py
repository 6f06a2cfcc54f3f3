"""What the first bytes of a picture state, read without decoding it: a small file can state a huge picture.

PNG (ISO/IEC 15948, 11.2.2) and JPEG (ITU-T T.81, B.2.2) are read; the other kinds are bounded by their formats (WebP to
16,383 pixels a side) or by the size of their files.
"""

JPEG = b"\xff\xd8\xff"
PNG = b"\x89PNG\r\n\x1a\n"

_NO_FRAMES = (0xC4, 0xC8, 0xCC)  # tables and an extension among the markers that begin a frame (T.81, table B.1)


def stated_size(head: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, as stored, that a PNG or JPEG header states; None for anything else."""
    if head.startswith(PNG) and len(head) >= 24:
        return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
    if not head.startswith(JPEG):
        return None
    at = 2
    while at + 9 <= len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in _NO_FRAMES:
            return int.from_bytes(head[at + 7 : at + 9]), int.from_bytes(head[at + 5 : at + 7])
        at += 2 + int.from_bytes(head[at + 2 : at + 4])
    return None


def may_be_turned(head: bytes) -> bool:
    """Whether Exif data, where a camera says how it was held, begin in ``head``."""
    return b"eXIf" in head or b"Exif\0\0" in head
