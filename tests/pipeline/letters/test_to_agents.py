"""Notifications: what each agent is shown, and what a plain reply of theirs does."""

from __future__ import annotations

from tests.pipeline.place import Place, mail


def words(place: Place, person: str) -> str:
    """The text of the last mail to this person."""
    body = place.letters(person)[-1].get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_an_attachment_goes_on_to_the_agents(place: Place) -> None:
    head = (
        mail("", Content_Type="multipart/mixed; boundary=b", MIME_Version="1.0").rstrip(b"\r\n")
        + b"\r\n\r\n"
    )
    parts = b"--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n"
    parts += (
        b"--b\r\nContent-Type: text/csv\r\n"
        b"Content-Disposition: attachment; filename=a.csv\r\n\r\n1,2\r\n--b--\r\n"
    )
    place.receive(head + parts)
    files = [
        part.get_filename() for part in place.letters("ana@desk.example")[0].iter_attachments()
    ]
    assert files == ["a.csv"]


def test_from_shows_who_wrote_and_the_desk(place: Place) -> None:
    place.receive(mail())
    (notice,) = place.letters("ana@desk.example")
    assert str(notice["From"]) == '"Kim · Example Support" <support@desk.example>' or (
        "Kim · Example Support" in str(notice["From"])
    )


def test_the_customers_other_tickets_are_shown_where_the_mail_shows_them(place: Place) -> None:
    place.receive(mail())
    place.receive(mail("And the scanner.", Subject="Scanner"))
    assert "TKT-0001" in words(place, "ana@desk.example")
    place.answer("kim@customer.example", "It is the scanner.")
    assert "TKT-0001" not in words(place, "ana@desk.example")


def test_a_desks_own_template_is_a_notification_like_others(place: Place) -> None:
    folder = place.folder / "templates" / "mail" / "en"
    folder.mkdir(parents=True)
    text = (
        'Subject: {{ subject }}\n\n{% extends "_agent.txt" %}{% block lead %}Look!{% endblock %}\n'
    )
    (folder / "look.txt").write_text(text, encoding="utf-8")
    rules = place.folder / "rules.yaml"
    rule = "  - {name: Look, when: created, then: [{notify: ben@desk.example, template: look}]}\n"
    rules.write_text(rules.read_text(encoding="utf-8") + rule, encoding="utf-8")
    assert place.services.keeper.reload_now()
    place.receive(mail())
    (found,) = [x for x in place.letters("ben@desk.example") if "Look!" in x.as_string()]
    body = found.get_body(("plain",))
    assert body is not None and "goes to Kim" in str(body.get_content())
    place.receive(
        mail("Hello Kim.", From="ben@desk.example", To=str(found["Reply-To"]), Subject="Re: x"),
        "ben@desk.example",
        str(found["Reply-To"]).rpartition("<")[2].rstrip(">"),
    )
    assert [row.direction for row in place.rows("messages")] == ["in", "out"]
