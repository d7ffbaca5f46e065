"""From octets to text: as declared, else as detected, else with replacement marks. Never fatal.

What senders call a charset and what they mean differ: iso-8859-1 is
windows-1252 in practice, gb2312 is gb18030, us-ascii is anything at all
(the WHATWG Encoding Standard collects these habits).
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from itertools import pairwise

MEANT = {  # name as sent, folded to letters and digits -> codec to use
    "": "",
    "usascii": "ascii",
    "ascii": "ascii",
    "ansix341968": "ascii",
    "7bit": "",
    "8bit": "",
    "binary": "",
    "default": "",
    "unknown": "",
    "unknown8bit": "",
    "xunknown": "",
    "xuserdefined": "",
    "none": "",
    "utf8mb4": "utf-8",
    "unicode11utf8": "utf-8",
    "unicode11utf7": "utf-7",
    "xutf8": "utf-8",
    "iso88591": "cp1252",
    "latin1": "cp1252",
    "xlatin1": "cp1252",
    "iso8859": "cp1252",
    "88591": "cp1252",
    "ansi": "cp1252",
    "xansi": "cp1252",
    "xcp1252": "cp1252",
    "iso88598i": "iso8859_8",
    "iso88598e": "iso8859_8",
    "iso88599": "cp1254",
    "gb2312": "gb18030",
    "xgbk": "gb18030",
    "gbk": "gb18030",
    "gb231280": "gb18030",
    "euccn": "gb18030",
    "ksc56011987": "cp949",
    "ksc5601": "cp949",
    "euckr": "cp949",
    "shiftjis": "cp932",
    "sjis": "cp932",
    "xsjis": "cp932",
    "mskanji": "cp932",
    "windows31j": "cp932",
    "xmssjis": "cp932",
    "xeucjp": "euc_jp",
    "iso2022jp": "iso2022_jp_ext",
    "iso2022jpms": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "big5": "cp950",
    "xxbig5": "cp950",
    "windows874": "cp874",
    "xmacroman": "mac_roman",
    "macintosh": "mac_roman",
    "macce": "mac_latin2",
    "xmaccyrillic": "mac_cyrillic",
    "koi8": "koi8_r",
    "koi": "koi8_r",
}
NOT_CHARSETS = frozenset(
    {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"}
)
SAMPLE = 4096  # octets handed to the detector: it is thorough and slow
HIGH = re.compile(rb"[\x80-\xff]")
LETTER = re.compile(rb"[A-Za-z\x80-\xff]")
WORDS = re.compile(rb"[\x80-\xff]+")
MIXED = re.compile(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]")
OLD_LETTERS = bytes([*range(0xC0, 0x100), 0xA3, 0xA8, 0xB3, 0xB8])
FREQUENT = {  # the letters that make up most of a text
    "koi8_r": frozenset("оеаинтср"), "cp1251": frozenset("оеаинтср"),
    "cp1253": frozenset("αοιετσνηςάίό"), "cp1255": frozenset("יוהלאמרת"),
    "cp1256": frozenset("اليمونرت"),
}  # fmt: skip
ENOUGH = 35  # hundredths of the letters
UTF8 = re.compile(
    rb"((?:[\xc2-\xdf][\x80-\xbf]|[\xe1-\xec][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2})+)"
)
WINDOWS = {
    octet: bytes([octet]).decode("cp1252", "ignore") or chr(octet) for octet in range(0x80, 0xA0)
}
TWO_LIMIT = 200_000  # octets in which two kinds are told apart
MULTIBYTE = ("utf", "gb", "cp932", "cp949", "cp950", "euc", "iso2022", "hz", "big5", "shift")


@lru_cache(maxsize=512)
def codec_of(declared: str) -> str:
    """Which Python codec reads what a sender called `declared`; empty when nobody can know."""
    folded = "".join(c for c in declared.lower() if c.isalnum())
    if folded in MEANT:
        return MEANT[folded]
    for name in (declared.strip().strip("'\""), folded.removeprefix("x"), folded):
        try:
            found = codecs.lookup(name)
        except (LookupError, ValueError, UnicodeError):
            continue
        if found._is_text_encoding and found.name not in NOT_CHARSETS:
            return found.name
    return ""


def decode(octets: bytes, declared: str = "") -> tuple[str, str]:
    """The text, and one word on what was wrong with it (empty when nothing was)."""
    codec = codec_of(declared[:64]) if declared else ""
    if octets.isascii() and not codec.startswith(("utf-16", "utf-32", "utf-7", "hz", "iso2022")):
        if b"\x1b" not in octets:
            return octets.decode("ascii"), ""
        codec = _escaped_codec(octets) or codec  # 7-bit Japanese, whatever the label says
    if codec == "cp1252" and HIGH.search(octets):
        try:
            # no letter of a Latin language is valid UTF-8 by chance
            return octets.decode("utf-8"), "charset detected"
        except UnicodeDecodeError:
            pass
    if codec and codec != "ascii":
        try:
            return _sound(octets.decode(codec)), ""
        except (UnicodeError, ValueError):
            pass
    text, how = _detected(octets, codec)
    return text, how if declared else how and "8-bit text without a charset"


def decode_raw(octets: bytes, hint: str = "") -> str:
    """Raw octets of a header field: UTF-8 where they are (RFC 6532), else in the
    charset of the body."""
    if b"\x1b" not in octets:
        try:
            return octets.decode("utf-8")
        except UnicodeDecodeError:
            pass
    return decode(octets, hint)[0]


def _escaped_codec(octets: bytes) -> str:
    """ISO 2022 text gives itself away by its escape sequences (RFC 1468, 1557)."""
    if b"\x1b$)C" in octets:
        return "iso2022_kr"
    if b"\x1b$" in octets or b"\x1b(J" in octets or b"\x1b(I" in octets:
        return "iso2022_jp_ext"
    return ""


def _detected(octets: bytes, codec: str) -> tuple[str, str]:
    """What the octets themselves say: a byte order mark, valid UTF-8, a broken
    declared text, a guess."""
    for mark, marked in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if octets.startswith(mark):
            return _sound(octets.decode(marked, "replace")), "charset by byte order mark"
    try:
        return octets.decode("utf-8"), "charset detected"
    except UnicodeDecodeError as broken:
        if codec.startswith("utf-8") and broken.start > 0 and _mostly_utf8(octets):
            return octets.decode("utf-8", "replace"), "invalid octets replaced"
    if codec.startswith(MULTIBYTE) and not codec.startswith("utf"):
        text = octets.decode(codec, "replace")
        if text.count("\ufffd") * 20 <= len(text):
            return _sound(text), "invalid octets replaced"
    return _guessed(octets), "charset guessed"


def _mostly_utf8(octets: bytes) -> bool:
    text = octets[:65536].decode("utf-8", "replace")
    high = sum(1 for c in text[:4000] if c > "\x7f")
    return text[:4000].count("\ufffd") * 2 <= high


def _guessed(octets: bytes) -> str:
    """A detector's opinion where most letters are not ASCII (Cyrillic, Greek, Japanese …),
    windows-1252 for the rest.

    A few odd octets among Latin letters are accents: a detector that ranks ninety codecs finds
    stranger things in them. Where a quoted or cut text has both, its UTF-8 is UTF-8 and only the
    rest windows-1252.
    """
    high = HIGH.search(octets)
    first = high.start() if high else 0
    sample = octets[max(0, first - 200) : first + SAMPLE]
    letters = len(LETTER.findall(sample)) or 1
    old = _by_letters(sample)
    if old:
        return octets.decode(old, "replace")
    is_foreign = len(HIGH.findall(sample)) * 3 > letters and len(sample) >= 12
    codec = _most_like(sample) if is_foreign else "cp1252"
    if codec in ("ascii", "utf_8", "latin_1", "cp1252"):
        return _western(octets)
    try:
        return _sound(octets.decode(codec))
    except (UnicodeError, LookupError):
        return octets.decode("cp1252", "replace")


def _most_like(sample: bytes) -> str:
    from charset_normalizer import from_bytes  # 2 MB, for few mails

    best = from_bytes(sample).best()
    return best.encoding if best is not None else "cp1252"


def _western(octets: bytes) -> str:
    """As windows-1252 (Latin-1 for what that leaves undefined), but UTF-8 where it is UTF-8: quoted
    text may be of another kind."""
    if len(octets) > TWO_LIMIT:
        return octets.decode("latin-1").translate(WINDOWS)
    pieces = UTF8.split(octets)  # every second is UTF-8
    for number, piece in enumerate(pieces):
        pieces[number] = (
            piece if number % 2 else piece.decode("latin-1").translate(WINDOWS).encode()
        )
    return b"".join(pieces).decode("utf-8", "replace")


def _by_letters(sample: bytes) -> str:
    """The codec whose most frequent letters make up words of high octets alone; empty where they
    are no such words.

    Octets from 0xC0 on are the letters of Russian, Greek, Hebrew and Arabic in their old charsets;
    Chinese, Japanese and Korean have others among them, and Latin accents stand beside ASCII.
    """
    words = WORDS.findall(sample)
    octets = b"".join(words)
    # the French "à" is a word, too
    too_short = max(map(len, words), default=0) < 3 or len(octets) < 2 * len(words)
    if too_short or MIXED.search(sample) or octets.translate(None, OLD_LETTERS):
        return ""
    marks = {
        codec: _mark(sample.decode(codec, "replace"), often) for codec, often in FREQUENT.items()
    }
    best = max(marks, key=lambda codec: marks[codec])
    return best if marks[best] * 100 >= len(octets) * ENOUGH else ""


def _mark(text: str, often: frozenset[str]) -> int:
    """How many of the frequent letters a text has, less twice the capitals that
    follow a small letter."""
    odd = sum(before.islower() and after.isupper() for before, after in pairwise(text))
    return sum(letter in often for letter in text.lower()) - 2 * odd


def _sound(text: str) -> str:
    """The text without lone surrogates (UTF-7 and its like can make them), which no
    sink could write."""
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return text
