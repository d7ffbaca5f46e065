"""HTML read once from left to right: its text, and where mail programs say that quotes and
signatures begin and end.

No tree is built. Every step moves forward, nothing is searched for twice, so
a hostile page costs no more than its length. Tags that do not match are
forgiven the way browsers do it, roughly: this feeds eyes, not a renderer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from maildesk.mail.html.emoji import is_emoji
from maildesk.mail.html.tokens import tokens, whole_tag
from maildesk.mail.html.unseen import seen_tokens
from maildesk.mail.html.word_lists import with_lists
from maildesk.mail.reply.phrases_html import CITED, CUT, SIGNED, STRUCTURE, UNQUOTED

_ONE = frozenset((
    "div", "tr", "address", "article", "aside", "center", "dd", "dl", "dt", "fieldset", "figure",
    "footer", "form", "header", "main", "nav", "section", "caption", "body", "html",
))  # fmt: skip
_TWO = frozenset(
    ("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "p", "pre")
)
_TRACKED = frozenset(
    ("div", "blockquote", "span", "table", "signature", "td", "center", "section", "pre")
)
_KNOWN = _ONE | _TWO | _TRACKED | {"br", "li", "td", "th", "a", "hr", "img"}
_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]{0,15})")
_HREF = re.compile(
    r"""href\s{0,4}=\s{0,4}(?:"([^"]{1,2000})"|'([^']{1,2000})'|([^\s"'>]{1,2000}))""",
    re.IGNORECASE,
)
_ALT = re.compile(r"""\balt\s{0,4}=\s{0,4}(?:"([^"]{1,100})"|'([^']{1,100})')""", re.IGNORECASE)
_BEACON = re.compile(r"""(?i)(?:width|height)\s{0,3}[=:]\s{0,3}["']?[01](?:px)?["';\s]""")
_TIGHT = (
    "MsoNormal", "margin:0", "margin: 0", "margin-bottom:0", "margin-bottom: 0", "MsoPlainText",
)  # fmt: skip
_DEEP = 60
_NO_ROW, _WAITING = -2, -1  # instead of a line: outside of a row, or no words in this cell yet
_MOST_TAGS = 60_000  # beyond them only the words count
_LONGEST_LINK = 300


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a page; spans of characters in it; offsets where an earlier message begins and
    goes on to the end."""

    text: str
    quoted: tuple[tuple[int, int], ...]
    signed: tuple[tuple[int, int], ...]
    cuts: tuple[int, ...]
    pictures: tuple[int, ...] = ()  # where the writer put a picture between the words
    # the same, if a header block stands there: Outlook's line, and that of many a newsletter
    ruled: tuple[int, ...] = ()


def shows_structure(html: str) -> bool:
    """A cheap look: whether a mail program marked an earlier message in this page."""
    return any(mark in html for mark in STRUCTURE)


def shows_answer(html: str) -> bool:
    """Whether one of those marks is a reply's alone: people, too, indent what they cite, and
    newsletters draw lines."""
    return any(mark in html for mark in STRUCTURE[1:-1])


def read(html: str, most: int = 1_500_000, *, hidden: bool = False) -> Page:
    """The text and the structure of a page, with or without the words that nobody sees; of a longer
    one the first `most` characters count."""
    html = with_lists(html[:most])
    page = _Reader().run(tokens(html) if hidden else seen_tokens(html))
    if not page.text.strip():
        page = _Reader().run(tokens(html))  # better what is hidden than nothing
    if not page.text.strip() and (
        title := re.search(r"<title[^<>]*>([^<]+)", html[:100_000], re.IGNORECASE)
    ):
        return Page(unescape(title.group(1)).strip(), (), (), ())
    return page


@dataclass(slots=True)
class _Open:
    """An element that is still open: what its end will close."""

    name: str
    kind: str = ""
    start: int = 0


@dataclass(slots=True)
class _Reader:
    """The state of one reading."""

    out: list[str] = field(default_factory=list)
    size: int = 0
    want: int = 0  # line ends wanted before the next word
    have: int = 0  # of those already written
    space: bool = False
    cell: bool = False  # a cell began behind another one of its row
    fresh: bool = False  # and holds nothing yet
    tight: bool = False  # the paragraph has no margin
    paragraph: int = -1
    line: int = 0
    lines_at_cell: int = _NO_ROW  # the line on which the words of this cell began
    pre: int = 0
    lists: list[int] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    links: list[tuple[str, int]] = field(default_factory=list)
    quoted: list[tuple[int, int]] = field(default_factory=list)
    signed: list[tuple[int, int]] = field(default_factory=list)
    cuts: list[int] = field(default_factory=list)
    ruled: list[int] = field(default_factory=list)  # Outlook's line; newsletters have it, too
    inside: int = 0  # quotes open here
    pictures: list[int] = field(default_factory=list)
    kinds: dict[tuple[str, str], str] = field(default_factory=dict)

    def run(self, pieces: list[str]) -> Page:
        at, count = 1, len(pieces)
        self._text(pieces[0])
        while at < min(count, 2 * _MOST_TAGS):
            tag = pieces[at]
            if tag.count('"') & 1:
                at, tag = whole_tag(pieces, at)
            name = _NAME.match(tag, 1)
            if name is not None:
                word = name.group(1).lower()
                if word in _KNOWN:
                    if tag[1] == "/":
                        self._end_tag(word)
                    else:
                        self._start_tag(word, tag[name.end() : -1])
            if pieces[at + 1]:
                self._text(pieces[at + 1])
            at += 2
        if at < count:
            self._text(" ".join(piece for piece in pieces[at + 1 :: 2] if piece))
        for left in reversed(self.stack):
            self._end(left)
        text = "".join(self.out)
        ruled = (at for at in self.ruled if ":" in text[at : at + 80] or "：" in text[at : at + 80])
        return Page(
            text,
            tuple(self.quoted),
            tuple(self.signed),
            tuple(self.cuts),
            tuple(self.pictures),
            tuple(ruled),
        )

    def _start_tag(self, name: str, attributes: str) -> None:
        if name == "br":
            self.want = min(self.want + 1, 3)
            return
        if name in _TRACKED:
            self._open(name, attributes)
        if self.fresh and name in ("p", "div"):
            return  # Outlook puts a paragraph into every cell
        if name in _ONE:
            if name == "tr":
                self.want = 1 if self.lines_at_cell == self.line else max(self.want, 1)
                self.lines_at_cell = _WAITING
            self.want = max(self.want, 1)
        elif name == "p":
            self.tight = any(mark in attributes for mark in _TIGHT)
            self.want = max(self.want, 1 if self.tight else 2)
            self.paragraph = self.size
        elif name in _TWO:
            self.want = max(self.want, 2)
            if name == "table":
                self.lines_at_cell = _NO_ROW
            if name == "pre":
                self.pre += 1
            elif name in ("ul", "ol"):
                self.lists.append(0 if name == "ul" else 1)
                if len(self.lists) > 1:
                    self.want = min(self.want, 1)
        elif name == "li":
            self._item()
        elif name in ("td", "th"):
            self._cell()
        elif name == "a":
            match = _HREF.search(attributes)
            self.links.append(
                (
                    unescape(match.group(1) or match.group(2) or match.group(3)) if match else "",
                    self.size,
                )
            )
            del self.links[:-_DEEP]
        elif name == "hr":
            self._rule(attributes)
        elif name == "img":
            self._picture(attributes)

    def _end_tag(self, name: str) -> None:
        if name in _ONE:
            self.want = max(self.want, 1)
        elif name == "p":
            self._end_paragraph()
        elif name in _TWO:
            self.want = max(self.want, 2)
            if name == "pre":
                self.pre = max(0, self.pre - 1)
            elif name in ("ul", "ol") and self.lists:
                self.lists.pop()
        elif name == "li":
            self.want = max(self.want, 1)
        elif name == "a" and self.links:
            self._link(*self.links.pop())
        if name in _TRACKED:
            self._shut(name)

    def _open(self, name: str, attributes: str) -> None:
        kind = ""
        if attributes or name == "blockquote" or name == "signature":
            known = self.kinds.get((name, attributes))
            if known is None:
                known = self.kinds[name, attributes] = self._kind(name, attributes)
            kind = known
        if kind == "cut":
            self._break()
            (self.ruled if "border-top" in attributes else self.cuts).append(self.size)
        elif kind:
            self._break()
            self.inside += kind == "quoted"
        self.stack.append(_Open(name, kind, self.size))

    def _kind(self, name: str, attributes: str) -> str:
        if name == "blockquote":
            return "" if any(mark in attributes for mark in UNQUOTED) else "quoted"
        if name == "signature" or any(mark in attributes for mark in SIGNED):
            return "signed"
        if any(mark in attributes for mark in CUT):
            return "cut"
        return "quoted" if any(mark in attributes for mark in CITED) else ""

    def _shut(self, name: str) -> None:
        """Close the nearest open element of this name and all that were left open inside it."""
        for depth in range(1, min(len(self.stack), _DEEP) + 1):
            other = self.stack[-depth].name
            if other == name:
                for _ in range(depth):
                    self._end(self.stack.pop())
                return
            if name == "span" and other != "span":
                return
            if other == "table" and name != "table":
                return

    def _end(self, left: _Open) -> None:
        if left.kind == "quoted" or left.kind == "signed":
            self.want = max(self.want, 1)
            self.inside -= left.kind == "quoted"
            if self.size > left.start:
                (self.quoted if left.kind == "quoted" else self.signed).append(
                    (left.start, self.size)
                )

    def _break(self) -> None:
        """End the line now, so that what follows begins on one of its own."""
        self.want = max(self.want, 1)
        self._lines()

    def _lines(self) -> None:
        if self.size and self.want > self.have:
            self._put("\n" * (self.want - self.have))
            self.line += 1
        self.have = self.want

    def _end_paragraph(self) -> None:
        """A paragraph ends with a blank line, unless it has no margin; then an empty one is the
        blank line (Outlook)."""
        if self.tight and self.size == self.paragraph and self.want < 2:
            self.want += 1
        elif not self.tight and self.want < 1:
            self.want = 2
        self.want = max(self.want, 1)

    def _cell(self) -> None:
        """Cells of one line each stand side by side, a tab between them."""
        if self.lines_at_cell == self.line:
            self.cell = self.fresh = True
            self.want = 0
        self.lines_at_cell = _WAITING

    def _item(self) -> None:
        self.want = max(self.want, 1)
        depth = max(0, len(self.lists) - 1)
        mark = "- "
        if self.lists and self.lists[-1]:
            mark = f"{self.lists[-1]}. "
            self.lists[-1] += 1
        self._text("  " * min(depth, 8) + mark, exact=True)

    def _rule(self, attributes: str) -> None:
        self.want = max(self.want, 1)
        if any(mark in attributes for mark in CUT):
            self._break()
            self.cuts.append(self.size)
        self.want = max(self.want, 2)

    def _picture(self, attributes: str) -> None:
        """A picture sent along by its name, an emoji as itself; logos and beacons from elsewhere
        say nothing."""
        if not self.inside and not _BEACON.search(attributes):
            self.pictures.append(self.size)
        found = _ALT.search(attributes) if "alt" in attributes else None
        words = unescape(found.group(1) or found.group(2)).strip() if found else ""
        if is_emoji(words) or (words and len(words) < 5 and not words.isascii()):
            self._text(words)
        elif words and "cid:" in attributes:
            self._text(f"[{words}]")

    def _link(self, href: str, start: int) -> None:
        """Say where a link leads, unless its own words say so already."""
        href = href.strip()
        if (
            self.size <= start
            or len(href) > _LONGEST_LINK
            or not href[:8].lower().startswith(("http://", "https://"))
        ):
            return
        words = ""
        for piece in reversed(self.out[-12:]):
            words = piece + words
            if len(words) >= self.size - start:
                break
        words = "".join(words[start - self.size :].split()).lower() if self.size > start else ""
        bare = href.partition("://")[2].rstrip("/").lower()
        if (
            not words
            or "@" in words
            or words.rstrip("/").rpartition("://")[2] == bare
            or bare.removeprefix("www.") in words
        ):
            return
        if words.startswith("[") and words.endswith("]"):
            return
        self.space = True
        self._text(f"<{href}>")

    def _text(self, chunk: str, exact: bool = False) -> None:
        if "&" in chunk:
            chunk = unescape(chunk)
        if self.pre and not exact:
            self._preformatted(chunk)
            return
        words = chunk if exact else " ".join(chunk.split())
        if not words:
            self.space = self.space or bool(chunk)
            return
        lead = (
            ""
            if self.want or not self.size
            else "\t"
            if self.cell
            else " "
            if self.space or chunk[0].isspace()
            else ""
        )
        if self.want:
            self._lines()
        self._put(lead + words)
        self.want = self.have = 0
        self.cell = self.fresh = False
        if self.lines_at_cell == _WAITING:
            self.lines_at_cell = self.line
        self.space = not exact and chunk[-1].isspace()

    def _preformatted(self, chunk: str) -> None:
        if not chunk.strip():
            self.want = min(3, max(self.want, chunk.count("\n")))
            return
        self._lines()
        self._put(chunk)
        self.want = self.have = min(3, len(chunk) - len(chunk.rstrip("\n")))
        self.space = self.cell = False

    def _put(self, piece: str) -> None:
        self.out.append(piece)
        self.size += len(piece)
