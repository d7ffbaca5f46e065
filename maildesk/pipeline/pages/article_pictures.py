"""A picture that lies beside the articles: one that proves to be a picture, and lies there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maildesk.config.articles.files import FOLDER, LARGEST
from maildesk.mail.mime.attachments import sniff
from maildesk.pipeline.pages.letters import PICTURES

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Picture:
    """Its octets, and what they are."""

    content_type: str
    octets: bytes


def picture_of(desk: Path, name: str) -> Picture | None:
    """The picture of this name; None where there is none, or it leads out of the folder."""
    folder = (desk / FOLDER).resolve()
    try:
        path = (folder / name).resolve()
        if folder not in path.parents or not path.is_file():
            return None
        with path.open("rb") as stream:
            octets = stream.read(LARGEST + 1)
    except (OSError, ValueError):
        return None
    kind = sniff(octets[:4096])
    return Picture(kind, octets) if kind in PICTURES and len(octets) <= LARGEST else None
