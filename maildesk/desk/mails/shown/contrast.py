"""Whether words of one colour can be read on another (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re
from functools import lru_cache

READABLE = 4.5  # to 1: what words of an ordinary size need
WHITE, INK = "#ffffff", "#14181c"
_HEX = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})\Z", re.IGNORECASE)
_STEP = 0.92  # by which a colour is darkened until it can be read


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (#rrggbb), from 1 to 21; ValueError for what is none."""
    dark, light = sorted((_luminance(_channels(one)), _luminance(_channels(other))))
    return (light + 0.05) / (dark + 0.05)


@lru_cache(maxsize=64)
def readable_on(colour: str) -> str:
    """White or ink, whichever is read better on this colour."""
    if not _HEX.match(colour):
        return WHITE
    return WHITE if contrast(WHITE, colour) >= contrast(INK, colour) else INK


@lru_cache(maxsize=64)
def ink_of(colour: str) -> str:
    """This colour, darkened until it can be read on white."""
    if not _HEX.match(colour):
        return colour
    found = colour
    while contrast(found, WHITE) < READABLE:
        found = "#" + "".join(f"{int(channel * _STEP):02x}" for channel in _channels(found))
    return found


def _channels(colour: str) -> tuple[int, int, int]:
    found = _HEX.match(colour)
    if found is None:
        raise ValueError(f"expected a colour such as #2f5d8a, found {colour}")
    return int(found[1], 16), int(found[2], 16), int(found[3], 16)


def _luminance(channels: tuple[int, int, int]) -> float:
    """The relative luminance of sRGB."""
    red, green, blue = (_linear(channel / 255) for channel in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    if channel <= 0.04045:
        return channel / 12.92
    return float(((channel + 0.055) / 1.055) ** 2.4)
