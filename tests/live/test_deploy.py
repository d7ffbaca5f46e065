"""What stands in deploy/ and docker-compose.yml: without a Docker engine, everything in it that
maildesk has to answer for."""

from __future__ import annotations

import json
import re
import shutil
import signal
import smtplib
import subprocess
import sys
import venv
from configparser import ConfigParser
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from maildesk import cli
from maildesk.config.environment import load_settings
from maildesk.config.example import copy_example, example_root
from maildesk.config.settings import Settings
from maildesk.roles import ROLES
from tests.servers.process import NEVER
from tests.servers.relay import Relay
from tests.stories.running_desk import Inbox, write

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
OWN_ROLES = {"smtp", "imap", "work", "tick", "web"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """docker-compose.yml, its anchors and merges resolved."""
    found: dict[str, Any] = YAML(typ="safe").load(ROOT / "docker-compose.yml")
    return found


def environment_of(compose: dict[str, Any]) -> dict[str, str]:
    """What a container is given where the admin has set nothing."""
    given = compose["x-maildesk"]["environment"]
    return {name: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value) for name, value in given.items()}


def ours(compose: dict[str, Any]) -> dict[str, Any]:
    return {
        name: service
        for name, service in compose["services"].items()
        if service["image"] == "maildesk"
    }


def assert_command_exists(words: list[str]) -> None:
    """`maildesk …` is understood: the command is there, and so are its options and roles."""
    assert Path(words[0]).name == "maildesk"
    if not cli.app.registered_groups:
        cli._register()
    done = CliRunner().invoke(cli.app, [*words[1:], "--help"])
    assert done.exit_code == 0, done.output
    if "--role" in words:
        assert set(words[words.index("--role") + 1].split(",")) <= set(ROLES)


# -- docker-compose.yml ------------------------------------------------------


def test_every_role_is_a_service_of_the_same_image(compose: dict[str, Any]) -> None:
    commands = {name: service["command"] for name, service in ours(compose).items()}
    assert (
        {words[-1] for words in commands.values() if "--role" in words} == OWN_ROLES == set(ROLES)
    )
    assert commands["prepare"] == ["maildesk", "init"]
    assert all(
        service["build"]["dockerfile"] == "deploy/Dockerfile" for service in ours(compose).values()
    )
    assert (ROOT / "deploy" / "Dockerfile").is_file()


def test_every_command_in_it_exists(compose: dict[str, Any]) -> None:
    for service in ours(compose).values():
        assert_command_exists(service["command"])


def test_what_a_service_waits_for_is_there_and_can_be_waited_for(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for service in services.values():
        for other, how in service.get("depends_on", {}).items():
            condition = how["condition"]
            assert condition in ("service_healthy", "service_completed_successfully")
            if condition == "service_healthy":
                assert services[other]["healthcheck"]["test"]
            else:
                assert services[other]["restart"] == "no"  # else it would never be complete
    for name, service in ours(compose).items():
        waits_for = set(service["depends_on"])
        assert waits_for == ({"postgres", "redis"} if name == "prepare" else {"prepare"})


def test_every_role_is_looked_after_by_a_command_that_exists(compose: dict[str, Any]) -> None:
    for service in ours(compose).values():
        if "--role" not in service["command"]:
            assert service["healthcheck"] == {"disable": True}
            continue
        kind, *words = service["healthcheck"]["test"]
        assert kind == "CMD"
        assert_command_exists(words)
        assert words[1:] == ["health", "--role", service["command"][-1]]
        # No key that Debian's docker-compose (1.29) or an engine before 25 refuses, such as
        # start_interval.
        assert {"interval", "timeout", "start_period"} == set(service["healthcheck"]) - {"test"}


def test_every_volume_is_declared_and_every_role_has_the_same_desk(compose: dict[str, Any]) -> None:
    used = {v.partition(":")[0] for s in compose["services"].values() for v in s.get("volumes", ())}
    assert used == set(compose["volumes"])
    desk = compose["x-maildesk"]["environment"]["MAILDESK_DESK"]
    assert all(f"desk:{desk}" in service["volumes"] for service in ours(compose).values())


def test_what_it_puts_into_the_environment_is_understood_by_the_example_desk(
    compose: dict[str, Any], tmp_path: Path
) -> None:
    copy_example(tmp_path)
    environment = environment_of(compose)
    settings = load_settings(tmp_path, environment)
    assert settings.database == environment["MAILDESK_DATABASE"]
    assert settings.broker == environment["MAILDESK_BROKER"]
    assert (settings.relay.host, settings.relay.port) == ("mail", 1025)
    assert settings.listeners[0].host == "0.0.0.0"
    text = (tmp_path / "settings.yaml").read_text(encoding="utf-8")
    # that one the commands read
    assert {name for name in environment if f"${{{name}:-" not in text} == {"MAILDESK_DESK"}


def test_without_any_environment_the_example_desk_keeps_to_itself(tmp_path: Path) -> None:
    copy_example(tmp_path)
    settings, defaults = load_settings(tmp_path, {}), Settings()
    assert (settings.relay.host, settings.relay.port) == ("", 25)
    assert [(listener.host, listener.port) for listener in settings.listeners] == [
        ("127.0.0.1", 2525)
    ]
    assert settings.broker == defaults.broker == "memory"


def test_the_servers_it_names_are_services_and_redis_may_not_throw_kicks_away(
    compose: dict[str, Any],
) -> None:
    environment, services = environment_of(compose), compose["services"]
    for name in ("MAILDESK_DATABASE", "MAILDESK_BROKER"):
        host = re.sub(r"^\w+://(?:[^@]*@)?([^:/]+).*$", r"\1", environment[name])
        assert host in services
    assert environment["MAILDESK_RELAY"] in services
    command = services["redis"]["command"]
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"
    password = services["postgres"]["environment"]["POSTGRES_PASSWORD"]
    assert f":{password}@" in compose["x-maildesk"]["environment"]["MAILDESK_DATABASE"]


def test_the_published_port_is_the_one_the_example_listens_on(compose: dict[str, Any]) -> None:
    port = YAML(typ="safe").load(example_root() / "settings.yaml")["listeners"][0]["port"]
    assert compose["services"]["smtp"]["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert f"EXPOSE {port} 8080" in DOCKERFILE
    assert compose["services"]["web"]["ports"] == ["127.0.0.1:8080:8080"]
    assert compose["x-maildesk"]["environment"]["MAILDESK_WEB_LISTEN"] == "0.0.0.0:8080"


def test_its_commands_with_its_environment_take_a_mail_in_and_answer_it(
    compose: dict[str, Any], tmp_path: Path, postgres_url: str, redis_url: str, relay: Relay
) -> None:
    environment = environment_of(compose) | {
        "MAILDESK_DESK": str(tmp_path / "desk"),
        "MAILDESK_DATABASE": postgres_url,
        "MAILDESK_BROKER": redis_url,
        "MAILDESK_RELAY": relay.host,
        "MAILDESK_RELAY_PORT": str(relay.port),
        "MAILDESK_SMTP_HOST": "127.0.0.1",
        "MAILDESK_SMTP_PORT": "0",
        "MAILDESK_WEB_LISTEN": "127.0.0.1:0",
    }
    services = {
        name: [sys.executable, "-m", "maildesk.cli", *s["command"][1:]]
        for name, s in ours(compose).items()
    }
    subprocess.run(
        services.pop("prepare"), check=True, capture_output=True, env=environment, timeout=NEVER
    )
    running = {
        f"{name}-{number}": subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
        )
        for name, command in services.items()
        for number in range(compose["services"][name].get("deploy", {}).get("replicas", 1))
    }
    assert sorted(running) == ["imap-0", "smtp-0", "tick-0", "web-0", "work-0", "work-1"]
    try:
        said = {name: greeting(process) for name, process in running.items()}
        port = int(re.findall(r"SMTP +127\.0\.0\.1:(\d+)", said["smtp-0"])[0])
        mail = write(
            "Kim <kim@customer.example>",
            "support@desk.example",
            "Printer broken",
            "It prints nothing.\n",
        )
        with smtplib.SMTP("127.0.0.1", port, timeout=NEVER) as link:
            link.send_message(mail)
        assert "TKT-0001" in str(Inbox(relay).take("kim@customer.example")["Subject"])
        checks = {
            name: s["healthcheck"]["test"][1:]
            for name, s in ours(compose).items()
            if name in services
        }
        assert {name: run(words, environment) for name, words in checks.items()} == dict.fromkeys(
            services, 0
        )
    finally:
        for process in running.values():
            process.send_signal(signal.SIGTERM)
        codes = {name: process.wait(NEVER) for name, process in running.items()}
        for process in running.values():
            assert process.stdout is not None
            process.stdout.close()
    assert codes == dict.fromkeys(running, 0)
    assert {run(words, environment) for words in checks.values()} == {1}


def run(words: list[str], environment: dict[str, str]) -> int:
    """How a command of ours ends."""
    done = subprocess.run(
        [sys.executable, "-m", "maildesk.cli", *words[1:]],
        capture_output=True,
        env=environment,
        timeout=NEVER,
    )
    return done.returncode


def greeting(process: subprocess.Popen[str]) -> str:
    """What a role says when it is there."""
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or (lines[-1] and "Ctrl-C stops" not in lines[-1]):
        lines.append(process.stdout.readline())
    return "".join(lines)


# -- the image ---------------------------------------------------------------


def test_everything_the_image_copies_is_there_and_not_ignored() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    sources = [
        word
        for line in re.findall(r"^COPY (?!--)(.+)$", DOCKERFILE, re.MULTILINE)
        for word in line.split()[:-1]
    ]
    assert {"requirements.lock", "maildesk", "templates", "deploy/desk"} <= set(sources)
    for source in sources:
        assert (ROOT / source).exists(), source
        assert source.partition("/")[0] not in ignored


def test_the_image_runs_a_command_that_exists_with_the_desk_where_compose_mounts_it(
    compose: dict[str, Any],
) -> None:
    (started,) = re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    (looked_after,) = re.findall(r"^HEALTHCHECK .* CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert json.loads(looked_after) == ["maildesk", "health"]
    for words in (started, looked_after):
        assert_command_exists(json.loads(words))
    assert f"MAILDESK_DESK={compose['x-maildesk']['environment']['MAILDESK_DESK']}" in DOCKERFILE
    assert "--require-hashes -r requirements.lock" in DOCKERFILE
    assert "\nUSER maildesk\n" in DOCKERFILE


# -- an installed maildesk ---------------------------------------------------


def test_a_wheel_brings_templates_and_the_example_desk_and_needs_no_source_beside_it(
    tmp_path: Path,
) -> None:
    program = installed(tmp_path)
    share = tmp_path / "venv" / "share" / "maildesk"
    assert files_below(share / "templates") == files_below(ROOT / "templates")
    assert files_below(share / "desk") == files_below(ROOT / "deploy" / "desk")
    desk = tmp_path / "desk"
    for words in (["init"], ["check"], ["template", "preview", "acknowledgement"]):
        command = [str(program), *words, "--desk", str(desk)]
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=tmp_path, timeout=NEVER, env={}
        )
        assert done.returncode == 0, done.stderr
    assert files_below(desk) >= files_below(ROOT / "deploy" / "desk") | {
        "var/secret.key",
        "var/maildesk.sqlite",
    }


def installed(folder: Path) -> Path:
    """maildesk from a wheel in an environment of its own; only the packages it depends on are
    borrowed from this one."""
    source = folder / "source"
    for name in ("maildesk", "templates", "deploy/desk"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "--no-input"]
    build = [
        *pip,
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "--wheel-dir",
        str(folder),
        str(source),
    ]
    subprocess.run(build, check=True, capture_output=True, timeout=120)
    (wheel,) = folder.glob("maildesk-*.whl")
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    install = [
        *pip,
        "--python",
        str(python),
        "install",
        "--no-deps",
        "--no-index",
        "--no-compile",
        str(wheel),
    ]
    subprocess.run(install, check=True, capture_output=True, timeout=120)
    (packages,) = (folder / "venv" / "lib").glob("python3*/site-packages")
    here = next(path for path in sys.path if path.endswith("site-packages"))
    (packages / "borrowed.pth").write_text(f"{here}\n", encoding="utf-8")
    return folder / "venv" / "bin" / "maildesk"


def files_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


# -- services and mail servers -----------------------------------------------


@pytest.mark.parametrize("unit", ["maildesk.service", "maildesk@.service"])
def test_a_systemd_unit_starts_a_command_that_exists(unit: str) -> None:
    service = read_unit(ROOT / "deploy" / "systemd" / unit)["Service"]
    for role in ROLES:
        assert_command_exists(service["ExecStart"].replace("%i", role).split())
    _, _, desk = service["Environment"].partition("MAILDESK_DESK=")
    assert service["ReadWritePaths"] == desk  # the rest of the machine is read-only to it
    assert service["ProtectSystem"] == "strict"
    assert service["Restart"] == "on-failure"


def read_unit(path: Path) -> ConfigParser:
    found = ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    found.optionxform = str  # type: ignore[method-assign, assignment]
    found.read(path, encoding="utf-8")
    return found


@pytest.mark.parametrize("server", ["postfix", "exim"])
def test_a_recipe_for_a_mail_server_names_settings_that_exist(server: str, tmp_path: Path) -> None:
    text = (ROOT / "deploy" / server / "README.md").read_text(encoding="utf-8")
    (settings_yaml,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    copy_example(tmp_path)
    (tmp_path / "settings.yaml").write_text(settings_yaml, encoding="utf-8")
    settings = load_settings(tmp_path, {})
    (listener,) = settings.listeners
    assert listener.protocol == "lmtp"
    assert re.search(rf"(inet:127\.0\.0\.1:|port = ){listener.port}\b", text)
    assert (settings.relay.host, settings.relay.port) == ("127.0.0.1", 25)


# -- made ready twice at once ------------------------------------------------


def test_two_that_make_the_same_desk_ready_at_once_agree(tmp_path: Path, postgres_url: str) -> None:
    desk = tmp_path / "desk"
    command = [sys.executable, "-m", "maildesk.cli", "init", "--desk", str(desk)]
    environment = {"MAILDESK_DATABASE": postgres_url}
    start = partial(
        subprocess.Popen,
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    both = [start(), start()]
    said = [process.communicate(timeout=NEVER) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sum("a fresh copy of the example" in out for out, _ in said) == 1
    assert sum("(new tables)" in out for out, _ in said) == 1
    key = (desk / "var" / "secret.key").read_bytes()
    (desk / "desk.yaml").write_text(
        (desk / "desk.yaml").read_text().replace("Example Desk", "My Desk", 1), encoding="utf-8"
    )
    again = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=NEVER)
    assert again.returncode == 0, again.stderr
    assert (desk / "var" / "secret.key").read_bytes() == key
    assert "My Desk" in (desk / "desk.yaml").read_text(encoding="utf-8")


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").write_bytes(b"years of work")
    command = [sys.executable, "-m", "maildesk.cli", "init", "--desk", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, env={}, timeout=NEVER)
    assert done.returncode == 2
    assert "has other things in it and no desk.yaml" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.odt"]
