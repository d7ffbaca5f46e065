"""contacts.csv: rows by address and by domain, bad ones by their line, and what a large file
costs."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from maildesk.config.customers.context import ContextSection, contacts_file
from maildesk.desk.customers.context import ContactsFile
from maildesk.lookup.contacts_csv import Contacts


def file_of(folder: Path, text: str | bytes, **section: object) -> ContactsFile:
    raw = text if isinstance(text, bytes) else text.encode()
    (folder / "contacts.csv").write_bytes(raw)
    found, mistakes = contacts_file(folder, ContextSection.model_validate(section))
    assert found is not None, mistakes
    return found


def contacts(folder: Path, text: str | bytes, **section: object) -> Contacts:
    return Contacts(file_of(folder, text, **section))


def test_a_row_is_found_by_its_address_else_by_its_domain(tmp_path: Path) -> None:
    found = contacts(
        tmp_path,
        "Plan;E-Mail;Note\r\nGold;Ana@BigCorp.example;\r\nBasic;@bigcorp.example;ask Eva\r\n",
    )
    assert found.of("ana@bigcorp.example") == (("Plan", "Gold"),)
    assert found.of("ana+shop@bigcorp.example") == (("Plan", "Gold"),)
    assert found.of("tom@bigcorp.example") == (("Plan", "Basic"), ("Note", "ask Eva"))
    assert found.of("tom@elsewhere.example") == ()
    assert found.of("") == ()


def test_cells_may_have_several_addresses_lines_and_letters_of_any_kind(tmp_path: Path) -> None:
    text = '\ufeffName,mail,Größe\n"Ana\nRuiz","ana@a.example; ana@b.example","7 ""g"""\n'
    found = contacts(tmp_path, f"{text}Tom,tom@bücher.example,8\n")
    assert found.of("ana@b.example") == (("Name", "Ana Ruiz"), ("Größe", '7 "g"'))
    assert found.of("tom@xn--bcher-kva.example") == (("Name", "Tom"), ("Größe", "8"))
    assert found.bad == []


def test_fields_choose_and_name_the_columns(tmp_path: Path) -> None:
    text = "who,plan,contact\nx@y.example,Gold,ana@a.example\n"
    found = contacts(tmp_path, text, address="Contact", fields={"Tarif": "PLAN"})
    assert found.of("ana@a.example") == (("Tarif", "Gold"),)
    assert found.of("x@y.example") == ()


@pytest.mark.parametrize("odd", ["\u2028", "\x0b", "\x0c", "\x1c", "\x85"])
def test_a_row_with_a_separator_in_a_cell_is_one_row(tmp_path: Path, odd: str) -> None:
    found = contacts(tmp_path, f"email,firm,plan\nana@a.example,Acme{odd}Ltd,Gold\n")
    assert found.bad == []
    assert found.of("ana@a.example") == (("firm", "Acme Ltd"), ("plan", "Gold"))


def test_a_carriage_return_in_the_first_row_is_a_bad_row_and_no_crash(tmp_path: Path) -> None:
    found = contacts(tmp_path, "email,plan\nana@a.example,Go\rld\neva@a.example,Basic\n")
    assert [one.line for one in found.bad] == [2]
    assert found.of("eva@a.example") == (("plan", "Basic"),)


def test_bad_rows_are_told_with_their_line_and_the_others_are_found(tmp_path: Path) -> None:
    rows = ["email,plan", "ana@a.example,Gold", "nobody,Gold", "tom@a.example", '"x\ny",z', ""]
    rows += ["ANA@a.example,Basic", "eva@a.example,Basic"]
    found = contacts(tmp_path, "\n".join(rows) + "\n")
    assert [str(one) for one in found.bad] == [
        "contacts.csv:3: no address, and no @domain",
        "contacts.csv:4: 1 cells, and the first line has 2",
        "contacts.csv:5: no address, and no @domain",
        "contacts.csv:8: an address that line 2 has already",
    ]
    assert found.of("ana@a.example") == (("plan", "Gold"),)
    assert found.of("eva@a.example") == (("plan", "Basic"),)


MANY = [f"person{n}@firm.example,Plan {n},some words" for n in range(4000)]


@pytest.mark.parametrize("closing", ["", 'zoe@a.example,"Gold",x', 'zoe@a.example,Gold,"x"'])
@pytest.mark.parametrize("rest", [0, 3, 4000])
@pytest.mark.parametrize("open_row", ['tom@a.example,"Gold,x', '"tom@a.example,Gold,x'])
def test_a_quotation_mark_that_nobody_closed_costs_its_own_row(
    tmp_path: Path, open_row: str, rest: int, closing: str
) -> None:
    rows = ["email,plan,note", "ana@a.example,Gold,x", open_row, *MANY[:rest]]
    found = contacts(tmp_path, "\n".join([*rows, *([closing] if closing else [])]) + "\n")
    if rest or closing:
        assert [one.line for one in found.bad] == [3]
        assert "is not closed" in str(found.bad[0])
    assert len(found) == 1 + rest + bool(closing)
    for one in MANY[:rest][-3:]:
        address, plan, _ = one.split(",")
        assert found.of(address)[0] == ("plan", plan)
    assert found.of("zoe@a.example") == ((("plan", "Gold"), ("note", "x")) if closing else ())


def test_values_are_one_line_cut_and_not_too_many(tmp_path: Path) -> None:
    names = ",".join(f"c{n}" for n in range(30))
    text = f"email,{names}\nana@a.example,{'x' * 900},\x1b[31m red\u202e{',y' * 28}\n"
    values = contacts(tmp_path, text).of("ana@a.example")
    assert len(values) == 12
    assert values[0][1] == "x" * 199 + "…"
    assert values[1][1] == "[31m red"


def test_octets_that_are_no_text_cost_one_row(tmp_path: Path) -> None:
    found = contacts(tmp_path, b"email,plan\n\xff\xfe\x00,x\nana@a.example,Gold\n")
    assert found.of("ana@a.example") == (("plan", "Gold"),)
    assert len(found.bad) == 1


def test_a_file_that_is_replaced_is_read_as_it_was_and_one_that_is_changed_gives_nothing(
    tmp_path: Path,
) -> None:
    text = "email,plan\nana@a.example,Gold\ntom@a.example,Basic\n"
    found = contacts(tmp_path, text)
    other = tmp_path / "other"
    other.write_text("email,plan\neva@a.example,None\n", encoding="utf-8")
    other.replace(tmp_path / "contacts.csv")
    assert found.of("tom@a.example") == (("plan", "Basic"),)
    found = contacts(tmp_path, text)
    (tmp_path / "contacts.csv").write_text("email,plan\neva@a.example,Gold\n", encoding="utf-8")
    assert found.of("ana@a.example") == found.of("tom@a.example") == ()


def test_another_file_than_the_policy_was_loaded_with_is_not_read(tmp_path: Path) -> None:
    file = file_of(tmp_path, "email,plan\nana@a.example,Gold\n")
    (tmp_path / "contacts.csv").write_text("plan,email\nGold,ana@a.example\n", encoding="utf-8")
    assert Contacts(file).of("ana@a.example") == ()


def test_a_hundred_thousand_rows_cost_little_memory(tmp_path: Path) -> None:
    rows = (f"person{n}@firm{n % 977}.example,Plan {n % 7},{n},some words" for n in range(100_000))
    file = file_of(tmp_path, "email,plan,seats,note\n" + "\n".join(rows) + "\n")
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    found = Contacts(file)
    kept = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert len(found) == 100_000
    assert kept < 2_500_000
    assert found.of("person77777@firm594.example")[:2] == (("plan", "Plan 0"), ("seats", "77777"))


@pytest.mark.parametrize(
    ("text", "section", "said"),
    [
        (b"\xff\xfeE\x00", {}, "contacts.csv:1:1: expected a file in UTF-8"),
        ("", {}, "expected a first line with the names of columns"),
        ("name,plan\nAna,Gold\n", {}, "expected a column of addresses"),
        ("email,plan\rana@a.example,Gold\r", {}, "expected lines that end with a line feed"),
        ("email,plan\n", {"address": "e-mial"}, "the column e-mial"),
        ("email,plan\n", {"fields": {"Plan": "plam"}}, "found email, plan (did you mean plan?)"),
    ],
)
def test_a_first_line_that_cannot_be_followed_is_a_mistake(
    tmp_path: Path, text: str | bytes, section: dict[str, object], said: str
) -> None:
    raw = text if isinstance(text, bytes) else text.encode()
    (tmp_path / "contacts.csv").write_bytes(raw)
    found, mistakes = contacts_file(tmp_path, ContextSection.model_validate(section))
    assert found is None
    assert said in str(mistakes[0])
