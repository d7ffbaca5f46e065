"""The picture of how a message moves: `python deploy/flow.py` writes deploy/pictures/flow.svg."""

from __future__ import annotations

from html import escape
from pathlib import Path

WIDTH, HEIGHT = 1060, 470
INK, SOFT, LINE, ACCENT, PANEL, TABLE = (
    "#1f2933",
    "#5b6875",
    "#9aa5b1",
    "#2f5d8a",
    "#f2f5f8",
    "#ffffff",
)
FONT = "font-family=\"system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif\""


def box(
    x: int,
    y: int,
    width: int,
    title: str,
    line: str = "",
    *,
    fill: str = "#ffffff",
    ink: str = INK,
    height: int = 54,
) -> str:
    """A rounded box with a title and, below it, a line in small letters. x is its left
    edge, y its middle."""
    middle = x + width // 2
    words = text(
        middle,
        y + 5 if not line else y - 3,
        title,
        size=15,
        weight=600,
        colour=ink,
        anchor="middle",
    )
    if line:
        words += text(
            middle, y + 15, line, size=12, colour=SOFT if ink == INK else "#dbe6f0", anchor="middle"
        )
    stroke = LINE if ink == INK else fill
    return (
        f'<rect x="{x}" y="{y - height // 2}" width="{width}" height="{height}" rx="8" '
        f'fill="{fill}" stroke="{stroke}"/>{words}'
    )


def text(
    x: int,
    y: int,
    words: str,
    *,
    size: int = 12,
    weight: int = 400,
    colour: str = SOFT,
    anchor: str = "start",
) -> str:
    """A line of text."""
    return (
        f'<text x="{x}" y="{y}" {FONT} font-size="{size}" font-weight="{weight}" '
        f'fill="{colour}" text-anchor="{anchor}">{escape(words)}</text>'
    )


def arrow(*points: tuple[int, int], dashed: bool = False) -> str:
    """A line through these points with a head at its end; dashed for what is only a hint."""
    path = "M" + " L".join(f"{x} {y}" for x, y in points)
    style = f'stroke="{ACCENT if dashed else INK}" stroke-width="1.4"' + (
        ' stroke-dasharray="2 4"' if dashed else ""
    )
    return (
        f'<path d="{path}" fill="none" {style} marker-end="url(#{"hint" if dashed else "head"})"/>'
    )


def head(name: str, colour: str) -> str:
    """The head of an arrow."""
    shape = f'<path d="M0 0 L8 4 L0 8 z" fill="{colour}"/>'
    return (
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7.4" refY="4" markerWidth="8" '
        f'markerHeight="8" '
        f'orient="auto-start-reverse">{shape}</marker>'
    )


def doors() -> list[str]:
    """Where mail comes in."""
    return [
        text(30, 42, "MAIL IN", size=11, weight=600),
        box(30, 80, 130, "SMTP, LMTP", height=36),
        box(30, 126, 130, "IMAP", height=36),
        box(30, 172, 130, "pipe", height=36),
        arrow((160, 80), (178, 80), (178, 172), (178, 328), (206, 328)),
        f'<path d="M160 126 H178 M160 172 H178" stroke="{INK}" stroke-width="1.4"/>',
        text(170, 232, "committed,", anchor="end"),
        text(170, 249, "only then 250", anchor="end"),
    ]


def work() -> list[str]:
    """What the workers do: a fact, a decision, its effects, a mail."""
    return [
        text(228, 42, "WORK", size=11, weight=600),
        box(228, 80, 170, "receive", "parse, understand, thread"),
        box(228, 172, 170, "fire", "a clock rang"),
        box(
            486,
            126,
            176,
            "decide",
            "ticket, fact, policy, now",
            fill=ACCENT,
            ink="#ffffff",
            height=64,
        ),
        box(738, 126, 116, "apply", "one transaction", height=64),
        box(890, 126, 140, "deliver", "to the relay", height=64),
        arrow((398, 80), (440, 80), (440, 116), (482, 116)),
        arrow((398, 172), (440, 172), (440, 136), (482, 136)),
        text(446, 92, "fact"),
        arrow((662, 126), (734, 126)),
        text(698, 116, "effects", anchor="middle"),
        arrow((960, 94), (960, 52)),
        text(974, 70, "MAIL OUT", size=11, weight=600),
    ]


def tables() -> list[str]:
    """The database: three tables of rows that are due, and what the desk remembers."""
    return [
        f'<rect x="190" y="268" width="840" height="112" rx="10" fill="{PANEL}"/>',
        text(540, 374, "THE DATABASE", size=11, weight=600),
        box(210, 328, 116, "spool", "due", fill=TABLE),
        box(356, 328, 116, "timers", "due", fill=TABLE),
        box(540, 328, 200, "tickets, history", "remembered", fill=TABLE),
        box(872, 328, 130, "outbox", "due", fill=TABLE),
        arrow((216, 301), (216, 80), (224, 80)),
        arrow((372, 301), (372, 203)),
        arrow((796, 158), (796, 240), (937, 240), (937, 297)),
        arrow((796, 240), (640, 240), (640, 297)),
        arrow((640, 240), (424, 240), (424, 297)),
        arrow((984, 301), (984, 162)),
    ]


def ticker() -> list[str]:
    """Who looks when a kick was lost."""
    words = "every second: is anything due that nobody was told of?"
    return [
        box(356, 430, 384, "ticker", words),
        arrow((414, 403), (414, 359), dashed=True),
        arrow((356, 430), (268, 430), (268, 359), dashed=True),
        arrow((740, 430), (937, 430), (937, 359), dashed=True),
    ]


def picture() -> str:
    """The whole picture as SVG."""
    parts = [*tables(), *doors(), *work(), *ticker()]
    title = "How a message moves: doors, spool, receive, decide, apply, outbox, deliver"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{title}">\n'
        f"<title>{title}</title><defs>{head('head', INK)}{head('hint', ACCENT)}</defs>\n"
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="12" fill="#ffffff"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


if __name__ == "__main__":
    Path(__file__).with_name("pictures").joinpath("flow.svg").write_text(
        picture(), encoding="utf-8"
    )
