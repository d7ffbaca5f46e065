"""The mail that answers what an agent asked the desk: how it hangs together with theirs."""

from __future__ import annotations

import pytest

from tests.pipeline.place import Place, mail
from tests.pipeline.test_questions import asks, proving
from tests.pipeline.test_whole_act import BEN, KIM
from tests.stories.running_desk import address_in

__all__ = ["proving"]  # the fixture


@pytest.mark.parametrize(
    ("subject", "answered"),
    [("Tickets", "Re: Tickets"), ("Re: Tickets", "Re: Tickets"), ("", "Re: (no subject)")],
)
def test_it_answers_the_agents_own_mail(proving: Place, subject: str, answered: str) -> None:
    asks(proving, BEN, "#list all", Subject=subject, Message_ID="<q1@desk.example>")
    letter = proving.letters(BEN)[-1]
    assert letter["Subject"] == answered
    assert letter["In-Reply-To"] == "<q1@desk.example>"
    proof, asked = str(letter["References"]).split()
    assert (proof[:4], asked) == ("<t.g", "<q1@desk.example>")
    assert address_in(letter["Reply-To"]).startswith("support+g")
    (row,) = proving.rows("outbox", recipient=BEN)
    assert (row.purpose, row.ticket_id, row.mail_from) == ("agent_answer", None, "")


def test_it_comes_from_the_address_that_was_asked(proving: Place) -> None:
    billing = "billing@desk.example"
    asks(proving, BEN, "#list all", to=billing)
    letter = proving.letters(BEN)[-1]
    assert address_in(letter["From"]) == billing
    assert address_in(letter["Reply-To"]).startswith("billing+g")


def test_it_has_the_same_in_html(proving: Place) -> None:
    proving.receive(mail("It jams.", Subject="Jam <b>now</b>"), KIM)
    asks(proving, BEN, "#list all\n#help")
    body = proving.letters(BEN)[-1].get_body(("html",))
    assert body is not None
    page = str(body.get_content())
    assert "TKT-0001" in page and "Jam &lt;b&gt;now&lt;/b&gt;" in page
    assert "#list mine" in page
