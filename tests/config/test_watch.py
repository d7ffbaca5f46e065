"""The policy in force: swapped whole when files change, kept as it was while
they have a mistake."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from maildesk.config.watch import CERTAIN, INTERVAL, STILL, InForce, PolicyKeeper
from maildesk.errors import BadPolicy, Mistake
from tests.config.desks import AGENTS, DESK, write_desk


class Heard:
    """What a keeper tells, remembered."""

    def __init__(self) -> None:
        self.mistakes: list[tuple[str, ...]] = []
        self.changes: list[InForce] = []
        self.changed = threading.Event()

    def on_mistake(self, mistakes: tuple[Mistake, ...]) -> None:
        self.mistakes.append(tuple(str(m) for m in mistakes))

    def on_change(self, current: InForce) -> None:
        self.changes.append(current)
        self.changed.set()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return write_desk(tmp_path / "desk")


@pytest.fixture
def keeper(desk: Path, heard: Heard) -> PolicyKeeper:
    return PolicyKeeper(desk, heard.on_mistake, heard.on_change)


def named(name: str) -> str:
    return DESK.replace("Test Desk", name)


def test_a_change_is_in_force_once_the_files_are_still(
    keeper: PolicyKeeper, desk: Path, heard: Heard
) -> None:
    write_desk(desk, named("Other Desk"))
    keeper.look(100.0)
    assert keeper.current.policy.desk_name == "Test Desk"
    keeper.look(100.0 + 2 * STILL)
    assert keeper.current.policy.desk_name == "Other Desk"
    assert [c.policy.desk_name for c in heard.changes] == ["Other Desk"]


def test_a_file_that_is_still_being_written_is_left_alone(
    keeper: PolicyKeeper, desk: Path, heard: Heard
) -> None:
    text = named("A Desk With A Much Longer Name")
    for step, length in enumerate(range(10, len(text), 10)):
        write_desk(desk, text[:length])
        keeper.look(100.0 + step * STILL / 2)
    assert keeper.current.policy.desk_name == "Test Desk"
    write_desk(desk, text)
    keeper.look(200.0)
    keeper.look(200.0 + 2 * STILL)
    assert keeper.current.policy.desk_name == "A Desk With A Much Longer Name"
    assert heard.mistakes == []


def test_a_mistake_keeps_the_last_good_policy_and_is_told_once(
    keeper: PolicyKeeper, desk: Path, heard: Heard
) -> None:
    good = keeper.current
    write_desk(desk, DESK.replace("queue: support", "queue: suport"))
    with capture_logs() as logged:
        for second in range(10):
            keeper.look(100.0 + second)
    assert keeper.current is good
    line = 'desk.yaml:3:44: expected a queue (support), found "suport" (did you mean support?)'
    assert heard.mistakes == [(line,)]
    assert logged == [{"log_level": "error", "event": "refused", "policy": line}]


def test_nobody_is_told_of_a_mistake_that_is_gone_in_a_moment(
    keeper: PolicyKeeper, desk: Path, heard: Heard
) -> None:
    write_desk(desk, "name: [half")
    keeper.look(100.0)
    keeper.look(100.0 + 2 * STILL)
    write_desk(desk, named("Whole Again"))
    keeper.look(100.0 + CERTAIN)
    keeper.look(100.0 + CERTAIN + 2 * STILL)
    assert keeper.current.policy.desk_name == "Whole Again"
    assert heard.mistakes == []


def test_another_mistake_is_told_again_and_so_is_the_same_after_a_repair(
    keeper: PolicyKeeper, desk: Path, heard: Heard
) -> None:
    for text in ("name: [a", "- a", DESK, "- a"):
        write_desk(desk, text)
        keeper.reload_now()
        keeper.reload_now()
    assert len(heard.mistakes) == 3
    assert heard.mistakes[1] == heard.mistakes[2]


def test_a_change_in_one_file_with_a_mistake_in_another_changes_nothing(
    keeper: PolicyKeeper, desk: Path
) -> None:
    write_desk(desk, named("Other Desk"), AGENTS.replace("name:", "nam:"))
    assert not keeper.reload_now()
    assert keeper.current.policy.desk_name == "Test Desk"
    write_desk(desk, named("Other Desk"))
    assert keeper.reload_now()
    assert keeper.current.policy.desk_name == "Other Desk"


def test_a_missing_file_is_a_mistake_and_its_return_a_repair(
    keeper: PolicyKeeper, desk: Path, heard: Heard
) -> None:
    (desk / "agents.yaml").unlink()
    keeper.look(100.0)
    keeper.look(100.0 + CERTAIN)
    assert heard.mistakes == [
        ("agents.yaml:1:1: expected a file of this name in the desk folder, found none",)
    ]
    assert keeper.current.policy.agents[0].name == "Ana"
    write_desk(desk, agents=AGENTS.replace("Ana", "Anna"))
    keeper.look(200.0)
    keeper.look(200.0 + 2 * STILL)
    assert keeper.current.policy.agents[0].name == "Anna"


def test_a_template_of_the_desk_is_watched_too(
    keeper: PolicyKeeper, desk: Path, heard: Heard
) -> None:
    folder = desk / "templates" / "mail" / "en"
    folder.mkdir(parents=True)
    (folder / "acknowledgement.txt").write_text("Subject: We have it\n\nWords of our own.\n")
    keeper.look(100.0)
    keeper.look(100.0 + 2 * STILL)
    assert keeper.current.templates.source("acknowledgement", "en")["acknowledgement.txt"][
        1
    ].endswith("Words of our own.\n")
    (folder / "acknowledgement.txt").write_text("Subject: {{ never closed\n\nWords\n")
    assert not keeper.reload_now()
    assert "acknowledgement.txt:1:" in heard.mistakes[0][0]


def test_a_file_saved_without_a_change_is_no_change(
    keeper: PolicyKeeper, desk: Path, heard: Heard
) -> None:
    write_desk(desk)
    assert keeper.reload_now()
    assert heard.changes == []


def test_there_is_no_first_policy_with_a_mistake(desk: Path) -> None:
    write_desk(desk, "- a")
    with pytest.raises(BadPolicy):
        PolicyKeeper(desk)


def test_a_change_needs_less_than_two_seconds_of_looking() -> None:
    assert INTERVAL + STILL + INTERVAL < 2


def test_the_thread_takes_a_change_up_and_stops(
    keeper: PolicyKeeper, desk: Path, heard: Heard
) -> None:
    keeper.start()
    try:
        write_desk(desk, named("Other Desk"))
        assert heard.changed.wait(timeout=30)
        assert keeper.current.policy.desk_name == "Other Desk"
    finally:
        keeper.stop()
    assert "policy" not in [thread.name for thread in threading.enumerate()]


def test_an_editors_leftovers_are_no_change(keeper: PolicyKeeper, desk: Path, heard: Heard) -> None:
    (desk / "templates").mkdir()
    (desk / "templates" / ".reply.txt.swp").write_text("x")
    (desk / "templates" / "reply.txt~").write_text("x")
    assert keeper.reload_now()
    assert heard.changes == []


def test_a_change_of_the_settings_is_said_to_need_a_restart_once(
    desk: Path, keeper: PolicyKeeper, heard: Heard, capsys: pytest.CaptureFixture[str]
) -> None:
    keeper.look(0)
    assert "not_taken_up" not in capsys.readouterr().out
    (desk / "settings.yaml").write_text("broker: memory\n", encoding="utf-8")
    keeper.look(1)
    keeper.look(2)
    assert capsys.readouterr().out.count("not_taken_up") == 1
    assert (heard.mistakes, heard.changes) == ([], [])
