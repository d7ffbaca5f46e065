"""References in subjects: written in the admin's format, found again however people and clients
change it."""

from __future__ import annotations

import pytest

from maildesk.desk.threads.reference import (
    find_number,
    is_valid_format,
    numbers_in,
    stands_in,
    with_reference,
    without_reference,
    write,
)

FMT = "TKT-{:04d}"


@pytest.mark.parametrize(
    ("fmt", "number", "written"),
    [
        ("TKT-{:04d}", 7, "TKT-0007"),
        ("TKT-{:04d}", 12345, "TKT-12345"),
        ("TICK-{}", 1001, "TICK-1001"),
        ("#{:05d}", 42, "#00042"),
        ("{:d}/desk", 3, "3/desk"),
        ("Fall {:03d}", 9, "Fall 009"),
    ],
)
def test_a_reference_is_found_again_in_any_case_and_place(
    fmt: str, number: int, written: str
) -> None:
    assert write(fmt, number) == written
    for subject in (
        written,
        f"Re: printer [{written}]",
        f"AW: ({written.upper()}) broken",
        f"{written.lower()}: hello",
        f"x {written}.",
    ):
        assert find_number(fmt, subject) == number


@pytest.mark.parametrize(
    "subject",
    [
        "Re: TKT-7",
        "tkt-00000007",
        "[tkt0007]",
        "TKT\u20110007 non-breaking",
        "TKT\u20100007",
        "RE: [EXT] [TKT-0007] x",
        "TKT-0007-x",
    ],
)
def test_more_or_fewer_zeros_and_odd_dashes_are_the_same_number(subject: str) -> None:
    assert find_number(FMT, subject) == 7


@pytest.mark.parametrize(
    "subject",
    ["", "7", "TKT-", "ATKT-0007", "TKT-0007b", "TKT-12345678901", "TK-0007", "ticket 0007"],
)
def test_what_only_looks_like_one_is_none(subject: str) -> None:
    assert find_number(FMT, subject) is None


def test_the_first_of_two_counts() -> None:
    assert find_number(FMT, "TKT-0002 follows TKT-0001") == 2


def test_a_long_subject_costs_no_time() -> None:
    assert find_number(FMT, "TKT-" * 200_000) is None
    assert find_number(FMT, "TKT-" + "0" * 500_000) is None


@pytest.mark.parametrize("fmt", ["TKT-{:04d}", "TICK-{}", "#{:d}", "Q{:06d}x"])
def test_formats_with_one_number_and_something_to_know_it_by_are_valid(fmt: str) -> None:
    assert is_valid_format(fmt)


@pytest.mark.parametrize(
    "fmt",
    [
        "",
        "{}",
        "Q{:6d}",
        "TKT",
        "{:04d}{:04d}",
        "TKT-{:x}",
        "TKT-{number}",
        "TKT-{0}",
        "{{TKT-{}",
        " {} ",
        "T-{:99d}",
    ],
)
def test_formats_that_could_not_be_found_again_are_refused(fmt: str) -> None:
    assert not is_valid_format(fmt)


def test_a_reference_stands_once_in_a_subject_at_its_end() -> None:
    assert with_reference("Printer", "TKT-0007") == "Printer [TKT-0007]"
    assert with_reference("Printer [tkt-0007]", "TKT-0007") == "Printer [tkt-0007]"
    assert with_reference("  ", "TKT-0007") == "(no subject) [TKT-0007]"


def test_a_longer_number_is_another_reference() -> None:
    assert with_reference("as in TKT-10001", "TKT-1000") == "as in TKT-10001 [TKT-1000]"


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Re: Printer [TKT-0007]", "Printer"),
        ("AW: RE: WG: Printer", "Printer"),
        ("[TKT-0007] Re: Printer", "Printer"),
        ("Re: [TKT-0007] Re: Printer", "Printer"),
        ("RE[2]: Printer (TKT-0007)", "Printer"),
        ("回复：Printer [TKT-0007]", "Printer"),
        ("TKT-0007: Printer", "Printer"),
        ("Printer - TKT-0007 -", "Printer"),
        ("Reply needed: invoice", "Reply needed: invoice"),
        ("[urgent] Printer", "[urgent] Printer"),
        ("Re:", ""),
    ],
)
def test_the_subject_as_the_customer_wrote_it(subject: str, bare: str) -> None:
    assert without_reference(FMT, subject) == bare


def test_the_numbers_of_a_subject_are_found_in_whatever_form() -> None:
    assert numbers_in("Re: [TICK-0012] invoice 4711 of 2026, again 12") == (12, 4711, 2026)
    assert numbers_in("no number, and one too long: 1234567890123456789") == ()
    assert len(numbers_in(" ".join(map(str, range(1000))))) == 5


@pytest.mark.parametrize(
    ("reference", "number", "subject"),
    [
        ("TICK-0012", 12, "Re: [TICK-0012] Printer"),
        ("TICK-0012", 12, "AW: tick-12"),
        ("#00042", 42, "Re: #42 hello"),
        ("Fall 009", 9, "Antw: FALL 009"),
        ("D2-0002", 2, "Re: [D2-0002]"),
        ("3/desk", 3, "3/desk"),
    ],
)
def test_a_reference_of_former_times_is_known_in_a_subject(
    reference: str, number: int, subject: str
) -> None:
    assert stands_in(reference, number, subject)


@pytest.mark.parametrize(
    "subject",
    ["", "12", "invoice 12", "STICK-0012", "TICK-0120", "TICK-0012b", "TICK 12", "TKT-0012"],
)
def test_a_number_alone_is_no_reference(subject: str) -> None:
    assert not stands_in("TICK-0012", 12, subject)
