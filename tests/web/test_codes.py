"""The page on which a code is typed: after a wrong one it says one thing, and another is mailed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.places import running
from tests.web.talk import Place, Talk, field


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("codes")) as found:
        yield found


def test_another_code_is_mailed_and_a_wrong_one_is_not_contradicted(place: Place) -> None:
    talk = Talk(place, "Another code")
    asked = talk.post("code", {"form": field(talk.page(), "form")})
    assert "We have mailed a code" in asked.text
    talk.code()
    wrong = talk.post("confirm", {"form": field(asked.text, "form"), "code": "12"})
    assert wrong.status == 422
    assert "This is not the code" in wrong.text
    assert "We have mailed a code" not in wrong.text
    assert "Mail me another code" in wrong.text
    again = field(wrong.text.partition(f'action="{talk_path(talk)}/code"')[2], "form")
    more = talk.post("code", {"form": again})
    assert "We have mailed a code" in more.text
    done = talk.post("confirm", {"form": field(more.text, "form"), "code": talk.code()})
    assert done.status == 303


def talk_path(talk: Talk) -> str:
    return "/ticket/" + talk.link.rpartition("/")[2]
