"""The files of a template set: where they lie, how they are read, and the header
lines they begin with."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from maildesk.config.templates.check import nearest
from maildesk.config.templates.sandbox import MAX_SOURCE
from maildesk.errors import BadPolicy, Mistake

_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,60}):[ \t]*(.*)\Z")
_ALLOWED = frozenset(
    {"subject", "importance", "priority", "x-priority", "organization", "keywords", "comments"}
)
WORDS = "_words.yaml"
Key = tuple[str, str, str]  # language ("" = all), address ("" = any), file name


@dataclass(frozen=True)
class Source:
    """One file of the set. A higher rank is closer to the desk."""

    path: Path
    text: str
    rank: int


def builtin_root() -> Path:
    """Where the built-in set lies: MAILDESK_TEMPLATES, else beside the source, else where it was
    installed."""
    named = os.environ.get("MAILDESK_TEMPLATES")
    if named:
        return mail_folder(Path(named))
    beside = Path(__file__).resolve().parents[3] / "templates" / "mail"
    return (
        beside
        if beside.is_dir()
        else Path(sys.prefix) / "share" / "maildesk" / "templates" / "mail"
    )


def mail_folder(root: Path) -> Path:
    """The folder of the mails, given it or the `templates` folder around it."""
    return root / "mail" if (root / "mail").is_dir() or root.name == "templates" else root


def template_files(root: Path | None) -> Iterator[tuple[Key, Path]]:
    """Every template file below the root, with the language and address its folders say."""
    if root is None or not root.is_dir():
        return
    for path in sorted(root.rglob("*")):
        *folders, file = path.relative_to(root).parts
        if path.suffix not in (".txt", ".html", ".css") or len(folders) > 2 or not path.is_file():
            continue
        if len(folders) == 2 and not folders[1].startswith("@"):
            continue
        language = folders[0].lower().replace("_", "-") if folders else ""
        yield (language, folders[1][1:].lower() if len(folders) == 2 else "", file), path


def read_sources(root: Path | None, rank: int) -> tuple[dict[Key, Source], list[Mistake]]:
    """Every template file below the root, those of one address ranked above all others, and what
    cannot be read."""
    mistakes: list[Mistake] = []
    found = {
        key: Source(path, read_source(path, mistakes), rank + (10 if key[1] else 0))
        for key, path in template_files(root)
    }
    return found, mistakes


@cache
def built_in_sources(root: Path) -> tuple[Mapping[Key, Source], Sequence[Mistake]]:
    """The same of what came with the program, read once."""
    return read_sources(root, 0)


def words_files(root: Path) -> Iterator[tuple[str, Path]]:
    """Every file with the words of a language, and the language its folder says."""
    for path in sorted(root.glob(f"*/{WORDS}")):
        yield path.parent.name.lower().replace("_", "-"), path


def read_source(path: Path, mistakes: list[Mistake]) -> str:
    """What stands in the file; where it cannot be read, a mistake more and a text that compiles."""
    try:
        raw = path.read_bytes()
        if len(raw) <= MAX_SOURCE:
            return raw.decode("utf-8-sig").replace("\r\n", "\n")
        mistakes.append(Mistake(str(path), 1, 1, "at most 64 KB", f"{len(raw)} bytes"))
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        mistakes.append(Mistake(str(path), line, 1, "UTF-8", f"the byte {raw[problem.start]:#04x}"))
    except OSError as problem:
        mistakes.append(Mistake(str(path), 1, 1, "a readable file", problem.strerror or "an error"))
    return "Subject: unreadable\n\n"


def split_message(source: Source) -> tuple[list[tuple[str, str]], str]:
    """The header lines and the text below, padded so that lines keep their numbers. BadPolicy where
    there is no Subject."""
    heads, body, mistakes = read_message(source)
    if mistakes:
        raise BadPolicy(mistakes)
    return heads, body


def read_message(source: Source) -> tuple[list[tuple[str, str]], str, list[Mistake]]:
    """The header lines that can be read, the text below, and what is wrong with the other lines."""
    rows = source.text.split("\n")
    end = rows.index("") if "" in rows else len(rows)
    heads: list[tuple[str, str]] = []
    mistakes: list[Mistake] = []
    for number, row in enumerate(rows[:end]):
        match = _HEADER.match(row)
        if match is None or not (match[1].lower() in _ALLOWED or _is_own(match[1])):
            expected = (
                "Subject, Importance, Priority, Organization, Keywords, Comments or X-…: value"
            )
            mistakes.append(
                Mistake(
                    str(source.path),
                    number + 1,
                    1,
                    expected,
                    row[:60],
                    nearest(row.partition(":")[0], ("Subject",)),
                )
            )
        else:
            heads.append((match[1], "{#" + "\n" * number + "#}" + match[2]))
    if not mistakes and (not heads or heads[0][0].lower() != "subject"):
        mistakes.append(
            Mistake(str(source.path), 1, 1, "Subject: … in the first line", rows[0][:60])
        )
    return heads, "{#" + "\n" * end + "#}" + "\n".join(rows[end:]), mistakes


def _is_own(name: str) -> bool:
    return name.lower().startswith("x-") and name.lower() != "x-auto-response-suppress"
