"""settings.yaml: defaults that run, the environment, paths from the desk folder, and no secret in
any message."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from maildesk.config.connections.relays import relay_for, relays_of
from maildesk.config.environment import load_settings
from maildesk.config.example import copy_example, example_root
from maildesk.config.keys import keys_there, make_own
from maildesk.config.settings import Settings
from maildesk.errors import BadPolicy, PermanentFailure


def write(folder: Path, text: str) -> Path:
    (folder / "settings.yaml").write_text(text, encoding="utf-8")
    return folder


def mistakes(folder: Path, text: str, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(BadPolicy) as caught:
        load_settings(write(folder, text), environ or {})
    return [str(m) for m in caught.value.mistakes]


def test_without_a_file_and_with_an_empty_one_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == load_settings(write(tmp_path, "# nothing yet\n"))
    assert load_settings(tmp_path).listeners[0].port == 2525


def test_relative_paths_count_from_the_desk_folder(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, "relay: {maildir: out}\nblobs: /srv/blobs\n"))
    assert settings.relay.maildir == tmp_path / "out"
    assert settings.blobs == Path("/srv/blobs")
    assert settings.database == f"sqlite:///{tmp_path}/var/maildesk.sqlite"


def test_an_absolute_database_and_one_in_memory_stay_as_they_are(tmp_path: Path) -> None:
    assert (
        load_settings(write(tmp_path, "database: sqlite:////srv/x.sqlite\n")).database
        == "sqlite:////srv/x.sqlite"
    )
    assert (
        load_settings(write(tmp_path, "database: 'sqlite:///:memory:'\n")).database
        == "sqlite:///:memory:"
    )
    assert (
        load_settings(write(tmp_path, "database: postgresql://db/x\n")).database
        == "postgresql://db/x"
    )


def test_variables_are_filled_in_from_the_environment(tmp_path: Path) -> None:
    text = (
        "relay: {host: '${RELAY}', port: '${PORT:-587}', username: u, password: 'x${PASS}y', "
        "hostname: '$${NOT}'}\n"
    )
    relay = load_settings(write(tmp_path, text), {"RELAY": "mx.example", "PASS": "s3cret"}).relay
    assert (relay.host, relay.port, relay.hostname) == ("mx.example", 587, "${NOT}")
    assert relay.password is not None
    assert relay.password.get_secret_value() == "xs3crety"


def test_an_empty_variable_takes_the_default(tmp_path: Path) -> None:
    assert (
        load_settings(write(tmp_path, "relay: {port: '${PORT:-587}'}\n"), {"PORT": ""}).relay.port
        == 587
    )


def test_a_missing_variable_is_a_mistake_with_its_place(tmp_path: Path) -> None:
    assert mistakes(
        tmp_path, "relay:\n  host: mx\n  password: ${RELAY_PASSWORD}\nbroker: ${BROKER}\n"
    ) == [
        "settings.yaml:3:13: expected the variable RELAY_PASSWORD in the environment or "
        "secrets.yaml, found none",
        "settings.yaml:4:9: expected the variable BROKER in the environment or secrets.yaml, "
        "found none",
    ]
    assert mistakes(tmp_path, "broker: '${RED IS}'\n") == [
        "settings.yaml:1:9: expected ${NAME} or ${NAME:-default}, found another form of it"
    ]


def test_no_mistake_shows_a_secret_or_what_a_variable_holds(tmp_path: Path) -> None:
    found = mistakes(
        tmp_path,
        "database: mysql://root:hunter2@db/x\nbroker: hunter2\n"
        "relay: {port: '${P}', pasword: hunter2, password: [hunter2]}\n"
        "secret_keys: [{id: a, secret: hunter2}]\n"
        "imap: [hunter2, {access_token_command: [hunter2]}]\n",
        {"P": "hunter2"},
    )
    assert "hunter2" not in "\n".join(found)
    assert len(found) == 11
    assert (
        found[2] == "settings.yaml:3:15: expected a whole number, found another value (not shown)"
    )
    assert 'found "pasword" (did you mean password?)' in found[3]
    text = (
        "database: mysql://root:hunter2@db/x\nbroker: hunter2\n"
        "secret_keys: [{id: a, secret: hunter2}]\n"
    )
    assert mistakes(tmp_path, text) == [
        (
            "settings.yaml:1:11: expected sqlite:///path or postgresql://user@host/name, found "
            "another address (not shown)"
        ),
        (
            "settings.yaml:2:9: expected memory, redis://host/1 or amqp://host, found another "
            "address (not shown)"
        ),
        (
            "settings.yaml:3:31: expected a secret of at least 16 letters, found a shorter one "
            "(not shown)"
        ),
    ]


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("relay: {port: 5x87}", 'expected a whole number, found "5x87"'),
        ("listeners: [{port: 70000}]", "expected a number up to 65535, found 70000"),
        ("log_format: jsn", 'expected one of text, json, found "jsn" (did you mean json?)'),
        (
            "imap: [{name: a, host: h, username: u, password: p, tls: startls}]",
            'found "startls" (did you mean starttls?)',
        ),
        ("pipeline: {lease: soon}", 'found "soon"'),
        ("broker: memry", "found another address (not shown) (did you mean memory?)"),
        (
            "database: postgress://root:hunter2@db/x",
            "found another address (not shown) (did you mean postgres://?)",
        ),
        ("dkim: yes", 'found "yes"'),
        (
            "relay: {host: '${RELAI_HOST}'}",
            "the variable RELAI_HOST in the environment or secrets.yaml, found none "
            "(did you mean RELAY_HOST?)",
        ),
    ],
)
def test_what_is_no_secret_is_shown_with_the_nearest_word(
    tmp_path: Path, line: str, mistake: str
) -> None:
    assert mistake in "\n".join(mistakes(tmp_path, line + "\n", {"RELAY_HOST": "mx.example"}))


def test_mistakes_of_every_kind_are_told_at_once(tmp_path: Path) -> None:
    text = """\
database: mysql://db/x
broker: ${BROKER}
listeners:
  - {port: 2525}
  - {port: 25x, host: 127.0.0.1}
  - {port: 2525, tls: {certificate: cert.pem}}
relay: {port: five, username: u}
relay: {}
imap:
  - {name: a, host: h, username: u, auth: xoauth2, tls: never}
  - {name: a, username: u}
secret_keys:
  - {id: L, secret: short}
  - {secret: short}
"""
    assert [one.removeprefix("settings.yaml:") for one in mistakes(tmp_path, text)] == [
        (
            "1:11: expected sqlite:///path or postgresql://user@host/name, found another address "
            "(not shown)"
        ),
        "2:9: expected the variable BROKER in the environment or secrets.yaml, found none",
        "4:5: expected a port of its own for each listener, found 127.0.0.1:2525 twice",
        '5:12: expected a whole number, found "25x"',
        "6:5: expected a port of its own for each listener, found 127.0.0.1:2525 twice",
        "6:23: expected the key key, found none",
        f'6:37: expected a file that can be read, found "{tmp_path}/cert.pem"',
        "7:8: expected a password beside the username, found none",
        '7:15: expected a whole number, found "five"',
        "8:1: expected each key once, found relay again (first on line 7)",
        "10:5: expected access_token or access_token_command, found neither",
        '10:12: expected a name of its own for each mailbox, found "a" twice',
        '10:57: expected one of implicit, starttls, none, found "never"',
        "11:5: expected the key host, found none",
        "11:5: expected a password (or auth: xoauth2 and an access_token), found none",
        '11:12: expected a name of its own for each mailbox, found "a" twice',
        '13:10: expected one digit, or one letter but i, l, o, u, found "L"',
        "13:21: expected a secret of at least 16 letters, found a shorter one (not shown)",
        "14:5: expected the key id, found none",
        "14:14: expected a secret of at least 16 letters, found a shorter one (not shown)",
    ]


def test_what_could_not_be_read_is_doubted_no_further(tmp_path: Path) -> None:
    text = """\
listeners: [{port: 2525}, {port: "${PORT}"}, {port: []}]
relay: {username: u, password: []}
imap: [{name: "${A}", host: h, username: u, auth: xoath2, access_token: x}]
secret_keys: [{id: a, secret: "${SECRET}"}]
dkim: {selector: s, domain: d, key_file: "${KEY}"}
"""
    assert [one.partition(" expected ")[2] for one in mistakes(tmp_path, text)] == [
        "the variable PORT in the environment or secrets.yaml, found none",
        "a whole number, found an empty list",
        "text, found an empty list",
        "the variable A in the environment or secrets.yaml, found none",
        'one of password, oauth, xoauth2, oauthbearer, found "xoath2" (did you mean xoauth2?)',
        "the variable SECRET in the environment or secrets.yaml, found none",
        "the variable KEY in the environment or secrets.yaml, found none",
    ]


def test_settings_that_do_not_fit_together_are_told_at_once(tmp_path: Path) -> None:
    text = """\
listeners:
  - {port: 2525}
  - {port: 2525, protocol: lmtp, tls: {certificate: cert.pem, key: key.pem}}
imap:
  - {name: a, host: h, username: u}
  - {name: a, host: h, username: u, auth: xoauth2}
secret_keys:
  - {id: a, secret: 0123456789abcdef-one}
  - {id: a, secret: 0123456789abcdef-two}
dkim: {selector: s, domain: d, key_file: missing.pem}
"""
    found = mistakes(tmp_path, text)
    assert [line.split(": expected ")[1] for line in found] == [
        "a port of its own for each listener, found 127.0.0.1:2525 twice",
        "a port of its own for each listener, found 127.0.0.1:2525 twice",
        f'a file that can be read, found "{tmp_path}/cert.pem"',
        f'a file that can be read, found "{tmp_path}/key.pem"',
        "a password (or auth: xoauth2 and an access_token), found none",
        'a name of its own for each mailbox, found "a" twice',
        "access_token or access_token_command, found neither",
        'a name of its own for each mailbox, found "a" twice',
        'an id of its own for each key, found "a" twice',
        'an id of its own for each key, found "a" twice',
        f'a file that can be read, found "{tmp_path}/missing.pem"',
    ]


def test_a_key_id_that_base32_would_misread_is_refused(tmp_path: Path) -> None:
    found = mistakes(tmp_path, "secret_keys: [{id: l, secret: 0123456789abcdef}]\n")
    assert found == [
        'settings.yaml:1:20: expected one digit, or one letter but i, l, o, u, found "l"'
    ]


def test_the_desk_makes_its_key_once_and_keeps_it_to_itself(tmp_path: Path) -> None:
    assert keys_there(Settings(), tmp_path) == ()
    assert make_own(tmp_path)
    first = keys_there(Settings(), tmp_path)
    assert not make_own(tmp_path)
    assert keys_there(Settings(), tmp_path) == first
    assert [(kid, len(secret)) for kid, secret in first] == [("0", 32)]
    assert stat.S_IMODE((tmp_path / "var" / "secret.key").stat().st_mode) == 0o600
    assert [p.name for p in (tmp_path / "var").iterdir()] == ["secret.key"]


def test_processes_that_start_at_once_agree_on_the_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(
            pool.map(lambda _: (make_own(tmp_path), keys_there(Settings(), tmp_path)), range(32))
        )
    assert len({keys for _, keys in found}) == 1
    assert sum(was_us for was_us, _ in found) == 1


def test_a_configured_key_signs_and_the_desks_own_is_still_believed(tmp_path: Path) -> None:
    make_own(tmp_path)
    own = keys_there(Settings(), tmp_path)
    settings = load_settings(
        write(tmp_path, "secret_keys: [{id: a, secret: '${S}'}]\n"), {"S": "0123456789abcdef"}
    )
    assert keys_there(settings, tmp_path) == (("a", b"0123456789abcdef"), *own)


def test_a_key_put_back_beside_the_new_one_is_believed(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secret.key").write_text(f"1 {'ab' * 32}\n0 {'cd' * 32}\n")
    assert keys_there(Settings(), tmp_path) == (("1", b"\xab" * 32), ("0", b"\xcd" * 32))


@pytest.mark.parametrize(
    "spoilt", ["0 abc\n", "", f"0 {'ab' * 32}\n0 {'cd' * 32}\n", f"0 {'ab' * 32}\nhello\n"]
)
def test_a_damaged_key_is_never_replaced(tmp_path: Path, spoilt: str) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secret.key").write_text(spoilt)
    with pytest.raises(PermanentFailure, match="is not a key that this desk made"):
        keys_there(Settings(), tmp_path)
    assert not make_own(tmp_path)


def test_the_example_is_copied_once_and_loads(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    assert copy_example(desk)
    assert {p.name for p in desk.glob("*.yaml")} == {p.name for p in example_root().glob("*.yaml")}
    assert load_settings(desk, {}).listeners[0].port == 2525
    (desk / "desk.yaml").write_text("mine: now\n")
    assert not copy_example(desk)
    assert (desk / "desk.yaml").read_text() == "mine: now\n"


def test_a_folder_with_only_its_database_still_gets_the_example(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    assert copy_example(tmp_path)
    assert (tmp_path / "desk.yaml").is_file()


# -- several relays


RELAYS = """
relays:
  - {host: smtp.hoster.example, port: 587, username: support, password: p}
  - name: money
    for: [billing@desk.example, "@other.example"]
    host: smtp.hoster.example
    envelope: plain
    limit: 30/minute, 2000/day
"""


def test_a_mail_goes_by_the_relay_that_names_its_address_or_domain(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, RELAYS))
    assert [relay.name for relay in relays_of(settings)] == ["smtp.hoster.example", "money"]
    names = [
        relay_for(settings, address).name
        for address in ("support@desk.example", "BILLING@desk.example", "x@other.example", "")
    ]
    assert names == ["smtp.hoster.example", "money", "money", "smtp.hoster.example"]


def test_one_relay_is_the_short_form(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, "relay: {host: mx, envelope: plain}\n"))
    (relay,) = relays_of(settings)
    assert (relay.name, relay.envelope) == ("mx", "plain")
    assert relay_for(settings, "anything@desk.example") == relay


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("relay: {host: a}\nrelays: [{host: b}]", "2:9: expected relay or relays, not both"),
        (
            "relays: [{host: a}, {host: b}]",
            "expected for: the addresses or @domains whose mail it takes",
        ),
        (
            "relays: [{host: a}, {host: a, for: [x@y.example]}]",
            'expected a name of its own for each relay, found "a" twice',
        ),
        (
            "relays: [{host: a, for: [x@y.example]}, {host: b, for: [X@y.example]}]",
            'expected one relay for an address, found "x@y.example" twice',
        ),
        ("relays: [{host: a, for: [nobody]}]", 'expected an address, or @ and a domain, found "no'),
        ("relays: [{host: a, form: []}]", "(did you mean for?)"),
        ("relays: [{host: a, username: u}]", "expected a password beside the username, found none"),
        (
            "relays: [{host: a, dkim: {selector: s, domain: d, key_file: no.pem}}]",
            "expected a file that can be read",
        ),
        ("relay: {envelope: bare}", "expected one of sub-address, plain"),
        ("relay: {limit: a few}", "expected so many in a time, such as 30/minute, 2000/day"),
        ("relay: {name: two words}", "expected one word, such as billing"),
    ],
)
def test_mistakes_about_relays_are_told_with_their_place(
    tmp_path: Path, text: str, mistake: str
) -> None:
    found = mistakes(tmp_path, text + "\n")
    assert any(mistake in one for one in found), found


@pytest.mark.parametrize(
    "password", ["pa$$w0rd", "${not}", 'it\'s "quoted" \\ and: #1', "größe", "- x", "{a: b}"]
)
def test_a_password_from_the_environment_is_taken_as_it_is(tmp_path: Path, password: str) -> None:
    text = "relay: {host: mx, username: u, password: '${RELAY_PASSWORD}'}\n"
    relay = load_settings(write(tmp_path, text), {"RELAY_PASSWORD": password}).relay
    assert relay.password is not None
    assert relay.password.get_secret_value() == password


def test_a_password_with_dollars_may_stand_in_the_file(tmp_path: Path) -> None:
    text = "relay: {host: mx, username: u, password: 'a$b$$c$${d}'}\n"
    relay = load_settings(write(tmp_path, text), {}).relay
    assert relay.password is not None
    assert relay.password.get_secret_value() == "a$b$$c${d}"
