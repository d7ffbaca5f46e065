"""What somebody with a link, or without one, may try on the pages of a running desk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.relay import Relay
from tests.stories.running_desk import wait_until
from tests.web.pages import with_pages
from tests.web.talk import Place, Talk


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    relay = Relay()
    running, pages = with_pages(
        tmp_path_factory.mktemp("attacks") / "desk", relay, web=", timeout: 2s"
    )
    yield running, pages, relay
    codes = running.stop()
    running.look_for_leaks()
    relay.remove()
    assert codes == [0], running.log()[-3000:]
    assert "Traceback" not in running.log()


def test_words_that_name_another_message_do_not_multiply_in_the_download(place: Place) -> None:
    talk = Talk(place, "A letter in letters")
    talk.prove()
    words = " ".join(f"letter-{number}-of-the-conversation" for number in range(1, 200))
    for text in (words, "Only once."):
        assert talk.says(text).status == 303
    wait_until(lambda: "Only once." in talk.page(), "it is filed")
    whole = talk.pages.ask(f"{talk.link}/download").text
    assert words in whole
    assert whole.count("Only once.") == 1
