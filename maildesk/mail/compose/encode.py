"""Seven-bit forms: header words (RFC 2047), parameters (RFC 2231), folding (RFC 5322, 2.2.3), body
encodings (RFC 2045).

Every function here takes any text at all, control characters and lone
surrogates included, and returns bytes that are safe to put on the wire.
"""

from __future__ import annotations

import binascii
import re
from functools import lru_cache

from maildesk.mail.invisible import is_seen, seen
from maildesk.mail.message import Mailbox
from maildesk.mail.owners import ascii_domain

# narrower than RFC 5322's field name, and enough
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,70}\Z")
_WIDTH = 76
_REMEMBERED = 500  # octets of a line that is encoded once
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\x80-\x9f\u2028\u2029]+")
_BODY_CONTROLS = bytes({*range(32), 127} - {9, 10, 13})
_ASCII = bytes(range(128))
_LONGEST_LINE = 78  # RFC 5322, 2.1.1
_ATEXT = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+\Z")
_DOMAIN = re.compile(r"[A-Za-z0-9._:\[\]-]+\Z")
_QUOTED_LOCAL = re.compile(r'"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*"\Z')
_Q = {byte: f"={byte:02X}" for byte in range(256)} | {
    byte: chr(byte)
    for byte in b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/"
} | {0x20: "_"}  # fmt: skip
_PARAMETER = frozenset(
    b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&+^`{|}#"
)


def plain_ascii(text: str) -> bool:
    """Whether this is printable ASCII and nothing else."""
    return text.isascii() and text.isprintable()


def one_line(text: str) -> str:
    """The text as a header may hold it: one line, controls and what nobody sees gone, every run of
    white space one space."""
    if plain_ascii(text) and "  " not in text:
        return text.strip()
    text = text.encode("utf-8", "replace").decode("utf-8")
    return seen(" ".join(_CONTROLS.sub(" ", text).split()))


def fold(name: str, words: list[str], *, width: int = _WIDTH) -> bytes:
    """A header field of these words, a space between any two, broken before a word that
    would pass the width.

    A word alone may be longer than the width: it cannot be broken.
    """
    lines, line = [], f"{name}:"
    for word in words:
        if len(line) + 1 + len(word) > width and line != f"{name}:":
            lines.append(line)
            line = ""
        line += " " + word
    lines.append(line)
    return "\r\n".join(lines).encode("utf-8")


# a subject comes back in Thread-Topic, in every copy to an agent and in the whole conversation
@lru_cache(maxsize=512)
def unstructured(name: str, value: str, *, break_words: bool = False) -> bytes:
    """An unstructured field. With `break_words` also a long ASCII word is encoded, so that it can
    be folded."""
    value = one_line(value)
    room = _WIDTH - len(name) - 2
    if len(value) <= room and plain_ascii(value) and "=?" not in value:
        return f"{name}: {value}".encode("ascii")
    return fold(name, _words(value, longest=room if break_words else 900, first=room))


def _words(value: str, *, longest: int = 900, first: int = 60) -> list[str]:
    """The words of a text, those encoded that need it.

    White space between two encoded words vanishes when they are read (RFC 2047, 6.2),
    so a run of such words is encoded as one stretch, spaces and all.
    """
    words: list[str] = []
    run: list[str] = []
    for word in value.split(" "):
        if not plain_ascii(word) or "=?" in word or len(word) > longest:
            run.append(word)
            continue
        if run:
            words += encoded_words(" ".join(run), first=first)
            run = []
        words.append(word)
    return words + encoded_words(" ".join(run), first=first) if run else words


def encoded_words(text: str, *, first: int = 60) -> list[str]:
    """The text as encoded words of at most 75 characters, never splitting a character
    (RFC 2047, 2 and 5)."""
    raw = text.encode("utf-8", "replace")
    quoted = "".join([_Q[byte] for byte in raw])
    room = max(24, min(first, 75) - 12)  # 12: what =?utf-8?Q? and ?= take
    letter = "Q" if len(quoted) <= len(raw) * 4 // 3 + 4 else "B"
    if letter == "Q" and len(quoted) <= room:
        return [f"=?utf-8?Q?{quoted}?="]
    words: list[str] = []
    chunk: list[bytes] = []
    used = 0
    for character in raw.decode("utf-8"):
        octets = character.encode("utf-8")
        cost = sum(len(_Q[byte]) for byte in octets) if letter == "Q" else len(octets)
        if used + cost > (room if letter == "Q" else room * 3 // 4 - 2) and chunk:
            words.append(_encoded_word(b"".join(chunk), letter))
            chunk, used, room = [], 0, 63
        chunk.append(octets)
        used += cost
    words.append(_encoded_word(b"".join(chunk), letter))
    return words


def _encoded_word(raw: bytes, letter: str) -> str:
    if letter == "Q":
        return f"=?utf-8?Q?{''.join(_Q[byte] for byte in raw)}?="
    return f"=?utf-8?B?{binascii.b2a_base64(raw, newline=False).decode('ascii')}?="


def address_list(name: str, mailboxes: tuple[Mailbox, ...]) -> bytes:
    """A field of mailboxes (RFC 5322, 3.4). ValueError where no usable address is left."""
    words: list[str] = []
    for mailbox in mailboxes:
        more = _mailbox(mailbox.name, mailbox.address)
        if words and more:
            words[-1] += ","
        words += more
    if not words:
        raise ValueError(f"{name} has no address")
    return fold(name, words)


@lru_cache(maxsize=1024)  # the desk and its agents are in every message
def _mailbox(name: str, address: str) -> tuple[str, ...]:
    """The words of one mailbox, or none where the address cannot be used."""
    spec = addr_spec(address)
    display = one_line(name)
    if not spec or not display or display == address:
        return (spec,) if spec else ()
    return (*_phrase(display), f"<{spec}>")


def addr_spec(address: str) -> str:
    """The address as it may stand in a header, its domain in ASCII; empty where it is no address.
    Never another mailbox's."""
    local, at, domain = address.strip().removeprefix("<").removesuffix(">").rpartition("@")
    if (
        not (local and at)
        or _CONTROLS.search(address.strip())
        or not is_seen(address)
        or not one_line(address)
    ):
        return ""
    domain = ascii_domain(domain)
    if not _DOMAIN.match(domain):
        return ""
    if local.isascii() and not _ATEXT.match(local) and not _QUOTED_LOCAL.match(local):
        local = '"' + re.sub(r'(["\\])', r"\\\1", local) + '"'
    if not local.isascii() and re.search(r'[\s"\\<>(),:;@\[\]\ud800-\udfff]', local):
        return ""
    return f"{local}@{domain}"


def _phrase(display: str) -> list[str]:
    """A display name: atoms as they are, other ASCII quoted, the rest as encoded words (RFC 2047,
    5, rule 3)."""
    if not plain_ascii(display) or "=?" in display or len(display) > 200:
        return encoded_words(display)
    if _ATOMS.match(display):
        return display.split(" ")
    return ('"' + re.sub(r'(["\\])', r"\\\1", display) + '"').split(" ")


def parameter(name: str, value: str) -> bytes:
    """One parameter on a line of its own; not plain or too long: percent-encoded, in pieces (RFC
    2231, 3 and 4)."""
    value = value[:255] or "unnamed"
    if plain_ascii(value) and len(value) <= 60:
        quoted = re.sub(r'(["\\])', r"\\\1", value)
        return f';\r\n {name}="{quoted}"'.encode("ascii")
    octets = [chr(b) if b in _PARAMETER else f"%{b:02X}" for b in value.encode("utf-8", "replace")]
    pieces, piece = [], "utf-8''"
    for octet in octets:
        if len(piece) + len(octet) > 58:
            pieces.append(piece)
            piece = ""
        piece += octet
    pieces.append(piece)
    if len(pieces) == 1:
        return f";\r\n {name}*={piece}".encode("ascii")
    return "".join(f";\r\n {name}*{i}*={one}" for i, one in enumerate(pieces)).encode("ascii")


def encoded_body(content_type: str, text: str) -> tuple[bytes, bytes]:
    """The Content-* lines and the body of a text part: 7bit where it is fit for that, else the
    shorter of QP and base64."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    raw = text.encode("utf-8", "replace").translate(None, _BODY_CONTROLS)
    raw = raw if raw.endswith(b"\n") else raw + b"\n"
    head = f"Content-Type: {content_type}; charset=utf-8\r\nContent-Transfer-Encoding: ".encode(
        "ascii"
    )
    if raw.isascii() and not _unfit_for_7bit(raw):
        return head + b"7bit", raw.replace(b"\n", b"\r\n")
    foreign = 0 if raw.isascii() else len(raw.translate(None, _ASCII))
    if foreign * 5 > len(raw):  # QP triples these octets, base64 adds a third to all
        return head + b"base64", base64_lines(raw.replace(b"\n", b"\r\n"))
    return head + b"quoted-printable", _quoted_printable(raw)


def _unfit_for_7bit(raw: bytes) -> bool:
    """Long lines, trailing space, mbox's From, SMTP's dot. Looked for one by one: a pattern of all
    is far slower."""
    if (
        b" \n" in raw
        or b"\t\n" in raw
        or b"\nFrom " in raw
        or b"\n.\n" in raw
        or raw.startswith((b"From ", b".\n"))
    ):
        return True
    return max(map(len, raw.split(b"\n"))) > _LONGEST_LINE


# As much of a line as fits beside the "=" that says it goes on, no escape cut in two; the last
# piece as it is.
_PIECE = re.compile(rb".{1,75}(?<!=)(?<!=.)(?=..)|.+", re.DOTALL)


def _quoted_printable(raw: bytes) -> bytes:
    """Quoted-printable (RFC 2045, 6.7). The library's own writes lines of 77 at times, where 76 is
    the limit."""
    body = b"\r\n".join(
        [
            _known_line(line) if len(line) <= _REMEMBERED else _quoted_line(line)
            for line in raw.split(b"\n")
        ]
    )
    if b"From " in body:  # some relays put ">" before it, which breaks signatures and the text
        body = re.sub(rb"(?m)^From ", b"=46rom=\r\n ", body)
    return body


def _quoted_line(plain: bytes) -> bytes:
    """A line in quoted-printable, broken where it is longer than the limit."""
    line = (
        plain.replace(b"=", b"=3D")
        if plain.isascii()
        else binascii.b2a_qp(plain, istext=True).replace(b"=\n", b"")
    )
    # a dot alone would end a transaction of those who forget to stuff it
    if line.endswith((b" ", b"\t")) or line == b".":
        line = line[:-1] + b"=%02X" % line[-1]
    if len(line) <= _WIDTH:
        return line
    pieces: list[bytes] = _PIECE.findall(line)
    return b"=\r\n".join(pieces)


_known_line = lru_cache(2048)(_quoted_line)  # a template's come again with every mail


def base64_lines(content: bytes) -> bytes:
    """Base64 in lines of 76 (RFC 2045, 6.8)."""
    whole = binascii.b2a_base64(content, newline=False)
    return b"\r\n".join([whole[at : at + 76] for at in range(0, len(whole), 76)]) + b"\r\n"
