"""`maildesk check` renders every branch of every built-in template, in every language: what it
passes has been tried."""

from __future__ import annotations

import re
from pathlib import Path

from maildesk.config.templates.engine import Templates
from maildesk.config.templates.files import builtin_root, template_files
from maildesk.desk.mails.sample import samples_for

_BRANCH = re.compile(r"\{%-?\s*(?:if|elif|else|for)\b[^%]*%\}")
_IN_A_TAG = re.compile(r"<[^<>]*\Z")


def marked(folder: Path) -> set[str]:
    """A copy of the built-in set with a mark behind each tag that a branch
    begins with; the marks."""
    marks: set[str] = set()
    for _, path in template_files(builtin_root()):
        text, at = path.read_text(encoding="utf-8"), path.relative_to(builtin_root())
        pieces, end = [], 0
        for found in _BRANCH.finditer(text):
            pieces.append(text[end : found.end()])
            end = found.end()
            if not _IN_A_TAG.search(re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text[: found.start()])):
                line = text.count("\n", 0, found.start()) + 1
                marks.add(mark := f"⟦{at}:{line}:{found.start()}⟧")
                pieces.append(mark)
        copy = folder / "mail" / at
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text("".join(pieces) + text[end:], encoding="utf-8")
    return marks


def test_the_samples_take_every_branch_of_every_template(tmp_path: Path) -> None:
    marks = marked(tmp_path)
    assert len(marks) > 200
    templates = Templates.load(tmp_path)
    seen: set[str] = set()
    for name in templates.names():
        for language in templates.languages():
            for sample in samples_for(name):
                one = templates.render(name, language, sample)
                seen |= set(re.findall(r"⟦[^⟦⟧]*⟧", one.text + one.html))
    assert sorted(marks - seen) == []
