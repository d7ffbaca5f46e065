"""Every recipe of the guide, read out of the guide: no mistake in it, and it does what it says."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from maildesk.config.policy import load_policy
from maildesk.config.rules.remarks import remarks
from maildesk.config.yaml import parse
from maildesk.pipeline.fire import fire
from tests.config.desks import mistakes_of
from tests.pipeline.place import Place, mail
from tests.stories.running_desk import ROOT

GUIDE = (ROOT / "deploy" / "guide" / "recipes.md").read_text(encoding="utf-8")
HEADINGS = re.split(r"^## (.+)\n", GUIDE, flags=re.MULTILINE)[1:]
RECIPES = dict(zip(HEADINGS[::2], HEADINGS[1::2], strict=True))
ANA, BEN, CARLA = (f"{name}@desk.example" for name in ("ana", "ben", "carla"))
KIM = "kim@customer.example"
DAY = 24 * 3600
Try = Callable[[Place], None]
TRIES: dict[str, Try] = {}


def recipe(title: str) -> Callable[[Try], Try]:
    def keep(does: Try) -> Try:
        TRIES[title] = does
        return does

    return keep


def merged(old: Any, new: Any) -> Any:
    """What an admin makes of a file into which these lines are put."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return {
            key: merged(old[key], new[key]) if key in old and key in new else {**old, **new}[key]
            for key in {**old, **new}
        }
    if isinstance(old, list) and isinstance(new, list):
        known = {one.get("address"): one for one in new if isinstance(one, Mapping)}
        if any(known.keys() - {None}):
            return [merged(one, known.get(one["address"], {})) for one in old]
        return [*new, *old]
    return new


def cook(folder: Path, title: str) -> Path:
    """The example desk with the lines of this recipe."""
    shutil.copytree(ROOT / "deploy" / "desk", folder)
    blocks = re.findall(r"```yaml\n# (\w+\.yaml)\n(.*?)```", RECIPES[title], re.DOTALL)
    assert blocks, "a recipe has lines, and says in which file they stand"
    for name, text in blocks:
        path = folder / name
        data = merged(parse(path.read_bytes(), name).data, parse(text.encode(), name).data)
        with path.open("w", encoding="utf-8") as file:
            YAML().dump(data, file)
    return folder


@pytest.fixture
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """A place at the desk of this recipe."""
    made = Place(cook(tmp_path / "desk", request.param))
    yield made
    made.look_for_leaks()
    made.services.db.close()


def test_every_recipe_is_tried_and_listed() -> None:
    assert set(TRIES) == set(RECIPES)
    listed = re.findall(r"\]\(#([\w-]+)\)", GUIDE.partition("\n## ")[0])
    slugs = [re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in RECIPES]
    assert sorted(listed) == sorted(slugs)


@pytest.mark.parametrize("title", RECIPES)
def test_a_recipe_has_no_mistake_and_nothing_in_it_can_never_hold(
    tmp_path: Path, title: str
) -> None:
    folder = cook(tmp_path / "desk", title)
    assert mistakes_of(folder) == []
    document = parse((folder / "rules.yaml").read_bytes(), "rules.yaml")
    assert list(remarks(document, load_policy(folder))) == []


@pytest.mark.parametrize(
    ("served", "does"),
    [pytest.param(title, title, id=title) for title in RECIPES],
    indirect=["served"],
)
def test_a_recipe_does_what_it_says(served: Place, does: str) -> None:
    TRIES[does](served)


# -- what each of them says ---------------------------------------------------


def write(place: Place, text: str, sender: str = KIM, **fields: str) -> Any:
    """A mail of this customer; the newest ticket."""
    name = sender.partition("@")[0].capitalize()
    place.receive(mail(text, From=f"{name} <{sender}>", **fields), sender, fields.get("To", ""))
    return place.rows("tickets")[-1]


def wait(place: Place, days: float) -> None:
    """Time goes by, timer by timer."""
    end = place.now + timedelta(days=days)
    while place.now < end:
        place.later(min(3600.0, (end - place.now).total_seconds()))
        while fire(place.services):
            pass


def purposes(place: Place, person: str) -> list[str]:
    return [row.purpose for row in place.rows("outbox", recipient=person)]


def words(place: Place, person: str) -> str:
    body = place.letters(person)[-1].get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


@recipe("Customers of a domain go to a queue, with high priority")
def _domain(place: Place) -> None:
    theirs = write(place, "Hello.", "lee@BigCorp.example")
    assert (theirs.queue, theirs.priority) == ("key-accounts", "high")
    assert write(place, "Hello!", "lee@notbigcorp.example").queue == "support"


@recipe("VIPs wait for nobody")
def _vip(place: Place) -> None:
    assert write(place, "One.", "eva@harbour.example").priority == "urgent"
    assert any(purpose == "agent_rule" for purpose in purposes(place, ANA))
    assert write(place, "Two.").priority == "normal"


@recipe("Everything of one sender goes to one person")
def _one_person(place: Place) -> None:
    assert write(place, "A.", "ian@bank.example").assignee == CARLA
    assert write(place, "B.", "tax@office.example").assignee == CARLA
    assert write(place, "C.", "else@office.example").assignee == ""


@recipe("German mail goes by turns to those who speak German")
def _by_turns(place: Place) -> None:
    found = [write(place, f"Hallo {n}.", Content_Language="de").assignee for n in range(4)]
    assert found == [CARLA, ANA, CARLA, ANA] or found == [ANA, CARLA, ANA, CARLA]
    assert write(place, "Hello there.").assignee == ""


@recipe("What nobody has taken is given to somebody")
def _taken(place: Place) -> None:
    assert write(place, "Hello.").assignee == ""
    wait(place, 0.5)
    assert place.row("tickets", 1).assignee in (ANA, BEN, CARLA)


@recipe("A holiday with a beginning")
def _holiday(place: Place) -> None:
    write(place, "Before.")
    assert purposes(place, CARLA) == ["agent_new"]
    place.now = datetime(2026, 12, 28, 10, tzinfo=UTC)
    write(place, "Meanwhile.", To="billing@desk.example")
    write(place, "And support.")
    assert purposes(place, CARLA) == ["agent_new"]
    assert purposes(place, BEN).count("agent_new") == 3
    place.now = datetime(2027, 1, 4, 10, tzinfo=UTC)
    write(place, "After.")
    assert purposes(place, CARLA) == ["agent_new", "agent_new"]


@recipe("Tickets of somebody who is away go to a colleague")
def _away(place: Place) -> None:
    agents = place.folder / "agents.yaml"
    write(place, "Hello.")
    place.answer(BEN, "#take")
    place.answer(BEN, "Yes?")
    line = "address: ben@desk.example"
    text = agents.read_text()
    assert line in text
    agents.write_text(text.replace(line, f"{line}\n    away_until: 2026-12-24"))
    for seconds in (100.0, 200.0):
        place.services.keeper.look(seconds)
    place.answer(KIM, "Still there?")
    assert place.row("tickets", 1).assignee in (ANA, CARLA)


@recipe("Keywords choose the category")
def _keywords(place: Place) -> None:
    assert write(place, "Hello.", Subject="My PASSWORD").category == "account"
    assert write(place, "I am Locked Out.", Subject="Help").category == "account"
    assert write(place, "Thanks.", Subject="Hello").category == ""


PDF = """\
MIME-Version: 1.0
From: Kim <kim@customer.example>
To: {to}
Subject: Invoice
Message-ID: <{to}>
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

See the file.
--b
Content-Type: application/pdf; name=invoice.pdf
Content-Disposition: attachment; filename=invoice.pdf

%PDF-1.4
--b--
"""


@recipe("A label by the type of a file")
def _file(place: Place) -> None:
    for to in ("billing@desk.example", "support@desk.example"):
        place.receive(PDF.format(to=to).replace("\n", "\r\n").encode(), KIM, to)
    billing, support = place.rows("tickets")
    assert billing.labels == ["check-invoice"]
    assert support.labels == []


@recipe("A customer number anywhere in a mail")
def _number(place: Place) -> None:
    signed = "The printer is dead.\r\n\r\nBest regards,\r\nKim Novak\r\nCustomer C-47110"
    assert write(place, signed).labels == ["has-number"]
    assert write(place, "My number is C-4711.").labels == ["has-number"]
    assert write(place, "None, and Vitamin C-3.").labels == []


@recipe("A field that fills itself")
def _order(place: Place) -> None:
    ticket = write(place, "It came broken: Order no. HB-12345.")
    assert ticket.fields == {"order_number": "HB-12345"}
    shown = " ".join(words(place, BEN).split())
    assert "Order number HB-12345 https://shop.example/orders/HB-12345" in shown


@recipe("What is known of a customer elsewhere")
def _known(place: Place) -> None:
    rows = "email,plan,seats,customer since\nkim@customer.example,Business,12,2019\n"
    (place.folder / "contacts.csv").write_text(rows, encoding="utf-8")
    place.services.keeper.reload_now()
    write(place, "It jams.")
    assert "Plan: Business Customer since: 2019" in " ".join(words(place, BEN).split())


@recipe("No acknowledgement for a monitoring system")
def _monitoring(place: Place) -> None:
    for sender in ("monitoring@customer.example", "disk@alerts.example"):
        assert write(place, f"ALERT {sender}", sender).reference
        assert purposes(place, sender) == []
    assert purposes(place, BEN) == ["agent_new", "agent_new"]
    write(place, "Hello.")
    assert len(purposes(place, KIM)) == 1


@recipe("No acknowledgement for some mail of a sender")
def _recovery(place: Place) -> None:
    sender = "monitoring@customer.example"
    assert write(place, "Fine.", sender, Subject="RECOVERED: disk").status == "resolved"
    assert purposes(place, sender) == []
    write(place, "Full.", sender, Subject="ALERT: disk")
    assert len(purposes(place, sender)) == 1


@recipe("Billing has hours of its own")
def _billing_hours(place: Place) -> None:
    write(place, "Hello.", To="billing@desk.example")  # a Friday: billing is closed, the desk open
    assert len(purposes(place, KIM)) == 1
    assert "Monday, 23 November 2026 at 10:00" in words(place, KIM)
    assert "is closed at the moment" in words(place, KIM)
    write(place, "Hello!")
    assert "is closed at the moment" not in words(place, KIM)


@recipe("The survey in one queue only")
def _survey(place: Place) -> None:
    write(place, "Hello.", To="billing@desk.example")
    place.answer(BEN, "#resolve\nPaid back.")
    assert "How did we do?" in words(place, KIM)
    write(place, "Hello!", "tom@customer.example")
    place.answer(BEN, "#resolve\nMended.")
    assert "How did we do?" not in words(place, "tom@customer.example")


@recipe("Close after five days of waiting")
def _five_days(place: Place) -> None:
    write(place, "Hello.")
    place.answer(BEN, "#wait\nWhich printer?")
    wait(place, 4)
    assert purposes(place, KIM)[-1] == "reminder"
    assert "25 November" in words(place, KIM)
    assert place.row("tickets", 1).status == "waiting"
    wait(place, 1.1)
    assert place.row("tickets", 1).status == "closed"
    assert purposes(place, KIM)[-1] == "closed"


@recipe("An answer within four hours, or the supervisors hear of it")
def _unanswered(place: Place) -> None:
    write(place, "Hello.")  # a Friday at 11:00 in Berlin: the office closes at 15:00
    wait(place, 0.1)
    assert place.row("tickets", 1).priority == "normal"
    wait(place, 3)
    assert place.row("tickets", 1).priority == "urgent"
    assert "escalated" in purposes(place, ANA)


@recipe("Waiting for a supplier")
def _supplier(place: Place) -> None:
    write(place, "Hello.")
    place.answer(BEN, "#take")
    place.answer(BEN, "#status with_supplier")
    wait(place, 2.9)
    assert "agent_rule" not in purposes(place, BEN)
    wait(place, 0.2)
    assert purposes(place, BEN)[-1] == "agent_rule"
    assert "three days with the supplier" in words(place, BEN)


@recipe("A reminder every Monday")
def _monday(place: Place) -> None:
    write(place, "Hello.")
    place.answer(BEN, "#take")
    place.answer(BEN, "#hold")
    wait(place, 2.5)
    assert "agent_rule" not in purposes(place, BEN)
    wait(place, 1)
    assert purposes(place, BEN).count("agent_rule") == 1
    wait(place, 7)
    assert purposes(place, BEN).count("agent_rule") == 2


@recipe("Spam is closed after a week")
def _spam(place: Place) -> None:
    write(place, "Buy!")
    place.answer(BEN, "#spam")
    before = len(place.rows("outbox"))
    wait(place, 7.1)
    assert place.row("tickets", 1).status == "closed"
    assert len(place.rows("outbox")) == before


@recipe("An outage after hours reaches the supervisors")
def _outage(place: Place) -> None:
    write(place, "By day.", Subject="Outage")
    assert place.row("tickets", 1).priority == "normal"
    place.now = datetime(2026, 11, 20, 22, tzinfo=UTC)
    assert write(place, "By night.", Subject="Everything is DOWN").priority == "urgent"
    assert "agent_rule" in purposes(place, ANA)


@recipe("A bad score is told")
def _score(place: Place) -> None:
    for number, stars in enumerate(("5", "2"), start=1):
        customer = f"kim{number}@customer.example"
        write(place, f"Hello {number}.", customer)
        place.answer(BEN, f"#resolve\nDone {number}.")
        place.answer(customer, stars)
    assert purposes(place, ANA).count("agent_rule") == 1
