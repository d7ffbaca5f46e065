"""`maildesk init`, `run` and `check` as an admin meets them: what is printed, where, and with which
exit code."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from maildesk.config.example import copy_example
from maildesk.store.db import Database
from maildesk.store.schema import spool
from tests.servers.process import NEVER, free_port
from tests.stories.running_desk import ROOT


def maildesk(*words: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "maildesk.cli", *words, "--desk", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=NEVER)


def standing_in(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command, typed in this folder."""
    command = [sys.executable, "-m", "maildesk.cli", *words]
    env = {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, capture_output=True, text=True, env=env, cwd=folder, timeout=NEVER
    )


def test_it_is_called_as_a_module_of_python_too() -> None:
    command = [sys.executable, "-m", "maildesk"]
    version = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert version.stdout.startswith("maildesk ")
    wrong = subprocess.run([*command, "nothing"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert "No such command 'nothing'" in wrong.stderr


def test_a_port_that_is_taken_is_said_in_one_line_with_one_that_is_free(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = maildesk("run", folder=tmp_path / "desk", MAILDESK_SMTP_PORT=str(port))
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"maildesk: another program listens on 127.0.0.1:{port} already; port ")
    assert "is free (MAILDESK_SMTP_PORT=" in line


def test_a_port_that_is_none_is_refused(tmp_path: Path) -> None:
    done = maildesk("run", folder=tmp_path / "desk", MAILDESK_SMTP_PORT="smtp")
    assert (done.returncode, done.stderr) == (
        2,
        'maildesk: MAILDESK_SMTP_PORT is no port: "smtp"\n',
    )


def greeting(desk: Path, **environment: str) -> tuple[str, str]:
    """What the desk says when it starts, and its log until it was told to stop."""
    command = [sys.executable, "-m", "maildesk.cli", "run", "--desk", str(desk)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"MAILDESK_SMTP_PORT": "0", "HOME": str(desk.parent), **environment},
    )
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if "Ctrl-C stops" in line:
            break
    process.send_signal(signal.SIGINT)
    _, log = process.communicate(timeout=30)
    assert process.returncode == 0, log
    return "".join(said), log


def test_where_the_pages_are_is_said_once(tmp_path: Path) -> None:
    desk, at = tmp_path / "desk", f"http://127.0.0.1:{free_port()}"
    copy_example(desk)
    settings = desk / "settings.yaml"
    for public in (at, f"{at}/", "https://help.example"):
        web = f"\nweb: {{listen: {at.removeprefix('http://')}, public_url: {public}}}\n"
        text = settings.read_text(encoding="utf-8").partition("\nweb:")[0]
        settings.write_text(f"{text}{web}", encoding="utf-8")
        said, _ = greeting(desk)
        assert f"  pages         {at}\n" in said
        assert said.count("http") == (2 if "help" in public else 1), said


def test_the_first_start_copies_the_example_says_where_everything_is_and_stops_when_told_to(
    tmp_path: Path,
) -> None:
    desk = tmp_path / "desk"
    text, log = greeting(desk, MAILDESK_WEB_PORT="0")
    assert f"  desk folder   {desk}\n                a copy of the example" in text
    assert (
        f"  outgoing      Maildir {desk}/var/sent\n"
        f"                until settings.yaml names a relay"
    ) in text
    assert f"maildesk demo --desk {desk}\n" in text
    assert [line.split()[1] for line in log.splitlines()] == ["started", "stopping", "stopped"]
    assert (desk / "desk.yaml").is_file()


def test_init_takes_the_folder_as_git_does(tmp_path: Path) -> None:
    folder = tmp_path / "mydesk"
    made = standing_in(tmp_path, "init", "mydesk")
    assert made.returncode == 0, made.stderr
    assert f"desk folder   {folder} (a fresh copy of the example)" in made.stdout
    both = maildesk("init", str(tmp_path / "other"), folder=folder)
    assert (both.returncode, "which of them" in both.stderr) == (2, True)
    assert maildesk("init", str(folder), folder=folder).returncode == 0


def test_the_commands_of_every_desk_are_printed_where_there_is_none(tmp_path: Path) -> None:
    english = standing_in(tmp_path, "commands")
    assert english.returncode == 0, english.stderr
    assert "#take" in english.stdout
    assert "#übernehmen" in standing_in(tmp_path, "commands", "--language", "de").stdout
    named = standing_in(tmp_path, "commands", "--desk", "nowhere")
    assert (named.returncode, "there is no desk folder" in named.stderr) == (2, True)


def test_told_to_stop_before_it_has_begun_it_stops(tmp_path: Path) -> None:
    with socket.socket() as silent:  # a database that takes the connection and says nothing
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        desk = tmp_path / "desk"
        copy_example(desk)
        url = f"postgresql://desk@127.0.0.1:{silent.getsockname()[1]}/desk"
        command = [sys.executable, "-m", "maildesk.cli", "run", "--desk", str(desk)]
        process = subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, env={"MAILDESK_DATABASE": url}
        )
        link, _ = silent.accept()
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
        link.close()
    assert (process.returncode, log) == (0, "")


def test_a_role_that_does_not_exist_is_answered_with_those_that_do(tmp_path: Path) -> None:
    done = maildesk("run", "--role", "smtp,web2", folder=tmp_path / "desk")
    assert (done.returncode, done.stderr) == (
        2,
        "maildesk: there is no role web2; there are smtp, imap, work, tick, web\n",
    )
    assert not (tmp_path / "desk").exists()


def test_roles_may_be_named_one_by_one(tmp_path: Path) -> None:
    done = maildesk("run", "--role", "web2", "--role", "smtp", folder=tmp_path / "desk")
    assert (done.returncode, "there is no role web2" in done.stderr) == (2, True)


def test_roles_apart_without_a_broker_are_refused_in_words(tmp_path: Path) -> None:
    done = maildesk("run", "--role", "smtp", folder=tmp_path / "desk")
    assert done.returncode == 1
    assert "roles in separate processes need a broker between them" in done.stderr


def test_a_database_that_is_away_is_a_matter_of_time_and_shows_no_password(tmp_path: Path) -> None:
    url = "postgresql://desk:hunter2@127.0.0.1:1/desk"
    for words in (["init"], ["ticket", "list"]):
        done = maildesk(*words, folder=example(tmp_path / "desk"), MAILDESK_DATABASE=url)
        assert done.returncode == 75
        assert done.stderr.startswith("maildesk: not now: the database ")
        assert "cannot be reached" in done.stderr
        assert "hunter2" not in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("options", "environment", "envelope"),
    [
        (
            [],
            {"SENDER": "", "RECIPIENT": "support+b01@desk.example"},
            ("", ["support+b01@desk.example"]),
        ),
        (
            ["--from=", "--to=a@desk.example", "--to=b@desk.example"],
            {"SENDER": "x@y.example"},
            ("", ["a@desk.example", "b@desk.example"]),
        ),
        ([], {}, (None, [])),
    ],
)
def test_a_pipe_has_its_envelope_from_options_or_from_what_the_mail_server_set(
    tmp_path: Path,
    options: list[str],
    environment: dict[str, str],
    envelope: tuple[str | None, list[str]],
) -> None:
    desk = example(tmp_path / "desk")
    command = [sys.executable, "-m", "maildesk.cli", "inject", "--desk", str(desk), *options]
    subprocess.run(command, input=b"Subject: x\n\ny\n", check=True, env=environment, timeout=NEVER)
    with Database("sqlite:///var/maildesk.sqlite", desk=desk).read() as conn:
        (row,) = conn.execute(select(spool.c.mail_from, spool.c.rcpt_to))
    assert (row.mail_from, list(row.rcpt_to)) == envelope


def test_check_prints_every_mistake_with_its_place_and_ends_with_two(tmp_path: Path) -> None:
    desk = example(tmp_path / "desk")
    assert maildesk("check", folder=desk).returncode == 0
    text = (desk / "desk.yaml").read_text(encoding="utf-8")
    (desk / "desk.yaml").write_text(
        text.replace("next_tier: senior", "next_tier: seniors", 1), encoding="utf-8"
    )
    line = text[: text.index("next_tier")].count("\n") + 1
    (desk / "settings.yaml").write_text("brokr: memory\n", encoding="utf-8")
    done = maildesk("check", folder=desk)
    assert done.returncode == 2
    assert [line.partition(": ")[0] for line in done.stderr.splitlines()[:2]] == [
        "settings.yaml:1:1",
        f"desk.yaml:{line}:16",
    ]
    assert "did you mean broker?" in done.stderr
    assert "did you mean senior?" in done.stderr
    assert done.stderr.splitlines()[-1] == f"2 mistakes in {desk}"


def test_check_inside_the_desk_folder_checks_that_desk(tmp_path: Path) -> None:
    desk = example(tmp_path / "help")
    command = [sys.executable, "-m", "maildesk.cli", "check"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=desk, env={}, timeout=NEVER)
    remark, *said = done.stdout.splitlines()
    assert remark.startswith("desk.yaml:") and "nothing proves who wrote" in remark
    assert (done.returncode, said[0]) == (0, f"{desk}: all is well."), done.stderr
    assert said[1:] == [
        f"  {name}@desk.example: with sub-addresses; the envelope is signed"
        for name in ("support", "billing", "hilfe")
    ]
    (desk / "desk").mkdir()  # a folder of that name goes before
    done = subprocess.run(command, capture_output=True, text=True, cwd=desk, env={}, timeout=NEVER)
    assert done.stderr.splitlines()[-1] == f"2 mistakes in {desk}/desk"


def example(desk: Path) -> Path:
    copy_example(desk)
    return desk


def test_a_check_says_when_the_database_could_not_be_asked(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    copy_example(desk)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings = desk / "settings.yaml"
    settings.write_text(
        f"database: postgresql+psycopg://desk@127.0.0.1:{port}/desk\n", encoding="utf-8"
    )
    done = maildesk("check", folder=desk)
    assert done.returncode == 0, done.stderr
    assert "all is well" not in done.stdout
    assert "The database could not be asked" in done.stdout
