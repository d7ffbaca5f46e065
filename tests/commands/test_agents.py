"""`maildesk agents`: who answers, and the admin's way to kill a leaked reply address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from maildesk.commands import agents
from maildesk.desk.policy import Absence
from maildesk.store.agents import set_absences
from maildesk.store.notices import digests
from tests.pipeline.place import FRIDAY, Place, mail


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path / "desk")
    made.receive(mail())
    yield made
    made.services.db.close()


def ask(place: Place, *words: str) -> Result:
    return CliRunner().invoke(agents.app, [*words, "--desk", str(place.folder)])


def test_an_admin_kills_an_agents_addresses_and_sees_when(place: Place) -> None:
    assert [
        row["renewed_at"] for row in json.loads(ask(place, "list", "--json").stdout)["agents"]
    ] == [None, None, None]
    to = str(place.letters("ben@desk.example")[-1]["Reply-To"]).rpartition("<")[2].rstrip(">")
    renewed = ask(place, "renew", "ben")
    assert (renewed.exit_code, "ben@desk.example" in renewed.stdout) == (0, True)
    (letter,) = [
        one
        for one in place.letters("ben@desk.example")
        if one["Subject"] == "Your reply addresses were renewed"
    ]
    assert "The next notification" in letter.as_string()
    raw = mail("Send me your password.", From="ben@desk.example", To=to)
    leaked = place.receive(raw, "ben@desk.example", to)
    assert leaked.outcome == "held renewed"
    told = place.letters("ben@desk.example")[-1].as_string()
    assert "your reply addresses were renewed" in told
    assert "Ben Okafor renewed" not in told
    rows = {
        row["address"]: row["renewed_at"]
        for row in json.loads(ask(place, "list", "--json").stdout)["agents"]
    }
    assert [address for address, at in rows.items() if at] == ["ben@desk.example"]


def test_the_list_says_who_is_away_by_the_file_and_by_mail(place: Place) -> None:
    agents_file = place.folder / "agents.yaml"
    line = "address: carla@desk.example\n"
    away = f"{line}    away: {{from: 2098-12-21, until: 2099-01-04}}\n"
    agents_file.write_text(agents_file.read_text().replace(line, away))
    assert place.services.keeper.reload_now()
    said = Absence(datetime(2098, 11, 1, tzinfo=UTC), FRIDAY)
    with place.services.db.write() as conn:
        set_absences(conn, "ben@desk.example", [said], FRIDAY)
    table = ask(place, "list").stdout
    assert "until 2098-11-01" in next(row for row in table.splitlines() if "Ben" in row)
    assert "from 2098-12-21" in next(row for row in table.splitlines() if "Carla" in row)
    listed = json.loads(ask(place, "list", "--json").stdout)["agents"]
    years = {row["address"]: [one["until"][:4] for one in row["away"]] for row in listed}
    assert years == {
        "ana@desk.example": [],
        "ben@desk.example": ["2098"],
        "carla@desk.example": ["2099"],
    }


def test_the_list_says_what_was_chosen_by_mail(place: Place) -> None:
    place.answer("ben@desk.example", "#bundle 10m\n#quiet-hours 20:00-7:00\n#notify status off")
    with place.services.db.write() as conn:
        digests.say(conn, "ben@desk.example", 450, FRIDAY)
    (row,) = (one for one in ask(place, "list").stdout.splitlines() if "Ben" in one)
    chosen = ["bundle 10m", "quiet-hours 20:00-7:00", "digest 7:30", "notify status off"]
    assert ", ".join(chosen) in row
    listed = json.loads(ask(place, "list", "--json").stdout)["agents"]
    assert [row["chosen"] for row in listed] == [[], chosen, []]


def test_what_an_agent_is_told_is_chosen_at_the_command_line_as_by_mail(place: Place) -> None:
    done = ask(place, "quiet-hours", "ben", "from", "8pm", "to", "7am")
    assert (done.exit_code, done.stdout) == (
        0,
        "Ben Okafor: done: From 20:00 to 7:00 nothing is sent to Ben Okafor; it comes afterwards, "
        "in one mail. What does not wait: a deadline is near, or was missed; whatever happens to "
        "an urgent ticket. Before: Ben Okafor has no quiet hours. "
        "maildesk agents quiet-hours ben default takes that back.\n",
    )
    assert "would be done" in ask(place, "bundle", "carla", "10m", "--dry").stdout
    ask(place, "notify", "carla", "status", "off")  # who speaks German
    listed = json.loads(ask(place, "list", "--json").stdout)["agents"]
    assert [row["chosen"] for row in listed] == [
        [],
        ["quiet-hours 20:00-7:00"],
        ["notify status off"],
    ]
    shown = ask(place, "notify", "carla").stdout
    assert "maildesk agents notify carla status on" in shown
    assert "Now off: a colleague gave their ticket" in shown
    purposes = [row.purpose for row in place.rows("outbox")]
    assert "agent_answer" not in purposes, "the command line has shown it"


def test_what_cannot_be_chosen_is_refused_at_the_command_line(place: Place) -> None:
    refused = ask(place, "remind", "ben", "soon")
    assert refused.exit_code == 1
    assert "such as maildesk agents remind ben 4h" in refused.stderr
    slip = ask(place, "bundle", "bne", "10m")
    assert slip.exit_code == 2
    assert slip.stderr.endswith("carla@desk.example; did you mean ben?\n")


def test_nothing_is_said_to_the_admin_as_if_they_were_the_agent(place: Place) -> None:
    for words in (
        "bundle ben 10m", "bundle ben", "bundle ben off", "bundle ben default", "bundle ben x",
        "remind ben 4h", "remind ben off", "remind ben x", "quiet-hours ben on",
        "quiet-hours ben 20:00-7:00", "quiet-hours ben off", "quiet-hours ben x",
        "notify ben", "notify ben status off", "notify ben all", "notify ben off", "notify ben x",
        "notify ben reminder off", "notify ben digest on", "digest ben 8:00", "digest ben off",
        "digest ben x", "away ben until friday", "away ben from monday to friday", "away ben x",
        "back ben", "back ben",
    ):  # fmt: skip
        done = ask(place, *words.split())
        said = f" {done.stdout}{done.stderr} ".lower()
        assert done.exit_code in (0, 1), words
        for word in (" you ", " your ", " yours", "#"):
            assert word not in said.replace("\n", " "), (words, said)


def test_the_way_back_is_a_command_line_that_works(place: Place) -> None:
    """Also for somebody whose first name is another's, too, and has a brace in it."""
    agents_file = place.folder / "agents.yaml"
    text = agents_file.read_text(encoding="utf-8")
    more = "\n  - name: Ben {Ito}\n    address: ito@desk.example\n"
    agents_file.write_text(f"{text}{more}", encoding="utf-8")
    place.services.keeper.reload_now()
    done = ask(place, "bundle", "ito", "10m").stdout
    assert "Of one ticket Ben {Ito} gets one mail in 10 minutes" in done
    assert "maildesk agents bundle ito default takes that back." in done
    assert "Before: Of one ticket" in ask(place, "bundle", "ito", "default").stdout


def test_nobody_is_renewed_where_nobody_is_meant(place: Place) -> None:
    wrong = ask(place, "renew", "mallory")
    assert wrong.exit_code == 2
    assert "there is no agent mallory; there are ana@desk.example" in wrong.stderr


def test_a_name_that_two_agents_have_renews_nobodys_addresses(place: Place) -> None:
    agents_file = place.folder / "agents.yaml"
    text = agents_file.read_text(encoding="utf-8")
    agents_file.write_text(
        f"{text}\n  - name: Ben Ito\n    address: ito@desk.example\n", encoding="utf-8"
    )
    refused = ask(place, "renew", "ben")
    assert refused.exit_code == 2
    assert "ben may be ben@desk.example or ito@desk.example" in refused.stderr
