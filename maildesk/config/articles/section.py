"""`articles:` of desk.yaml: in which mails articles are named, and how many."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from maildesk.config.kinds import Section

Few = Annotated[int, Field(ge=0, le=10)]


class ArticlesSection(Section):
    """How many articles a mail names at most; 0: none."""

    in_acknowledgement: Few = 3
    in_notifications: Few = 3
