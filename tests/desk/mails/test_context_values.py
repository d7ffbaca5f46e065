"""The variables of a mail are those of a context, whoever fills them in."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from maildesk.desk.mails.shown.context_values import mapped
from maildesk.desk.mails.views import Context, DeskView, FileView

DESK = DeskView("Desk", "support@desk.example")


LONG: tuple[Any, ...] = ("word " * 100_000, (FileView("a.txt", 1),) * 500)


@pytest.mark.parametrize("long", LONG, ids=("text", "list"))
@pytest.mark.parametrize("name", [one.name for one in fields(Context) if one.name != "desk"])
def test_a_mapping_is_that_of_a_context(name: str, long: Any) -> None:
    given: dict[str, Any] = {"desk": DESK, name: long}
    assert mapped(**given) == Context(**given).mapping()


def test_a_variable_that_there_is_not_is_refused() -> None:
    with pytest.raises(TypeError, match="subjekt"):
        mapped(desk=DESK, subjekt="x")
