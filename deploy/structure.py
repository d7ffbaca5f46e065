"""Pictures made from the code: the rooms with the arrows between them, and how a ticket moves.

    .venv/bin/python deploy/structure.py [--into FOLDER]     rooms.svg and moves.svg, into
    deploy/pictures/

The rooms are the folders of maildesk/ and the modules beside them that name one; an arrow says that
the upper one imports from the lower one. What follows from other arrows is left out.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Mapping
from graphlib import TopologicalSorter
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flow import ACCENT, INK, LINE, PANEL, SOFT, arrow, box, head, text

from maildesk.desk.ticket import TRANSITIONS, Move, Status

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parent / "maildesk"
Arrows = Mapping[str, set[str]]
Points = tuple[tuple[int, int], ...]
WIDE, HIGH, STEP, MARGIN = 250, 54, 84, 40  # of a room; between the middles of two floors


def main() -> None:
    """Draw both."""
    options = argparse.ArgumentParser(description="Pictures made from the code.")
    options.add_argument("--into", type=Path, default=HERE / "pictures")
    into = options.parse_args().into
    for name, picture in (("rooms", rooms()), ("moves", moves())):
        (into / f"{name}.svg").write_text(picture, encoding="utf-8")


def svg(title: str, width: int, height: int, parts: list[str]) -> str:
    """The whole file."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(title)}">\n'
        f"<title>{escape(title)}</title><defs>{head('head', INK)}</defs>\n"
        f'<rect width="{width}" height="{height}" rx="12" fill="#ffffff"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


# -- rooms ------------------------------------------------------------------------


def rooms() -> str:
    """Every room on its floor."""
    found = imports()
    beside = {
        name
        for name in found
        if not (SOURCES / name).is_dir() and not any((SOURCES / o).is_dir() for o in found[name])
    }
    arrows = reduced(
        {name: others - beside for name, others in found.items() if name not in beside}
    )
    floors = levels(arrows)
    top = max(floors.values())
    rows = [
        sorted(name for name, floor in floors.items() if floor == n) for n in range(top, -1, -1)
    ]
    width = max(len(row) for row in rows) * (WIDE + 2 * MARGIN) + 2 * MARGIN
    places = {
        name: (width * (2 * n + 1) // (2 * len(row)), 50 + STEP * at)
        for at, row in enumerate(rows)
        for n, name in enumerate(row)
    }
    lines = [
        arrow(*way(places, upper, lower))
        for upper in sorted(arrows)
        for lower in sorted(arrows[upper])
    ]
    boxes = [
        box(x - WIDE // 2, y, WIDE, name, first_words(name)) for name, (x, y) in places.items()
    ]
    foot = 50 + STEP * top + 62
    note = f"beside the rooms, for all of them: {', '.join(sorted(beside))}"
    return svg(
        "The rooms of maildesk and who imports from whom",
        width,
        foot + 24,
        [*lines, *boxes, text(MARGIN, foot, note)],
    )


def imports() -> Arrows:
    """Room or module -> those it imports from."""
    found: dict[str, set[str]] = {}
    for path in sorted(SOURCES.rglob("*.py")):
        name = path.relative_to(SOURCES).parts[0].removesuffix(".py")
        if name == "__init__":
            continue
        named = found.setdefault(name, set())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                named |= {
                    f"{node.module}.{alias.name}".split(".")[1]
                    for alias in node.names
                    if node.module.startswith("maildesk")
                }
            elif isinstance(node, ast.Import):
                named |= {
                    alias.name.split(".")[1]
                    for alias in node.names
                    if alias.name.startswith("maildesk.")
                }
    return {
        name: {other for other in others if other in found and other != name}
        for name, others in found.items()
    }


def reduced(arrows: Arrows) -> Arrows:
    """Without the arrows that follow from others."""

    def reach(name: str) -> set[str]:
        return arrows[name] | {far for near in arrows[name] for far in reach(near)}

    return {
        name: {o for o in others if not any(o in reach(near) for near in others if near != o)}
        for name, others in arrows.items()
    }


def levels(arrows: Arrows) -> dict[str, int]:
    """How many floors above the ground each room is: one more than the highest it stands on."""
    floors: dict[str, int] = {}
    for name in TopologicalSorter(arrows).static_order():
        floors[name] = 1 + max((floors[other] for other in arrows[name]), default=-1)
    return floors


def way(places: Mapping[str, tuple[int, int]], upper: str, lower: str) -> Points:
    """From the foot of one room to the roof of the other: across where no room between them is in
    the way down."""
    (x, y), (to_x, to_y) = places[upper], places[lower]
    start, end = y + HIGH // 2, to_y - HIGH // 2
    if x == to_x:
        return (x, start), (x, end)
    is_blocked = any(
        y < at < to_y and abs(middle - to_x) < WIDE // 2 for middle, at in places.values()
    )
    across = end - 11 if is_blocked else start + 11
    return (x, start), (x, across), (to_x, across), (to_x, end)


def first_words(name: str) -> str:
    """What the room says of itself, up to the first stop."""
    path = SOURCES / name / "__init__.py" if (SOURCES / name).is_dir() else SOURCES / f"{name}.py"
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return re.split(r"[.:;]", said, maxsplit=1)[0]


# -- moves ------------------------------------------------------------------------


def moves() -> str:
    """The table of moves: a row for each status, a column for each move, and where it leads."""
    left, wide, high, top = 120, 104, 40, 74
    parts = [text(20, top - 16, "a ticket that is", size=12)]
    for n, move in enumerate(Move):
        parts.append(
            text(
                left + wide * n + wide // 2,
                top - 16,
                move.value.replace("_", " "),
                size=12,
                weight=600,
                anchor="middle",
            )
        )
    for row, status in enumerate(Status):
        y = top + high * row
        if row % 2 == 0:
            parts.append(
                f'<rect x="12" y="{y}" width="{left + wide * len(Move) - 16}" height="{high}" '
                f'rx="6" fill="{PANEL}"/>'
            )
        parts.append(
            text(20, y + 25, status.value.replace("_", " "), size=13, weight=600, colour=INK)
        )
        for n, move in enumerate(Move):
            target = TRANSITIONS[status][move]
            words, colour = (
                ("refused", LINE)
                if target is None
                else ("stays", SOFT)
                if target == status
                else (str(target), ACCENT)
            )
            middle = left + wide * n + wide // 2
            parts.append(
                text(
                    middle, y + 25, words.replace("_", " "), size=12, colour=colour, anchor="middle"
                )
            )
    foot = top + high * len(Status) + 26
    parts.append(text(20, foot, "reopened: in progress, or open while nobody has it"))
    return svg(
        "How a ticket moves: its statuses, and where each move leads",
        left + wide * len(Move) + 8,
        foot + 20,
        parts,
    )


if __name__ == "__main__":
    main()
