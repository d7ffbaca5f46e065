"""Tokens: good ones handed out, old ones renewed, by one at a time, and none lost on the way."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from maildesk.errors import TransientFailure
from maildesk.oauth.outcomes import NoToken, Outcome
from maildesk.oauth.tokens import EARLIER, Tokens
from maildesk.store.db import Database
from maildesk.store.secrets import oauth_grants
from tests.oauth.place import KEY, SUPPORT, Place, grant
from tests.servers.provider import aadsts, in_json


def test_a_token_is_asked_for_once_and_used_until_shortly_before_its_end(place: Place) -> None:
    of, tokens = place.application(), place.tokens()
    first = tokens.token(of)
    place.clock.move(3600 - 301)
    assert tokens.token(of) == first
    place.clock.move(2)
    second = tokens.token(of)
    assert second != first
    assert place.provider.owner_of(second)
    assert place.provider.grants == ["client_credentials"] * 2


def test_another_process_uses_the_same_token(place: Place) -> None:
    of = place.application()
    assert place.tokens("one").token(of) == place.tokens("two").token(of)
    assert len(place.provider.grants) == 1


def test_a_token_that_lives_for_seconds_is_used_for_three_quarters_of_them(place: Place) -> None:
    place.provider.lifetime = 8
    of, tokens = place.application(), place.tokens()
    first = tokens.token(of)
    place.clock.move(5)
    assert tokens.token(of) == first
    place.clock.move(2)
    assert tokens.token(of) != first


def test_each_refresh_token_is_used_once_and_the_newest_is_kept(place: Place) -> None:
    of = place.signed_in()
    for _ in range(5):
        place.clock.move(3600)
        assert place.provider.owner_of(place.tokens().token(of)) == SUPPORT
    used = [form["refresh_token"] for _, form in place.provider.asked if "refresh_token" in form]
    assert len(set(used)) == 5


def test_a_provider_that_keeps_the_refresh_token_need_not_say_it_again(place: Place) -> None:
    of = place.signed_in()
    place.provider.rotates = False
    for _ in range(3):
        place.clock.move(3600)
        place.tokens().token(of)


def test_many_threads_of_many_processes_renew_once(place: Place) -> None:
    of = place.signed_in()
    place.clock.move(3600)
    asked, desk = threading.Barrier(8), [place.tokens(f"process {n}") for n in range(4)]
    found: list[str] = []

    def ask(tokens: Tokens) -> None:
        asked.wait()
        found.append(tokens.token(of))

    threads = [threading.Thread(target=ask, args=(desk[n % 4],)) for n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(set(found)) == 1
    assert place.provider.grants.count("refresh_token") == 1


def test_who_comes_while_another_renews_goes_on_with_the_token_that_is_good(place: Place) -> None:
    of = place.application()
    old = place.tokens("two").token(of)
    place.clock.move(3600 - 200)
    others: list[str] = []
    place.provider.before = lambda: others.append(place.tokens("two").token(of))
    assert place.tokens("one").token(of) != old
    assert others == [old]


def test_who_has_none_waits_for_the_one_who_renews(place: Place) -> None:
    of, one, two = place.application(), place.tokens("one"), place.tokens("two")
    is_asking, may_answer = threading.Event(), threading.Event()

    def before() -> None:
        is_asking.set()
        may_answer.wait()

    place.provider.before = before
    found: list[str] = []
    first = threading.Thread(target=lambda: found.append(one.token(of)))
    first.start()
    is_asking.wait()

    def pause(_seconds: float) -> None:
        may_answer.set()
        first.join()

    two._pause = pause
    assert [two.token(of)] == found
    assert len(place.provider.grants) == 1


def test_a_process_that_died_while_it_renewed_holds_nobody_up_for_long(place: Place) -> None:
    of = place.application()
    with place.db.write() as conn:
        now = place.clock.now()
        oauth_grants.claim(conn, of.name, owner="dead", now=now, until=now.replace(minute=1))
    began = place.clock.now()
    assert place.tokens("alive").token(of)
    assert (place.clock.now() - began).total_seconds() <= 61


def test_a_new_refresh_token_outlives_a_database_that_goes_away_just_then(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = place.signed_in()
    place.clock.move(3600)
    write = oauth_grants.write

    def away(*_: object, **__: object) -> bool:
        raise TransientFailure("the database is away")

    monkeypatch.setattr(oauth_grants, "write", away)
    dies = place.tokens("dies")
    with pytest.raises(TransientFailure):
        dies.token(of)
    monkeypatch.setattr(oauth_grants, "write", write)
    place.clock.move(100)
    next_one = place.tokens("next")
    assert place.provider.owner_of(next_one.token(of)) == SUPPORT
    assert place.provider.grants.count("refresh_token") == 1
    place.clock.move(3600)
    assert place.provider.owner_of(next_one.token(of)) == SUPPORT


def test_where_no_file_can_be_written_it_is_remembered(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = place.signed_in()
    (place.folder / "var" / "oauth").rmdir()
    (place.folder / "var" / "oauth").touch()
    place.clock.move(3600)
    tokens, write = place.tokens(), oauth_grants.write

    def away(*_: object, **__: object) -> bool:
        raise TransientFailure("the database is away")

    with monkeypatch.context() as patched:
        patched.setattr(oauth_grants, "write", away)
        with pytest.raises(TransientFailure):
            tokens.token(of)
    assert oauth_grants.write is write
    assert place.provider.owner_of(tokens.token(of)) == SUPPORT


def test_what_is_kept_can_be_read_by_nobody_else(place: Place) -> None:
    of = place.signed_in()
    token = place.tokens().token(of)
    row = place.row(of)
    (renews,) = place.provider.refresh
    assert row.sealed is not None
    for word in (token, renews, SUPPORT):
        assert word.encode() not in bytes(row.sealed)
    for path in (place.folder / "var").rglob("*"):
        assert token.encode() not in (path.read_bytes() if path.is_file() else b"")
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert token not in repr(vars(place.tokens())) + repr(row)


def test_a_new_key_of_the_desk_opens_what_the_old_one_sealed(place: Place) -> None:
    of = place.signed_in()
    place.clock.move(3600)
    both = place.tokens(keys=(b"the new key, which signs from now on", KEY))
    assert place.provider.owner_of(both.token(of)) == SUPPORT
    place.clock.move(3600)
    new = place.tokens(keys=(b"the new key, which signs from now on",))
    assert place.provider.owner_of(new.token(of)) == SUPPORT


def test_under_a_key_that_is_lost_somebody_has_to_sign_in_again(place: Place) -> None:
    of = place.signed_in()
    place.clock.move(3600)
    other = place.tokens(keys=(b"quite another key, as after --new-key",))
    with pytest.raises(NoToken) as why:
        other.token(of)
    assert why.value.outcome is Outcome.NOT_AUTHORIZED
    assert other.state(of) is Outcome.NOT_AUTHORIZED


def test_where_nobody_has_signed_in_nobody_is_asked(place: Place) -> None:
    with pytest.raises(NoToken) as why:
        place.tokens().token(place.person())
    assert why.value.outcome is Outcome.NOT_AUTHORIZED
    assert place.provider.asked == []


def test_a_withdrawn_grant_is_asked_for_once_an_hour_at_most(place: Place) -> None:
    of, tokens = place.signed_in(), place.tokens()
    place.provider.revoke()
    place.clock.move(3600)
    for _ in range(24 * 6):
        place.clock.move(600)
        with pytest.raises(NoToken) as why:
            tokens.token(of)
        assert why.value.outcome is Outcome.WITHDRAWN
    assert 20 <= place.provider.grants.count("refresh_token") <= 30
    assert tokens.state(of) is Outcome.WITHDRAWN
    assert "`maildesk authorize support` says what helps" in tokens.troubles()


def test_signing_in_again_mends_it_at_once_for_every_process(place: Place) -> None:
    of, tokens = place.signed_in(), place.tokens("reads mail")
    place.provider.revoke()
    place.clock.move(3600)
    with pytest.raises(NoToken):
        tokens.token(of)
    place.signed_in()
    assert place.provider.owner_of(tokens.token(of)) == SUPPORT
    assert tokens.state(of) is None
    assert tokens.troubles() == ""


def test_other_settings_are_tried_at_once(place: Place) -> None:
    wrong = grant(place.provider, client_secret="last year's")
    with pytest.raises(NoToken) as why:
        place.tokens().token(wrong)
    assert why.value.outcome is Outcome.SECRET_WRONG
    assert place.tokens().token(place.application())


def test_retry_after_is_obeyed_and_a_good_token_used_meanwhile(place: Place) -> None:
    of, tokens = place.application(), place.tokens()
    first = tokens.token(of)
    place.clock.move(3600 - 290)
    place.provider.odd.append(in_json(429, {"error": "throttled"}, Retry_After="240"))
    assert tokens.token(of) == first
    for _ in range(23):
        place.clock.move(10)
        assert tokens.token(of) == first
    assert len(place.provider.grants) == 2
    place.clock.move(30)
    assert tokens.token(of) != first


def test_without_a_good_token_it_is_said_what_hinders(place: Place) -> None:
    of, tokens = place.application(), place.tokens()
    place.provider.odd.append(in_json(429, {"error": "throttled"}, Retry_After="600"))
    for _ in range(10):
        with pytest.raises(NoToken) as why:
            tokens.token(of)
        assert why.value.outcome is Outcome.THROTTLED
        place.clock.move(50)
    assert len(place.provider.grants) == 1
    assert tokens.state(of) is None  # nothing that a person has to mend


def test_what_passes_does_not_hide_what_does_not(place: Place) -> None:
    of, tokens = place.application(), place.tokens()
    for answer in (aadsts("65001"), in_json(503, {})):
        place.provider.odd.append(answer)
        with pytest.raises(NoToken):
            tokens.token(of)
        place.clock.move(7200)
    assert tokens.state(of) is Outcome.CONSENT_MISSING


def test_a_token_that_the_server_refuses_is_renewed_once(place: Place) -> None:
    of, tokens = place.signed_in(), place.tokens()
    yesterday = tokens.token(of)
    place.clock.move(1200)
    today = tokens.token(of, refused=yesterday)
    assert today != yesterday
    assert tokens.token(of, refused=yesterday) == today
    with pytest.raises(NoToken, match="refuses a token that is new"):
        tokens.token(of, refused=today)
    assert place.provider.grants.count("refresh_token") == 1


def test_who_looks_after_all_of_them_comes_before_the_others(place: Place) -> None:
    of, tokens = place.application(), place.tokens()
    first = tokens.token(of)
    place.clock.move(3600 - 500)
    assert tokens.token(of) == first
    assert tokens.token(of, margin=EARLIER) != first


def test_nothing_secret_is_logged(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    of, tokens = place.signed_in(), place.tokens()
    token = tokens.token(of)
    (renews,) = place.provider.refresh
    place.provider.revoke()
    place.clock.move(3600)
    said = aadsts("50173")
    place.provider.odd.append(
        in_json(
            400, {"error": "invalid_grant", "error_description": f"the token {renews} was revoked"}
        )
    )
    with pytest.raises(NoToken) as why:
        tokens.token(of)
    told = capsys.readouterr()
    for secret in (token, renews):
        assert secret not in told.err + told.out + str(why.value) + place.row(of).said
    assert said.status == 400


def test_a_late_writer_changes_nothing(db: Database, tmp_path: Path, place: Place) -> None:
    of = place.signed_in()
    with db.write() as conn:
        now = place.clock.now()
        late = oauth_grants.claim(conn, of.name, owner="late", now=now, until=now)
        prompt = oauth_grants.claim(conn, of.name, owner="prompt", now=now, until=now)
        assert late is not None
        assert prompt is not None
        assert oauth_grants.write(conn, prompt, said="prompt")
        assert not oauth_grants.write(conn, late, said="late")
    assert place.row(of).said == "prompt"
