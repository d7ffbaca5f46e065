"""The table of mails in templates/mail/README.md, made from the registry.

.venv/bin/python deploy/mails.py     writes it where it stands
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from maildesk.desk.mails.registry import MAILS

ROOT = Path(__file__).resolve().parents[1]
GUIDE = ROOT / "templates" / "mail" / "README.md"
HEAD = "| mail | goes to | when | `notify` | a reply |\n| --- | --- | --- | --- | --- |\n"


def table() -> str:
    """A row for each mail: to whom, when, what agents choose it by, what a reply does."""
    replies = {"reply": "answers", "note": "notes", "": ""}
    rows = (
        (f"`{mail.name}`", mail.to, mail.about, mail.event or "", replies[mail.plain_reply])
        for mail in MAILS.values()
    )
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def written(text: str) -> str:
    """The guide's text with the table as it is now."""
    before, _, rest = text.partition(HEAD)
    lines = rest.splitlines(keepends=True)
    behind = next(n for n, line in enumerate(lines) if not line.startswith("|"))
    return before + table() + "".join(lines[behind:])


if __name__ == "__main__":
    GUIDE.write_text(written(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"{GUIDE.relative_to(ROOT)}: {len(MAILS)} mails")
