"""Moments as pages say them: short, as somebody would, and the whole of it for programs, for who
points at it, and on paper.

A day of this week or this year needs no year, and today's and yesterday's have their hour. What is
saved as a file is read later, so it has whole dates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from maildesk.desk.mails.wording import Language

_ALONE, _WITHIN = "moment", "on"  # what the forms' names begin with: by itself, in a sentence
_WEEK, _YEAR = 7, 12


def filters_of(words: Mapping[str, str], spoken: Language) -> dict[str, Callable[..., Any]]:
    """`day` and `on_day`, in a language whose pages have these words: `14:05` and `at 14:05`."""
    days, months = (tuple(words[name].split()) for name in ("short_days", "short_months"))
    if len(days) == _WEEK and len(months) == _YEAR:
        short = replace(spoken, days=days, short_months=months)
    else:
        short = spoken

    def said(context: Context, at: object, begun: str) -> Markup:
        if not isinstance(at, datetime):
            raise TypeError(f"expected a moment, found {type(at).__name__}")
        now, whole = context.get("now"), spoken.moment(at, spoken.long)
        is_kept = context.get("downloaded") or not isinstance(now, datetime)
        form = spoken.brief if is_kept else words[f"{begun}_{_form(at, now)}"]
        shown, exact = escape(short.moment(at, form)), at.isoformat(timespec="minutes")
        html = f'<time datetime="{exact}" title="{escape(whole)}">{shown}</time>'
        return Markup(html)  # noqa: S704 - escaped

    @pass_context
    def day(context: Context, at: object) -> Markup:
        return said(context, at, _ALONE)

    @pass_context
    def on_day(context: Context, at: object) -> Markup:
        return said(context, at, _WITHIN)

    return {"day": day, "on_day": on_day}


def _form(at: datetime, now: datetime) -> str:
    """Which of the forms a moment takes at another, in its own zone."""
    today = now.astimezone(at.tzinfo).date()
    ago = (today - at.date()).days
    if ago in (0, 1):
        return "today" if ago == 0 else "yesterday"
    return "day" if at.year == today.year else "year"
