"""`maildesk template`: which mails there are, where each comes from, and how it looks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from maildesk.commands.templates import app
from maildesk.config.example import copy_example

OWN = (
    "Subject: {{ subject }}\n\nDear {{ (person or ticket.requester).display }}, we have it.\n"
    "\n{{ desk.signature }}\n"
)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """The example desk with two files of its own."""
    folder = tmp_path / "desk"
    copy_example(folder)
    write(folder, "en/acknowledgement.txt", OWN)
    write(
        folder,
        "de/@billing@desk.example/reply.txt",
        "Subject: {{ subject }}\n\nBuchhaltung: {{ text }}\n",
    )
    return folder


def write(desk: Path, name: str, text: str) -> None:
    path = desk / "templates" / "mail" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def template(*words: str, desk: Path) -> Result:
    return CliRunner().invoke(app, [*words, "--desk", str(desk)])


def test_the_list_names_every_template_its_languages_and_the_desks_own_files(desk: Path) -> None:
    rows = {
        row["name"]: row
        for row in json.loads(template("list", "--json", desk=desk).stdout)["templates"]
    }
    assert rows["acknowledgement"] == {
        "name": "acknowledgement",
        "languages": ["de", "en", "fr"],
        "files": ["templates/mail/en/acknowledgement.txt"],
    }
    assert rows["reply"]["files"] == ["templates/mail/de/@billing@desk.example/reply.txt"]
    assert rows["resolution"]["files"] == []


def test_a_mail_of_ones_own_in_one_language_is_listed_with_that_language(desk: Path) -> None:
    write(desk, "de/winterpause.txt", "Subject: Winterpause\n\nWir sind zurück.\n")
    rows = {
        row["name"]: row
        for row in json.loads(template("list", "--json", desk=desk).stdout)["templates"]
    }
    assert rows["winterpause"]["languages"] == ["de"]


def test_the_table_says_what_is_built_in(desk: Path) -> None:
    lines = template("list", desk=desk).stdout.splitlines()
    assert [line.split() for line in lines if line.startswith("resolution")] == [
        ["resolution", "de,", "en,", "fr", "built", "in"]
    ]


def test_show_prints_the_file_that_is_used_and_whose_it_is(desk: Path) -> None:
    shown = template("show", "acknowledgement", desk=desk).stdout
    assert f"# {desk}/templates/mail/en/acknowledgement.txt (this desk's own)\n{OWN}" in shown
    german = template("show", "acknowledgement", "--language", "de", desk=desk).stdout
    assert (
        f"de/acknowledgement.txt (built in; to change it, copy it to "
        f"{desk}/templates/mail/de/acknowledgement.txt)"
    ) in german
    assert "Guten Tag" in german
    assert "de/acknowledgement.html (built in;" in german
    # a part that others extend
    assert "{% block lead %}" in template("show", "_agent", desk=desk).stdout


def test_preview_fills_in_a_sample_ticket_and_this_desks_own_name(desk: Path) -> None:
    shown = template("preview", "acknowledgement", desk=desk).stdout
    assert shown.splitlines()[0] == "Subject: Re: Label printer skips every second label [TKT-0042]"
    assert "Dear Ana Lopez, we have it." in shown
    assert "Example Desk\nhttps://desk.example" in shown


def test_preview_in_a_language_and_for_an_address(desk: Path) -> None:
    assert (
        "vielen Dank"
        in template("preview", "acknowledgement", "--language", "de", desk=desk).stdout
    )
    billing = template(
        "preview", "reply", "--language", "de", "--address", "billing@desk.example", desk=desk
    ).stdout
    assert "Buchhaltung: Good morning Ana" in billing
    assert "Buchhaltung" not in template("preview", "reply", "--language", "de", desk=desk).stdout


def test_preview_writes_the_html_to_look_at(desk: Path, tmp_path: Path) -> None:
    file = tmp_path / "mail.html"
    done = template("preview", "agent_new", "--html", str(file), desk=desk)
    assert done.stdout.endswith(f"The HTML is in {file}.\n")
    html = file.read_text(encoding="utf-8")
    assert "#2f5d8a" in html  # the desk's colour
    assert "var(--accent)" not in html
    unwritable = template(
        "preview", "agent_new", "--html", str(tmp_path / "none" / "mail.html"), desk=desk
    )
    assert (unwritable.exit_code, unwritable.stderr) == (
        1,
        f"maildesk: {tmp_path}/none/mail.html cannot be written: No such file or directory\n",
    )


def test_a_name_that_is_none_is_answered_with_the_nearest(desk: Path) -> None:
    for command in ("show", "preview"):
        done = template(command, "aknowledgement", desk=desk)
        assert done.exit_code == 2
        assert "did you mean acknowledgement?" in done.stderr


@pytest.mark.parametrize("command", ["show", "preview"])
def test_an_address_or_a_language_that_is_not_the_desks_is_refused_with_those_that_are(
    desk: Path, command: str
) -> None:
    done = template(command, "reply", "--address", "sales@desk.example", desk=desk)
    assert done.exit_code == 2
    assert (
        "sales@desk.example is no address of this desk; there are support@desk.example"
        in done.stderr
    )
    done = template(command, "reply", "--language", "es", desk=desk)
    assert (done.exit_code, done.stderr) == (
        2,
        "maildesk: there is no language es; there are de, en, fr\n",
    )
    assert template(command, "reply", "--language", "de-AT", desk=desk).exit_code == 0


def test_a_template_with_a_mistake_is_told_with_file_and_line(desk: Path) -> None:
    write(desk, "en/reply.txt", "Subject: {{ subject }}\n\n{{ ticket.refrence }}\n")
    done = template("preview", "reply", desk=desk)
    assert done.exit_code == 2
    assert "en/reply.txt:3" in done.stderr
    assert "did you mean reference?" in done.stderr


def test_without_a_desk_folder_the_built_in_mails_are_shown(tmp_path: Path) -> None:
    done = template("preview", "acknowledgement", desk=tmp_path / "none")
    assert done.exit_code == 0
    assert "Ana Lopez" in done.stdout


def test_preview_shows_the_signature_of_an_agent(desk: Path) -> None:
    (desk / "signatures").mkdir()
    words = "**{{ agent.name }}**, {{ desk.name }}\nAbout {{ ticket_id }}\n"
    (desk / "signatures" / "ben.md").write_text(words, encoding="utf-8")
    agents = desk / "agents.yaml"
    text = agents.read_text(encoding="utf-8")
    own = text.replace("    also: [ben@home.example]\n", "    signature: ben.md\n")
    agents.write_text(own, encoding="utf-8")
    html = desk / "page.html"
    shown = template("preview", "reply", "--as", "ben", "--html", str(html), desk=desk).stdout
    assert "\n-- \nBen Okafor, Example Support\nAbout TKT-0042\nTKT-0042\n" in shown
    assert "<strong>Ben Okafor</strong>" in html.read_text(encoding="utf-8")
    others = template("preview", "reply", "--as", "carla", desk=desk).stdout
    assert "\n-- \nCarla Weiss\nExample Desk\nhttps://desk.example\nTKT-0042\n" in others
