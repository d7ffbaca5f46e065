"""Desk folders for the tests of `config`: small ones written line by line, and how
their mistakes read."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from maildesk.config.policy import load_policy
from maildesk.errors import BadPolicy

DESK = """\
name: Test Desk
addresses:
  - {address: support@desk.example, queue: support}
queues:
  support: {teams: [support]}
"""
AGENTS = """\
agents:
  - {name: Ana, address: ana@desk.example, teams: [support]}
"""


def write_desk(folder: Path, desk: str = DESK, agents: str = AGENTS, **others: str) -> Path:
    """A desk folder with these files; `settings="…"` writes settings.yaml, and so on."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {"desk": desk, "agents": agents, **others}.items():
        (folder / f"{name}.yaml").write_text(dedent(content), encoding="utf-8")
    return folder


def mistakes_of(desk: Path) -> list[str]:
    """The mistakes that loading the policy finds, as an admin reads them."""
    try:
        load_policy(desk)
    except BadPolicy as bad:
        return [str(m) for m in bad.mistakes]
    return []
