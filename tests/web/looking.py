"""A page in a browser as somebody sees it who has a small screen, a dark one, or none."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

from tests.servers.browser import barriers

PHONE = ViewportSize(width=390, height=844)
NARROW = ViewportSize(width=320, height=640)
# a file of this name, and so many octets, let go above the words
DROP = """([name, octets]) => {
    const all = new DataTransfer();
    all.items.add(new File([new Uint8Array(octets)], name));
    const how = {dataTransfer: all, bubbles: true, cancelable: true};
    document.querySelector("#text").dispatchEvent(new DragEvent("drop", how));
}"""
# what the bar of a form shows while it is sent, kept for the page that comes after
WATCH = """() => {
    const bar = document.querySelector(".sending");
    new MutationObserver(() => {
        if (!bar.hidden) sessionStorage.setItem("shown", bar.value);
    }).observe(bar, {attributes: true});
}"""


def looks_well(page: Page, kind: str, name: str) -> None:
    """Nothing stands in anybody's way: no barrier, no scrolling sideways, nothing that is slow to
    fetch. With a folder in MAILDESK_LOOKS a picture is kept there, to look at."""
    assert barriers(page) == [], name
    assert wide_as_the_screen(page), name
    assert len(page.content().encode()) < 60_000, name
    if looks := os.environ.get("MAILDESK_LOOKS", ""):
        page.screenshot(path=Path(looks) / f"{name}-{kind}.png", full_page=True)


def wide_as_the_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
