"""Every reason for which mail is held: somebody is told, and once a person lets it through it
comes to something and the desk does not answer itself."""

from __future__ import annotations

import ast
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import maildesk
from maildesk.desk.quarantine.reasons import REASONS, Told, told
from maildesk.desk.threads.links import KeyRing, Purpose, signed_address
from maildesk.pipeline.admins.unseen_mail import Unseen
from maildesk.store import agents, quarantine
from tests.pipeline.delivery.test_delivery_reports import replied, report
from tests.pipeline.desk_changes import release, with_words
from tests.pipeline.place import KEY, SUPPORT, Place, mail
from tests.pipeline.test_proof import answered, from_network, trusting
from tests.pipeline.test_who_speaks import score, surveyed

BEN, KIM, LEE = "ben@desk.example", "kim@customer.example", "lee@elsewhere.example"
Recipe = Callable[[Place], Any]


def _spam(place: Place) -> Any:
    with_words(place, "# spam_filter: rspamd", "spam_filter: rspamd")
    return place.receive(mail(X_Spam="Yes"))


def _blocked(place: Place) -> Any:
    with_words(place, "block: []", f"block: [{KIM}]")
    return place.receive(mail())


def _looping(place: Place) -> Any:
    with_words(place, "per_ticket: 4", "per_ticket: 0")
    place.receive(mail())
    return place.answer(BEN, "Again.")


def _expired(place: Place) -> Any:
    place.receive(mail())
    place.later(731 * 86_400)
    return place.answer(BEN, "Late.")


def _renewed(place: Place) -> Any:
    place.receive(mail())
    with place.services.db.write() as conn:
        agents.renew(conn, BEN, place.now, "ana")
    return place.answer(BEN, "With the old one.")


def _old_address(place: Place) -> Any:
    trusting(place, "ask_after: 30d")
    place.receive(mail())
    place.later(86_400 * 31)
    return place.answer(BEN, "An answer.")


def _new_network(place: Place) -> Any:
    trusting(place, "ask_new_network: yes")
    place.receive(mail())
    from_network(place, "9.9.9.9", "From here.")
    from_network(place, "8.8.8.8", "From there.")
    return place.rows("spool")[-1]


def _known_to_others(place: Place) -> Any:
    place.receive(mail())
    notice = place.letters(BEN)[-1]
    answered(place, "To all.", notice, Cc=LEE)
    return answered(place, "Once more.", notice)


def _spoofed(place: Place) -> Any:
    place.receive(mail())
    to = str(place.letters(BEN)[0]["Reply-To"]).rpartition("<")[2].rstrip(">")
    return place.receive(mail("In Ben's name.", From=LEE, To=to), LEE, to)


def _revoked(place: Place) -> Any:
    place.receive(mail())
    carla, agents_file = "carla@desk.example", place.folder / "agents.yaml"
    text = agents_file.read_text(encoding="utf-8")
    with_words(place, text[text.index("  - name: Carla") :], "", "agents.yaml")
    return place.answer(carla, "Still here.")


def _not_confirmed(place: Place) -> Any:
    place.receive(mail(From=f"Ben <{BEN}>"), BEN)
    asked = place.letters(BEN)[-1]
    to = str(asked["Reply-To"]).rpartition("<")[2].rstrip(">")
    return place.receive(mail("No, that was not me.", From=BEN, To=to), BEN, to)


def _unknown_command(place: Place) -> Any:
    place.receive(mail())
    return place.answer(BEN, "#clsoe\nDone.")


def _stale(place: Place) -> Any:
    place.receive(mail())
    notice = place.letters(BEN)[-1]
    place.later(60)
    place.answer("ana@desk.example", "A colleague was quicker.")
    return answered(place, "Not knowing that.", notice)


def _no_file(place: Place) -> Any:
    place.receive(mail())
    return place.answer(BEN, "The driver is attached.")


def _mixes(place: Place) -> Any:
    place.receive(mail("The printer jams."))
    place.receive(mail("No paper comes.", From=LEE), LEE)
    return place.answer(BEN, "#merge TKT-0001")


def _deletes(place: Place) -> Any:
    file = place.folder / "agents.yaml"
    text = file.read_text(encoding="utf-8")
    named = "name: Ben Okafor\n"
    assert named in text
    file.write_text(text.replace(named, f"{named}    role: super_admin\n"), encoding="utf-8")
    file = place.folder / "desk.yaml"
    text = file.read_text(encoding="utf-8").replace(
        "\ntrust:\n", "\ntrust:\n  levels: {delete: signed}\n"
    )
    file.write_text(text, encoding="utf-8")
    assert place.services.keeper.reload_now()
    place.receive(mail("The printer jams."))
    return place.answer(BEN, "#delete")


def _no_ticket(place: Place) -> Any:
    day = (place.now + timedelta(days=30)).date()
    to = signed_address(KeyRing({"a": KEY}), SUPPORT, Purpose.AGENT_REPLY, 999, BEN, day)
    return place.receive(mail("To what is gone.", From=BEN, To=to), BEN, to)


def _survey(place: Place) -> Any:
    return score(place, surveyed(place), "1", LEE)


def _kept_out(place: Place) -> Any:
    place.receive(mail())
    place.answer(BEN, f"#keepout {LEE}")
    theirs = str(place.rows("messages")[0].message_id)
    return place.receive(mail("Let me in.", From=LEE, In_Reply_To=f"<{theirs}>"), LEE)


def _unproved_report(place: Place) -> Any:
    row = replied(place)
    return place.receive(report(row.message_id, row.recipient), "", SUPPORT)


def _postmaster(place: Place) -> Any:
    with_words(place, "max_total: 20 MB", "max_total: 1 KB")
    to = "postmaster@desk.example"
    return place.receive(mail("x" * 2000, To=to), KIM, to)


def _kept_by_hand(reason: str) -> Recipe:
    """What nothing but a broken message, disk or program brings about."""

    def recipe(place: Place) -> Any:
        row_id = place.spool(mail(secrets.token_hex(4)))
        with place.services.db.write() as conn:
            whole = reason != "oversized"
            quarantine.hold(
                conn,
                now=place.now,
                reason=reason,
                words="as it happens",
                spool_id=row_id if whole else None,
                sender=KIM,
            )
            conn.exec_driver_sql(
                f"UPDATE spool SET state = 'held', due_at = NULL WHERE id = {row_id}"
            )
        return place.row("spool", row_id)

    return recipe


RECIPES: Mapping[str, tuple[Recipe, str]] = {  # and the outcome of a release
    "spam": (_spam, "opened"),
    "blocked": (_blocked, "opened"),
    "automatic": (lambda p: p.receive(mail(Auto_Submitted="auto-replied")), "opened"),
    "looping": (_looping, "threaded"),
    "no_sender": (lambda p: p.receive(mail(From=""), ""), "opened"),
    "own_address": (lambda p: p.receive(mail(From=SUPPORT), LEE), "opened"),
    "unproven_agent": (lambda p: p.receive(mail(From=f"Ben <{BEN}>"), BEN), "opened"),
    "expired": (_expired, "threaded"),
    "renewed": (_renewed, "threaded"),
    "old_address": (_old_address, "threaded"),
    "new_network": (_new_network, "threaded"),
    "known_to_others": (_known_to_others, "threaded"),
    "spoofed": (_spoofed, "threaded"),
    "revoked": (_revoked, "threaded"),
    "not_confirmed": (_not_confirmed, "opened"),
    "unknown_command": (_unknown_command, "threaded"),
    "stale": (_stale, "threaded"),
    "no_file": (_no_file, "threaded"),
    "mixes_customers": (_mixes, "threaded"),
    "asks_delete": (_deletes, "deleted"),
    "no_ticket": (_no_ticket, "opened"),
    "survey": (_survey, "threaded"),
    "kept_out": (_kept_out, "threaded"),
    "unmatched_report": (lambda p: p.receive(report("x@y.example", KIM), "", SUPPORT), "opened"),
    "unproved_report": (_unproved_report, "failed"),
    "postmaster": (_postmaster, "passed_on"),
    "oversized": (_kept_by_hand("oversized"), ""),
    "unreadable": (_kept_by_hand("unreadable"), "opened"),
    "poison": (_kept_by_hand("poison"), "opened"),
    "refused": (_kept_by_hand("refused"), "opened"),
}


def test_every_reason_has_a_recipe() -> None:
    assert set(RECIPES) == set(REASONS)


@pytest.mark.parametrize("reason", REASONS)
def test_what_is_held_is_told_to_somebody(place: Place, reason: str) -> None:
    recipe, _ = RECIPES[reason]
    recipe(place)
    assert place.rows("quarantine")[-1].reason == reason
    unseen = Unseen()
    unseen.look(place.services)
    alarm = [one for one in alarms(place) if reason in str(one.get_body(("plain",)))]
    expected = REASONS[reason].told
    if expected is Told.AGENT:
        asked = {row.recipient for row in place.rows("outbox") if row.purpose in _ASKS}
        assert BEN in asked
        assert not alarm, "the agent knows"
    elif expected is Told.ADMINS:
        assert alarm
    else:
        assert not alarm, "it comes in numbers"
        place.later(86_400)
        unseen.look(place.services)
        assert [one for one in alarms(place) if reason in str(one.get_body(("plain",)))]


_ASKS = (
    *("agent_held", "agent_unknown_command", "agent_stale", "agent_mixes", "agent_no_file"),
    "agent_delete",
)


@pytest.mark.parametrize("reason", [reason for reason in REASONS if reason != "oversized"])
def test_what_is_released_comes_to_something(place: Place, reason: str) -> None:
    recipe, outcome = RECIPES[reason]
    row = recipe(place)
    before = len(place.rows("outbox"))
    assert release(place, row.id) == outcome
    assert place.rows("quarantine", state="held", spool_id=row.id) == []
    written = {one.recipient for one in place.rows("outbox")[before:]}
    desk = {one.key for one in place.services.keeper.current.policy.addresses}
    assert not written & desk, "the desk does not answer itself"
    assert not [one for one in written if one.endswith(".invalid")]


def test_what_seems_to_be_an_agents_and_was_asked_of_nobody_is_told_to_the_admins(
    place: Place,
) -> None:
    """A program in Ben's name that uses somebody else's address: nobody is asked."""
    place.receive(mail())
    to = str(place.letters(BEN)[0]["Reply-To"]).rpartition("<")[2].rstrip(">")
    raw = mail("Automatic.", From=LEE, To=to, Auto_Submitted="auto-generated")
    assert place.receive(raw, LEE, to).outcome == "held spoofed"
    Unseen().look(place.services)
    assert "spoofed" in str(alarms(place)[-1].get_body(("plain",)))


def test_of_what_comes_in_numbers_the_admins_hear_once_a_day(both: Place) -> None:
    with_words(both, "block: []", f"block: [{KIM}]")
    for number in range(3):
        both.receive(mail(f"Spam {number}."))
    for unseen in (Unseen(), Unseen()):  # a second ticker, and one after a restart
        unseen.look(both.services)
        assert alarms(both) == []
    both.later(86_400)
    for unseen in (Unseen(), Unseen()):
        unseen.look(both.services)
        unseen.look(both.services)
    (alarm,) = alarms(both)
    assert "3 messages" in str(alarm["Subject"])
    both.later(86_400)
    Unseen().look(both.services)
    assert len(alarms(both)) == 1


def test_every_reason_that_is_used_in_the_sources_stands_in_the_table() -> None:
    used = {word for path in _sources() for word in _reasons(ast.parse(path.read_text("utf-8")))}
    assert {"spam", "own_address", "poison", "refused"} <= used
    assert used <= set(REASONS)


def _sources() -> list[Path]:
    return sorted(Path(maildesk.__file__).parent.rglob("*.py"))


def _reasons(tree: ast.AST) -> set[str]:
    """What is given as the reason of a hold, where it is a word."""
    found = set()
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = ast.unparse(call.func).rpartition(".")[2]
        if name not in ("Hold", "Held", "hold", "_ask"):
            continue
        named = [one.value for one in call.keywords if one.arg == "reason"]
        first = call.args[:1] if name == "Held" else call.args[2:3] if name == "hold" else []
        words = [one.value for one in (*named, *first) if isinstance(one, ast.Constant)]
        found |= {word for word in words if isinstance(word, str)}
    return found


def test_the_table_says_of_all_who_is_told() -> None:
    assert sum(len(told(kind)) for kind in Told) == len(REASONS)


def alarms(place: Place) -> list[Any]:
    """What the first admin was told of quarantine."""
    return [
        one
        for one in place.letters("ana@desk.example")
        if "quarantine" in str(one["Subject"]) or "held since" in str(one["Subject"])
    ]


def test_of_more_than_anybody_is_asked_about_an_agent_hears_the_number(place: Place) -> None:
    for number in range(12):
        raw = mail(f"Number {number}.", From=BEN, Subject=f"Matter {number}")
        assert place.receive(raw, BEN).outcome == "held unproven_agent"
    told = place.letters(BEN)
    texts = [" ".join(str(one.get_body(("plain",)).get_content()).split()) for one in told]  # type: ignore[union-attr]
    asked = [text for text in texts if "If it was you, open this address" in text]
    assert len(asked) == 5
    counted = [text for text in texts if "held in your name of late" in text]
    assert ["late: 6 mails" in text for text in counted[:1]] == [True]
    assert "Matter 5" in counted[0]
    assert ["late: 8 mails" in text for text in counted[1:]] == [True]
    assert len(texts) == 7
    assert len(place.rows("quarantine", state="held")) == 12


def test_what_an_agent_let_through_was_theirs_and_counts_for_nothing(place: Place) -> None:
    for number in range(12):
        place.receive(mail(f"Number {number}.", From=BEN, Subject=f"Matter {number}"))
        (held,) = place.rows("quarantine", state="held")
        release(place, held.id)
    told = place.letters(BEN)
    texts = [str(one.get_body(("plain",)).get_content()) for one in told]  # type: ignore[union-attr]
    assert len([one for one in texts if "If it was you, open this address" in one]) == 12
    assert not [one for one in texts if "held in your name of late" in " ".join(one.split())]
