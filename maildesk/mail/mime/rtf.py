"""Rich text out of a winmail.dat: decompressed (MS-OXRTFCP), and the HTML or plain text that
Outlook hid in it (MS-OXRTFEX).

What is no RTF gives nothing. Every length and distance is the sender's claim;
the output is bounded, whatever is claimed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from maildesk.mail.mime import charset

RAW_LIMIT = 300_000  # octets of RTF that are read; a letter has a tenth of it
_DEPTH_LIMIT = 200

_PRESET = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArial"
    rb"Times New RomanCourier{\colortbl\red0\green0\blue0"
    + b"\r\n"
    + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_HEADER = 16
_WINDOW = 4096

_TOKEN = re.compile(
    (
        rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? "
        rb"?|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
    ),
    re.DOTALL,
)
_UNSHOWN = frozenset((
    b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"header", b"footer",
    b"mhtmltag", b"listtable",
    b"listoverridetable", b"rsidtbl", b"themedata", b"fldinst", b"generator", b"xmlnstbl",
    b"bkmkstart", b"bkmkend",
))  # fmt: skip
_WORDS = {
    b"par": "\n", b"line": "\n", b"tab": "\t", b"cell": "\t", b"row": "\n", b"sect": "\n",
    b"page": "\n", b"lquote": "‘",
    b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•", b"endash": "–",
    b"emdash": "—",
}  # fmt: skip
_SIGNS = {
    b"~": "\xa0",
    b"_": "-",
    b"-": "",
    b"\\": "\\",
    b"{": "{",
    b"}": "}",
    b"\n": "\n",
    b"\r": "\n",
}
_CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "cp950",
    161: "cp1253", 162: "cp1254", 163: "cp1258",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip


def decompressed(octets: bytes) -> bytes:
    """The RTF in a PR_RTF_COMPRESSED value (MS-OXRTFCP, 2.2); of a broken one what can be had, of a
    foreign one nothing."""
    kind, size = octets[8:12], min(int.from_bytes(octets[4:8], "little"), RAW_LIMIT)
    if kind == b"MELA":
        return octets[_HEADER : _HEADER + size]
    if kind != b"LZFu":
        return b""
    out = bytearray(_PRESET)
    end, at = len(_PRESET) + size, _HEADER
    while at < len(octets) and len(out) < end:
        control, at = octets[at], at + 1
        if control == 0:
            out += octets[at : at + 8]
            at += 8
            continue
        for bit in range(8):
            if not control >> bit & 1:
                out += octets[at : at + 1]
                at += 1
                continue
            if at + 2 > len(octets) or not _repeat(
                out, octets[at] << 4 | octets[at + 1] >> 4, (octets[at + 1] & 15) + 2
            ):
                return bytes(out[len(_PRESET) : end])
            at += 2
    return bytes(out[len(_PRESET) : end])


def _repeat(out: bytearray, offset: int, length: int) -> bool:
    """Copy what stands at this place of the window; false at the mark of the end, or where nothing
    was written yet."""
    distance = (len(out) - offset) % _WINDOW
    if distance == 0 or distance > len(out):
        return False
    start = len(out) - distance
    piece = bytes(out[start : start + length])
    out += (piece * (length // len(piece) + 1))[:length]
    return True


@dataclass(slots=True)
class _State:
    """What a group inherits from the one around it, and may change until it ends."""

    shown: bool = True
    masked: bool = False  # from \\htmlrtf to \\htmlrtf0: for programs that cannot read the HTML
    page: str = ""  # charset of octets written as \\'xx; the document's own where empty
    skip: int = 1  # characters behind each \\u that say the same for older programs


@dataclass(slots=True)
class _Reader:
    """One reading of a document."""

    html: bool
    state: _State = field(default_factory=_State)
    stack: list[_State] = field(default_factory=list)
    too_deep: int = 0
    out: list[str] = field(default_factory=list)
    # \\'xx in a row: two of them may be one character
    octets: bytearray = field(default_factory=bytearray)
    page: str = "cp1252"
    fonts: dict[int, str] = field(default_factory=dict)
    font: int = 0
    starred: bool = False  # the next word names a destination that may be ignored
    due: int = 0  # characters still to be passed over behind \\u

    def flush(self) -> None:
        if self.octets:
            self.out.append(self.octets.decode(self.state.page or self.page, "replace"))
            self.octets.clear()

    def write(self, text: str) -> None:
        self.flush()
        if self.state.shown and not self.state.masked:
            self.out.append(text)

    def brace(self, opens: bool) -> None:
        self.flush()
        self.starred, self.due = False, 0
        if opens:
            if len(self.stack) < _DEPTH_LIMIT:
                self.stack.append(replace(self.state))
            else:
                self.too_deep += 1
        elif self.too_deep:
            self.too_deep -= 1
        elif self.stack:
            self.state = self.stack.pop()

    def characters(self, octets: bytes) -> None:
        passed = min(self.due, len(octets))
        self.due -= passed
        if octets[passed:]:
            self.write(octets[passed:].decode(self.state.page or self.page, "replace"))

    def octet(self, digits: bytes) -> None:
        if self.due:
            self.due -= 1
        elif self.state.shown and not self.state.masked:
            self.octets.append(int(digits, 16))

    def word(self, word: bytes, number: int | None) -> None:
        """One control word: a destination, a character, or a change of the group's state."""
        starred, self.starred = self.starred, False
        if word == b"htmltag" and self.html:
            self.flush()
            self.state.shown, self.state.masked = True, False
        elif starred or word in _UNSHOWN:
            self.flush()
            self.state.shown = False
        elif word == b"u" and number is not None:
            self.write(chr(number % 65536))
            self.due = self.state.skip
        elif word in _WORDS:
            self.write(_WORDS[word])
        elif word == b"htmlrtf":
            self.flush()
            self.state.masked = number != 0
        elif word == b"uc":
            self.state.skip = min(number or 0, 10)
        else:
            self.letters(word, number or 0)

    def letters(self, word: bytes, number: int) -> None:
        """A word that says which charset the octets are of."""
        if word == b"f":
            self.flush()
            self.font, self.state.page = number, self.fonts.get(number, "")
        elif word == b"fcharset" and len(self.fonts) < 1_000:
            self.fonts[self.font] = _CHARSETS.get(number, "")
        elif word == b"plain":
            self.flush()
            self.state.page = ""
        elif word == b"ansicpg":
            self.page = charset.codec_of(f"cp{number}") or (
                "utf-8" if number == 65001 else self.page
            )


def bodies(octets: bytes) -> tuple[str, str]:
    """(text, HTML) of a document: what it was made from (MS-OXRTFEX, 2.1.3), or its words as text
    where nothing says so."""
    octets = octets[:RAW_LIMIT]
    if not octets.lstrip().startswith(b"{\\rtf"):
        return "", ""
    reader = _Reader(b"\\fromhtml1" in octets[:1000])
    for token in _TOKEN.finditer(octets):
        digits, word, number, sign, brace, words = token.groups()
        if words:
            reader.characters(words)
        elif brace:
            reader.brace(brace == b"{")
        elif word:
            reader.word(word, int(number) if number else None)
        elif digits:
            reader.octet(digits)
        elif sign == b"*":
            reader.starred = True
        elif sign and not reader.due:
            reader.write(_SIGNS.get(sign, ""))
        elif sign:
            reader.due -= 1
    reader.flush()
    whole = "".join(reader.out).replace("\x00", "")
    # \\u writes an emoji as two halves
    whole = whole.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return ("", whole) if reader.html else (whole.strip("\n"), "")
