"""A stranger's fields and lines cost what they are long, however they were built to cost more."""

from __future__ import annotations

import time

import pytest

from maildesk.mail.origin import lines, lists
from maildesk.mail.origin.addresses import member, named_in, original
from maildesk.mail.parse import parse

BUDGET = 1.0
DOTS = "a." * 30_000


@pytest.mark.parametrize(
    "field",
    [
        f"List-Id: {DOTS}@",
        f"List-Id: <{'a' * 60_000}",
        f"X-BeenThere: {'a' * 60_000}",
        f"Mailing-List: {'list ' * 12_000}",
        f"List-Post: {'<mailto:a' * 7_000}",
        f"X-Original-Sender: srs0=a=b={DOTS}=@x.example",
        f"X-Original-From: {DOTS}={DOTS}=@x.example",
    ],
    ids=lambda field: str(field)[:20],
)
def test_the_fields_of_lists(field: str) -> None:
    head = f"From: {DOTS}={DOTS}=@x.example\r\nSubject: x\r\nList-Post: <mailto:it@x.example>\r\n"
    message = parse(f"{head}{field}\r\n\r\nHello.\r\n".encode())
    began = time.thread_time()
    lists.passed(message)
    assert time.thread_time() - began < BUDGET


def test_addresses() -> None:
    began = time.thread_time()
    for address in (f"srs0=a=b={DOTS}=@x.example", f"a={DOTS}=@x.example", f"{DOTS}=@x.example"):
        original(address)
        member(address)
    assert time.thread_time() - began < BUDGET


def test_labels() -> None:
    """Looked for in what comes in the desk's own name, which anybody can write."""
    text = f"E-Mail: {'a' * 990}\n" * 2_000
    began = time.thread_time()
    assert not [label for label, value in lines.labels_of(text) if named_in(value)]
    assert time.thread_time() - began < BUDGET


@pytest.mark.parametrize(
    ("field", "address"),
    [
        ("List-Id: IT <it.lists.example>", "it@lists.example"),
        ("List-Id: it.lists.example", "it@lists.example"),
        ("List-Id: <it.lists.example> ", "it@lists.example"),
        ("List-Id: <lists.example>", ""),
        ("List-Id: ..", ""),
        ("Mailing-List: list it@lists.example; contact it-owner@lists.example", "it@lists.example"),
        ("X-Mailing-List: <it@lists.example> archive/latest/7", "it@lists.example"),
        ("X-BeenThere: it@", ""),
    ],
)
def test_the_address_of_a_list(field: str, address: str) -> None:
    message = parse(f"From: kim@x.example\r\nSubject: x\r\n{field}\r\n\r\nHello.\r\n".encode())
    assert lists.addresses(message) - {""} == ({address} if address else set())
