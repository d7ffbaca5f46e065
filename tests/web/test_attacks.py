"""What somebody with a link, or without one, may try on the pages of a running desk."""

from __future__ import annotations

import asyncio
import select
import socket
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from maildesk.web.server import patient
from tests.servers.process import NEVER
from tests.stories.running_desk import Inbox, wait_until
from tests.web.pages import Pages
from tests.web.places import running
from tests.web.talk import DESK, Place, Talk, field, link_in, multipart


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("attacks"), web=", timeout: 2s") as found:
        yield found


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


def test_a_form_that_somebody_goes_back_to_and_changes_is_another_message(place: Place) -> None:
    talk = Talk(place, "Gone back")
    talk.prove()
    form = {"form": field(talk.page(), "form"), "do": "send"}
    sent = (
        talk.post("reply", {**form, "text": "It still jams."}),
        talk.post("reply", {**form, "text": "It still jams, in tray 2."}),
        talk.post("reply", {**form, "text": "It still jams."}, ("log.txt", b"E13")),
    )
    assert [one.status for one in sent] == [303, 303, 303]
    wait_until(lambda: "log.txt" in talk.page(), "the last is filed")
    said = [one["text"].strip() for one in talk.desk.ticket(talk.reference)["messages"]]
    assert said.count("It still jams, in tray 2.") == 1
    assert said.count("It still jams.") == 2


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ticket/x%0d%0aSet-Cookie:%20a=b/reply", 404),
        ("/ticket/%E2%80%AE%00/reply", 404),
        ("/ticket/%5cevil.example/reply", 404),
        (f"/ticket/x/file/{'9' * 5000}/1/x", 404),
        (f"/ticket/x/file/1/{'9' * 5000}/x", 404),
        (f"/ticket/{'x' * 9000}", 404),
        ("/?%ff=%00", 200),
    ],
)
def test_a_path_that_is_odd_is_answered_in_words(place: Place, path: str, status: int) -> None:
    answer = Pages(place[1].port).ask(path)
    assert answer.status == status
    names = {one.partition("=")[0] for one in answer.cookies}
    assert names == ({"maildesk-new"} if status == 200 else set())  # what the form itself sets


def test_who_may_not_close_it_by_mail_does_not_on_the_page(place: Place) -> None:
    mail = EmailMessage()
    lee = "lee@closing.example"
    mail["To"], mail["Cc"], mail["Subject"] = DESK, lee, "Whose is it"
    mail["Message-ID"] = "<whose@customer.example>"
    mail.set_content("Lee is in copy.")
    talk = Talk(place, "Whose is it", mail)
    assert 'value="close"' not in talk.page()
    talk.prove()
    assert 'value="close"' in talk.page()
    copied = Talk.__new__(Talk)
    copied.__dict__ = {**talk.__dict__, "kim": lee, "pages": Pages(talk.pages.port)}
    copied.inbox = Inbox(place[2])
    copied.link = link_in(copied.inbox.take(lee, subject="Re: "))
    copied.prove()
    assert 'value="close"' not in copied.page()
    assert copied.says("", do="close").headers["location"].endswith("?done=closed_not")
    assert talk.desk.ticket(talk.reference)["status"] != "closed"
    assert talk.says("", do="close").headers["location"].endswith("?done=closed")


def test_a_request_of_two_lengths_is_refused_and_nothing_behind_it_is_read(place: Place) -> None:
    _, pages, _ = place
    with socket.create_connection(("127.0.0.1", pages.port), timeout=NEVER) as link:
        link.sendall(
            b"POST /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            b"GET /smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        )
        said = b""
        while piece := link.recv(10_000):
            said += piece
    assert said.startswith(b"HTTP/1.1 400 ")
    assert said.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    "charset",
    [
        "charset=punycode",  # half a megabyte of it keeps Python busy for half a minute
        'CharSet="idna"',
        "charset*=us-ascii''punycode",
        "charset*0=puny; charset*1=code",
        "charset=utf-8; charset=punycode",
        "charset=utf-8x",
    ],
)
def test_a_form_in_a_code_of_letters_that_takes_long_is_refused_unread(
    place: Place, charset: str
) -> None:
    body, kind = multipart({"text": "It jams."}, ())
    pages = Pages(place[1].port)
    for path in ("/", "/mine/ask", "/find"):
        assert pages.ask(path, "POST", body, Content_Type=f"{kind}; {charset}").status == 415
    assert pages.ask("/", "POST", body, Content_Type=f'{kind}; charset="UTF-8"').status == 422
    other = "application/x-www-form-urlencoded"
    assert (
        pages.ask("/", "POST", b"text=", Content_Type=f"{kind}; x={other}; {charset}").status == 415
    )
    assert (
        pages.ask("/", "POST", b"text=", Content_Type=f"{other}; charset=ISO-8859-1").status == 422
    )


def test_a_body_that_drips_is_given_up(place: Place) -> None:
    talk = Talk(place, "Drop by drop")
    path = talk.link.removeprefix(talk.pages.url)
    head = (
        f"POST {path}/reply HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 400\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    said = b""
    with socket.create_connection(("127.0.0.1", talk.pages.port), timeout=NEVER) as link:
        link.sendall(head.encode())
        for _ in range(400):
            link.sendall(b"a")
            if select.select([link], [], [], 0.05)[0]:
                said = link.recv(100)
                break
    assert said.startswith(b"HTTP/1.1 408 ")


def test_who_takes_nothing_of_an_answer_is_hung_up_on() -> None:
    octets = 20_000_000

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        length = [(b"content-length", str(octets).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": length})
        await send({"type": "http.response.body", "body": bytes(octets)})

    async def scene() -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(app, http=patient(0.1), lifespan="off", log_config=None)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve([listener]))
        link = socket.create_connection(listener.getsockname(), timeout=NEVER)
        link.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        connections = server.server_state.connections
        while not connections:
            await asyncio.sleep(0)
        while connections:
            await asyncio.sleep(0.01)
        server.should_exit = True
        await serving
        taken = 0
        while piece := link.recv(1_000_000):
            taken += len(piece)
        link.close()
        return taken

    assert asyncio.run(scene()) < octets
