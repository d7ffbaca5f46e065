"""Files of a desk folder that nobody reads, because of their name or their place: they show in what
does not happen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from maildesk.config.mistakes import one_of
from maildesk.config.policy import OPTIONAL, REQUIRED, TEMPLATES
from maildesk.config.secret_file import SECRETS
from maildesk.config.templates.files import (
    WORDS,
    builtin_root,
    mail_folder,
    template_files,
    words_files,
)
from maildesk.config.templates.pages import FOLDER as PAGES
from maildesk.config.templates.pages import page_files
from maildesk.errors import Mistake

FILES = ("settings.yaml", SECRETS, *REQUIRED, *OPTIONAL)
_ENDINGS = (".txt", ".html", ".css", ".yaml", ".yml")
_NEAR = 0.85  # how alike two names have to be to be meant as one


def strays(desk: Path, languages: Sequence[str], addresses: Iterable[str]) -> list[Mistake]:
    """A mistake for each; `languages` and `addresses` are the desk's, or nothing where
    they cannot be told."""
    return [*_misnamed(desk), *_templates(desk, languages, frozenset(addresses))]


def _misnamed(desk: Path) -> Iterator[Mistake]:
    """rules.yml, or rule.yaml where there is no rules.yaml. A copy kept beside a file of the right
    name is none."""
    for path in sorted(desk.iterdir()):
        if path.name in FILES or path.suffix not in (".yaml", ".yml") or not path.is_file():
            continue
        missing = [
            name for name in FILES if not (desk / name).exists() or name == f"{path.stem}.yaml"
        ]
        near = get_close_matches(path.name.lower(), missing, n=1, cutoff=_NEAR)
        if near:
            yield Mistake(path.name, 1, 1, one_of(FILES), path.name, near[0])


def _templates(
    desk: Path, languages: Sequence[str], addresses: frozenset[str]
) -> Iterator[Mistake]:
    root = desk / TEMPLATES
    if not root.is_dir():
        return
    keys = {path: key for key, path in template_files(mail_folder(root))}
    keys |= {path: (language, "", WORDS) for language, path in words_files(mail_folder(root))}
    builtin = {WORDS, *(file for (_, _, file), _ in template_files(builtin_root()))}
    rules = (
        (desk / "rules.yaml").read_text(encoding="utf-8", errors="replace")
        if (desk / "rules.yaml").is_file()
        else ""
    )
    for path in sorted(root.rglob("*")):
        if path.suffix not in _ENDINGS or not path.is_file() or path.name.startswith((".", "#")):
            continue
        if path.relative_to(root).parts[0] == PAGES:
            yield from _page(desk, path)
            continue
        name, key = str(path.relative_to(desk)), keys.get(path)
        if key is None and path.suffix in (".yaml", ".yml"):
            place = f"{TEMPLATES}/mail/{(languages or ('en',))[0]}/{WORDS}"
            yield Mistake(name, 1, 1, f"a place such as {place}", name)
            continue
        if key is None or (not key[0] and not path.name.startswith("_")):
            yield Mistake(
                name,
                1,
                1,
                f"a place such as {TEMPLATES}/mail/{(languages or ('en',))[0]}/{path.name}",
                name,
            )
            continue
        language, address, file = key
        known = {"en", *languages, *(one.partition("-")[0] for one in languages)}
        if languages and language and language not in {one.lower() for one in known}:
            yield Mistake(name, 1, 1, f"a language of the desk ({', '.join(languages)})", language)
        if addresses and address and address not in addresses:
            near = get_close_matches(address, addresses, n=1, cutoff=_NEAR)
            yield Mistake(name, 1, 1, "an address of the desk", address, near[0] if near else "")
        if file not in builtin and not re.search(rf"\b{re.escape(path.stem)}\b", rules):
            expected = "the name of a template, or one that rules.yaml sends"
            for meant in get_close_matches(file, builtin, n=1, cutoff=_NEAR):
                yield Mistake(name, 1, 1, expected, path.stem, meant.partition(".")[0])


def _page(desk: Path, path: Path) -> Iterator[Mistake]:
    """A file among those of the pages that is in place of none that came with the program."""
    file, name = str(path.relative_to(desk / TEMPLATES / PAGES)), str(path.relative_to(desk))
    if file not in page_files() and path.name != WORDS:
        near = get_close_matches(file, page_files(), n=1, cutoff=_NEAR)
        expected = f"a file of the pages: {one_of(page_files())}"
        yield Mistake(name, 1, 1, expected, file, near[0] if near else "")
