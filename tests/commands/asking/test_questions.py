"""`maildesk who`, `maildesk stats`, `maildesk agents away`: what agents ask and tell by mail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from maildesk import cli
from tests.pipeline.place import Place
from tests.pipeline.place import mail as message

BEN, KIM, ANA = "ben@desk.example", "kim@customer.example", "ana.k@bigcorp.example"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Two tickets of Kim's, one of them archived, and one of Ana's of Big Corp."""
    made = Place(tmp_path / "desk")
    for words in ("One.", "Two."):
        made.receive(message(words, Subject=f"About {words}"))
    made.receive(message("Mine.", From=ANA, Subject="Order"), ANA)
    for name in ("close", "archive"):
        assert ask(made, "ticket", name, "1").exit_code == 0
    yield made
    made.services.db.close()


def ask(place: Place, *words: str) -> Result:
    if not cli.app.registered_groups:
        cli._register()
    return CliRunner().invoke(cli.app, [*words, "--desk", str(place.folder)])


def test_who_shows_the_person_what_is_known_and_all_their_tickets(place: Place) -> None:
    (place.folder / "contacts.csv").write_text(f"address,Plan\n{KIM},Gold\n", encoding="utf-8")
    assert ask(place, "ticket", "also", "2", "+kim@home.example", "--as", "ben").exit_code == 0
    done = ask(place, "who", KIM)
    assert done.exit_code == 0, done.output
    lines = [line for line in done.stdout.splitlines() if "contacts_read" not in line]  # the log
    assert KIM in lines[0]
    assert "also kim@home.example" in lines
    assert "Plan: Gold" in lines
    assert {line.split()[0] for line in lines[-2:]} == {"TKT-0002", "TKT-0001"}
    told = ask(place, "who", "kim@home.example", "--json").stdout
    by_other = json.loads(told[told.index("{") :])
    assert by_other["counts"] == {"open": 1, "closed": 1}
    assert by_other["known"] == {"Plan": "Gold"}


def test_who_is_asked_by_a_domain_and_told_as_csv(place: Place) -> None:
    found = json.loads(ask(place, "who", "@bigcorp.example", "--json").stdout)
    assert (found["address"], len(found["tickets"])) == (ANA, 1)
    head, line = ask(place, "who", "@bigcorp.example", "--csv").stdout.splitlines()
    assert head.startswith('"reference","subject"')
    assert line.startswith('"TKT-0003","Order"')


def test_who_may_be_an_organisation_of_the_desks_files(place: Place) -> None:
    for written in ("bigcorp", "Big Corp", "BIG corp"):
        done = ask(place, "who", written)
        assert done.exit_code == 0, done.output
        assert done.stdout.splitlines()[:2] == ["@bigcorp.example", "Big Corp, vip"]
        assert "TKT-0003" in done.stdout
    found = json.loads(ask(place, "who", "big corp", "--json").stdout)
    assert (found["organisation"], found["tier"], found["address"]) == (
        "Big Corp", "vip", "@bigcorp.example",
    )  # fmt: skip
    assert ask(place, "ticket", "delete", "3", "--yes").exit_code == 0
    none = ask(place, "who", "bigcorp")
    assert (none.exit_code, none.stdout) == (
        0,
        "Big Corp is an organisation of desk.yaml (@bigcorp.example); there is no ticket of it "
        "that you may see\n",
    )


def test_who_may_be_an_agent(place: Place) -> None:
    done = ask(place, "who", "ben")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("ben is an agent: Ben Okafor <ben@desk.example>; ")
    assert ask(place, "who", "ben", "--json").exit_code == 1


def test_of_nobody_nothing_is_told(place: Place) -> None:
    none = ask(place, "who", "max@elsewhere.example")
    assert (none.exit_code, none.stdout) == (1, "")
    assert "there is no ticket of" in none.stderr
    assert ask(place, "who", " ").exit_code == 2


def test_stats_counts_each_view_and_mine_with_an_agent(place: Place) -> None:
    assert ask(place, "ticket", "assign", "2", "ben").exit_code == 0
    counted = {
        one["name"]: one["tickets"]
        for one in json.loads(ask(place, "stats", "--as", "ben", "--json").stdout)["views"]
    }
    assert (counted["mine"], counted["open"], counted["archived"]) == (1, 2, 1)
    shown = ask(place, "stats").stdout.splitlines()
    assert shown[0].split() == ["view", "tickets"]
    assert not any(line.startswith("mine") for line in shown)
    assert ask(place, "stats", "--csv").stdout.splitlines()[0] == '"name","tickets","at_least"'


def test_an_agent_is_sent_away_and_back_and_gets_nothing_meanwhile(place: Place) -> None:
    tried = ask(place, "agents", "away", "ben", "3", "days", "--dry")
    assert tried.stdout.startswith("Ben Okafor: would be done: Ben Okafor is away until ")
    assert "until" not in ask(place, "agents", "list").stdout
    assert ask(place, "agents", "away", "ben", "3", "days").exit_code == 0
    listed = json.loads(ask(place, "agents", "list", "--json").stdout)["agents"]
    (away,) = next(one["away"] for one in listed if one["address"] == BEN)
    assert away["until"]
    back = ask(place, "agents", "back", "ben")
    assert (back.exit_code, back.stdout.strip()) == (
        0,
        "Ben Okafor: done: Ben Okafor is here again.",
    )
    again = ask(place, "agents", "back", "ben")
    assert (again.exit_code, again.stderr.strip()) == (
        1,
        "Ben Okafor: not done: Ben Okafor is not away",
    )
    wrong = ask(place, "agents", "away", "ben", "whenever")
    assert (wrong.exit_code, "maildesk agents away ben until friday" in wrong.stderr) == (1, True)
    assert place.letters(BEN) == [] or "away" not in str(place.letters(BEN)[-1]["Subject"])


def test_a_digest_is_mailed_now_or_ordered_for_each_day(place: Place) -> None:
    before = len(place.letters(BEN))
    done = ask(place, "agents", "digest", "ben")
    assert (done.exit_code, "mail: agent_digest to" in done.stdout) == (0, True), done.output
    assert len(place.letters(BEN)) == before + 1
    each = ask(place, "agents", "digest", "ben", "8:00")
    assert each.exit_code == 0, each.output
    assert "at 08:00 CE" in each.stdout  # by the zone's name
    assert len(place.rows("agent_timers", kind="digest")) == 1
    assert ask(place, "agents", "digest", "ben", "off").exit_code == 0
    assert ask(place, "agents", "digest", "ben", "whenever").exit_code == 1
