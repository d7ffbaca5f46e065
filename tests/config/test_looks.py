"""What the mails look like, as far as it can be computed: contrast by day and by night, targets
that a thumb hits, stars that fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from maildesk.config.templates.engine import Templates
from maildesk.config.templates.files import builtin_root
from maildesk.desk.mails.sample import SAMPLE, samples_for
from maildesk.desk.mails.shown.contrast import READABLE, contrast
from maildesk.desk.mails.views import DeskView

BUILTIN = Templates.load(None)
STYLE = (builtin_root() / "_style.css").read_text(encoding="utf-8")
DARK = re.search(r"@media \(prefers-color-scheme: dark\) \{(.*?)\n\}", STYLE, re.DOTALL)
_VOID = {"br", "img", "meta", "hr", "link", "input"}
_UNSEEN = {"title", "style", "script"}
_OF_OTHERS = "inside"  # the customer's own page


def rules(css: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each class of a style sheet with its declarations."""
    for selectors, block in re.findall(r"([.\w ,-]+?)\s*\{([^{}]*)\}", css):
        for selector in selectors.split(","):
            if (name := selector.strip()).startswith(".") and " " not in name:
                yield name[1:], declared(block)


def declared(style: str) -> dict[str, str]:
    found = (one.partition(":") for one in style.split(";") if ":" in one)
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in found}


class Reader(HTMLParser):
    """Every stretch of words with its colour and what it stands on."""

    def __init__(self, *, dark: bool) -> None:
        super().__init__()
        self.dark = list(rules(DARK[1])) if dark and DARK else []
        self.stack: list[tuple[str, str, str, bool]] = [("", "#000000", "#ffffff", True)]
        self.words: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        _, colour, ground, seen = self.stack[-1]
        given = dict(attrs)
        style = declared(given.get("style") or "")
        classes = (given.get("class") or "").split()
        for name, declarations in self.dark:
            if name in classes:
                style |= declarations
        hidden = style.get("display") == "none" or tag in _UNSEEN or _OF_OTHERS in classes
        colour = style.get("color", colour).replace("inherit", colour)
        ground = style.get("background-color", ground)
        self.stack.append((tag, colour, ground, seen and not hidden))

    def handle_endtag(self, tag: str) -> None:
        if any(tag == opened for opened, *_ in self.stack):
            while self.stack.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        _, colour, ground, seen = self.stack[-1]
        if seen and data.strip("\xa0 \n"):
            self.words.append((data.strip(), colour, ground))


def faint(html: str, *, dark: bool) -> set[str]:
    """The words that are hard to read, with their colours."""
    reader = Reader(dark=dark)
    reader.feed(html)
    assert len(reader.words) > 1
    return {
        f"{words[:40]}: {colour} on {ground}, {contrast(colour, ground):.2f}"
        for words, colour, ground in reader.words
        if contrast(colour, ground) < READABLE
    }


@pytest.mark.parametrize("dark", [False, True], ids=["by day", "by night"])
@pytest.mark.parametrize("name", BUILTIN.names())
def test_every_word_can_be_read(name: str, dark: bool) -> None:
    for language in BUILTIN.languages():
        for sample in samples_for(name):
            html = BUILTIN.render(name, language, sample).html
            assert faint(html, dark=dark) == set(), (name, language)


@pytest.mark.parametrize("colour", ["#ffd400", "#00c2a8", "#d81b60", "#101010"])
def test_a_desks_own_colour_is_readable_whichever_it_is(colour: str) -> None:
    desk = DeskView("D", "d@x.example", colour=colour)
    for name in ("agent_new", "acknowledgement"):
        html = BUILTIN.render(name, "en", {**SAMPLE, "desk": desk}).html
        assert faint(html, dark=False) == set()
    assert contrast(desk.ink, "#ffffff") >= READABLE
    assert contrast(desk.on_colour, colour) >= READABLE


def test_faint_words_would_be_found() -> None:
    page = "<p>a</p><p>b</p><p>c</p><p style='color: #8a939c'>grey</p>"
    assert faint(page, dark=False) == {"grey: #8a939c on #ffffff, 3.12"}


STYLES = dict(rules(re.sub(r"/\*.*?\*/|\n@media.*?\n\}", "", STYLE, flags=re.DOTALL)))


def pixels(name: str, declaration: str) -> list[int]:
    """The lengths of a declaration: top, right, bottom, left where it has four."""
    found = [int(length) for length in re.findall(r"\d+", STYLES[name][declaration])]
    return {1: found * 4, 2: found * 2, 3: [*found, found[-1]]}.get(len(found), found)


@pytest.mark.parametrize("name", ["button", "button-first", "quiet", "star"])
def test_whatever_is_tapped_is_as_high_as_a_thumb_needs(name: str) -> None:
    """44 pixels (WCAG 2.2, 2.5.5)."""
    above, _, below, _ = pixels(name, "padding")
    parts = ("star-sign", "star-word") if name == "star" else (name,)
    inherited = name if name != "quiet" else "aside"
    lines = sum(pixels(part if name != "quiet" else inherited, "line-height")[0] for part in parts)
    assert above + lines + below >= 44


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_the_ends_of_the_scale_are_named_below_the_stars(language: str) -> None:
    html = BUILTIN.render("resolution", language, samples_for("resolution")[0]).html
    ends = {
        "en": ("poor", "great"),
        "de": ("schlecht", "sehr gut"),
        "fr": ("décevant", "excellent"),
    }
    below = html.rpartition("★")[2]
    for number, word in zip(("1", "5"), ends[language], strict=True):
        assert f"{number} {word}" in below
        assert word not in html.rpartition("★")[0]


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_an_answer_and_a_resolution_have_one_look(language: str) -> None:
    sheets = [
        re.search(r'<div class="sheet" style="[^"]*">', BUILTIN.render(name, language, SAMPLE).html)
        for name in ("reply", "resolution")
    ]
    answer, resolution = sheets
    assert answer is not None and resolution is not None
    assert answer[0] == resolution[0]


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_the_customers_words_stand_before_where_an_answer_goes_and_the_buttons(
    language: str,
) -> None:
    one = BUILTIN.render("agent_new", language, samples_for("agent_new")[0])
    words, page = one.text.index("We open at ten"), one.html.index("We open at ten")
    assert words < one.text.index("#not")
    assert page < one.html.index('class="notice"') < one.html.index('class="button-first"')


def test_one_button_is_what_makes_sense_now_and_spam_is_a_quiet_link() -> None:
    html = BUILTIN.render("agent_new", "en", samples_for("agent_new")[0]).html
    assert html.count('class="button-first"') == html.count('class="quiet"') == 1
    assert html.index("Take it") < html.index("Resolve") < html.index("This is spam")
