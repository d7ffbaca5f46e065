"""Characters that nobody sees and that turn, hide or part what others see: taken out of names,
subjects and file names.

A right-to-left override shows `invoice\\u202efdp.exe` as `invoiceexe.pdf`; a zero-width space parts
a word for a filter and for no reader (Unicode TR 36, 2.5 and TR 39, 5). No such line needs them: a
letter brings its own direction along, and where one line of ours shows a stranger's word beside our
own, `isolated` keeps the two apart (UAX 9, 2.4.2). What some scripts and pictures are written with,
a joiner between two of their letters, stays.
"""

from __future__ import annotations

import re

_FSI, _PDI = "\u2068", "\u2069"
# Bidi controls (UAX 9, 2), zero-width and filler characters, musical and shorthand controls, tags,
# annotations.
_CONTROLS = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"
_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff"
    "\U000e01f0-\U000e0fff"
)
_JOINERS, _VARIANTS = "\u200c\u200d", "\ufe00-\ufe0f\U000e0100-\U000e01ef"
# what is written with joiners
_JOINED = "\u0600-\u1cff\u2190-\u2bff\ua800-\uabff\ufb50-\ufefe\U00010a00-\U0001faff"
_SUSPECT = re.compile(f"[{_CONTROLS}{_UNSEEN}{_JOINERS}{_VARIANTS}]")
_TAKEN = re.compile(f"[{_CONTROLS}{_UNSEEN}]")
_IDLE = re.compile(  # a joiner stands between what it joins, a variant's sign behind what it varies
    f"(?<![{_JOINED}])[{_JOINERS}]+|[{_JOINERS}]+(?![{_JOINED}])|(?<![^\\s{_VARIANTS}])"
    f"[{_VARIANTS}]+"
)
# of Scotland, of Wales …
_FLAG = re.compile("(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f)")
_TURNS = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def seen(line: str) -> str:
    """The line without what is not seen. For names, subjects and file names,
    not for whole texts."""
    if (line.isascii() and line.isprintable()) or not _SUSPECT.search(line):
        return line
    pieces = _FLAG.split(line)
    return "".join(
        piece if number % 2 else _IDLE.sub("", _TAKEN.sub("", piece))
        for number, piece in enumerate(pieces)
    )


def is_seen(line: str) -> bool:
    """Whether there is nothing to take out."""
    return seen(line) == line


def isolated(line: str) -> str:
    """The line as it may stand within another: where it holds letters that are written from the
    right, it turns nothing else."""
    if line.isascii() or not _TURNS.search(line) or line.startswith(_FSI):
        return line
    return f"{_FSI}{seen(line)}{_PDI}"
