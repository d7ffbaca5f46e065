"""A real browser, driven by Playwright: MAILDESK_BROWSER, else an installed Chromium or Chrome,
else one that is fetched from a package. It cannot drive a Firefox as distributions have it."""

from __future__ import annotations

import os
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from tests.servers.browser_package import fetched_browser
from tests.servers.process import find_program

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

# Targets below 24 by 24 px that stand in no sentence (WCAG 2.2, 2.5.8). What stands in a letter or
# an article was written by others.
_SMALL = """() => {
    const every = "a[href], button, summary, select, textarea, input:not([type=hidden])";
    const boxOf = (one) => {
        const over = getComputedStyle(one, "::after");
        if (over.content !== "none" && over.position === "absolute") one = one.offsetParent;
        return (one.closest("label") || one).getBoundingClientRect();
    };
    const inSentence = (one) => {
        const block = one.closest("p, li, dd, td, h1, h2, h3, legend, header, div").cloneNode(true);
        block.querySelectorAll(every).forEach((target) => target.remove());
        return /\\p{L}{2,}/u.test(block.textContent);
    };
    return [...document.querySelectorAll(every)]
        .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: false }))
        .filter((one) => !one.closest("[aria-hidden=true], .letter, .article"))
        .map((one) => [one, boxOf(one)])
        .filter(([one, box]) => Math.min(box.width, box.height) < 24 && !inSentence(one))
        .map(([one, box]) => `${box.width.toFixed()} by ${box.height.toFixed()}: ${one.outerHTML}`);
}"""


class Browser:
    """One browser for a module of tests."""

    def __init__(self) -> None:
        self.used = os.environ.get("MAILDESK_BROWSER") or next(
            filter(None, map(find_program, _NAMES)), ""
        )
        self.used = self.used or fetched_browser()
        self._playwright: Playwright = sync_playwright().start()
        options = ["--no-sandbox"] if os.geteuid() == 0 else []  # it refuses root otherwise
        self._browser: Chromium = self._playwright.chromium.launch(
            executable_path=self.used, args=options
        )

    def visit(self, **options: Any) -> BrowserContext:
        """A visit with cookies of its own."""
        context = self._browser.new_context(**options)
        context.set_default_timeout(120_000)
        return context

    def remove(self) -> None:
        """Close it."""
        self._browser.close()
        self._playwright.stop()


def barriers(page: Page) -> list[str]:
    """What axe finds on the page as it is shown, and what is too small to be tapped, each with its
    place."""
    page.evaluate(Axe().axe_script)
    found = page.evaluate("rules => axe.run(document, rules)", _RULES)
    return [
        f"{one['id']}: {node['html'][:200]} {node.get('failureSummary', '')[:300]}"
        for one in found["violations"]
        for node in one["nodes"]
    ] + [small for frame in page.frames for small in frame.evaluate(_SMALL)]
