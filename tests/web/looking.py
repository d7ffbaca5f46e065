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

# what somebody hears who comes to it by the tab key, and whether they see that they are there
REACHED = """() => {
    const one = document.activeElement, label = one.labels && one.labels[0];
    const {outlineStyle, outlineWidth} = getComputedStyle(one), place = one.getBoundingClientRect();
    const inside = place.bottom > 0 && place.top < innerHeight && place.width > 0;
    const said = one === document.body ? "" : (label || one).innerText;
    return [
        one.getAttribute("aria-label") || said,
        inside && outlineStyle !== "none" && outlineWidth !== "0px",
    ];
}"""
_MOST_STEPS = 60


def tab_to(page: Page, words: str) -> None:
    """Go there by the tab key alone; each stop on the way is seen."""
    passed = []
    for _ in range(_MOST_STEPS):
        page.keyboard.press("Tab")
        said, is_seen = page.evaluate(REACHED)
        said = " ".join(said.split())
        if said:  # else the browser's own bar
            assert is_seen, said
        if words in said:
            return
        passed.append(said)
    raise AssertionError(f"{words} is not among {passed}")


def goes(page: Page, words: str) -> None:
    """Press what is reached by the tab key, and be where it leads."""
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


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
