"""The one path of every letter, and that there is no other."""

from __future__ import annotations

import ast
from dataclasses import fields
from pathlib import Path

import maildesk
from maildesk.desk.mails.registry import MAILS
from maildesk.pipeline.letters.letter import LetterSpec
from tests.pipeline.place import Place, mail

ROOM = Path(maildesk.__file__).parent / "pipeline" / "letters"
MOST = 7  # parameters of a function; more belong into a value


def test_no_function_of_the_room_has_a_row_of_parameters() -> None:
    long = {
        f"{file.name}:{node.name}": count
        for file in ROOM.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and (count := len(node.args.args) + len(node.args.kwonlyargs)) > MOST
    }
    assert long == {}


def test_a_spec_is_a_frozen_value() -> None:
    assert LetterSpec.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert "mail" in {one.name for one in fields(LetterSpec)}


def test_the_outbox_calls_every_letter_by_the_name_of_its_mail(place: Place) -> None:
    file = place.folder / "desk.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("admins: [ana@", "admins: [boss@", 1), encoding="utf-8")
    assert place.services.keeper.reload_now()
    place.receive(mail())
    place.answer("ben@desk.example", "#take\n#note\nHm.")
    place.answer("ben@desk.example", "#escalate it smokes")
    found = {row.purpose for row in place.rows("outbox")}
    assert found <= set(MAILS)
    assert {"agent_new", "escalated", "admin_alarm"} <= found
