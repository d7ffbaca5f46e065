"""YAML: plain data with positions; what may hide in it is refused, and every refusal says where."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from maildesk.config.yaml import MAX_MISTAKES, Document, load, parse
from maildesk.errors import BadPolicy


def mistakes(text: str | bytes) -> list[str]:
    with pytest.raises(BadPolicy) as caught:
        parse(text.encode() if isinstance(text, str) else text, "desk.yaml")
    return [str(m) for m in caught.value.mistakes]


def data(text: str) -> object:
    return parse(text.encode(), "desk.yaml").data


def test_no_and_on_are_words() -> None:
    assert data("[no, on, yes, off, y, n]") == ["no", "on", "yes", "off", "y", "n"]


def test_numbers_true_and_nothing_are_read_as_what_they_are() -> None:
    assert data("[1, -2, 1.5, true, False, null, ~, ]") == [1, -2, 1.5, True, False, None, None]


def test_what_only_looks_like_a_number_stays_as_it_was_written() -> None:
    words = ["007", "0x1F", "1e3", "9:00", "2026-01-01", "1_000", ".5", "+49 89 1", "1" * 40]
    assert data("[" + ", ".join(words) + "]") == words


def test_quoted_values_are_text() -> None:
    assert data("""["1", 'true', "", "null"]""") == ["1", "true", "", "null"]


def test_block_text_and_nesting_are_read() -> None:
    assert data("a:\n  b: |\n    one\n    two\n  c:\n    - {d: [e]}\n") == {
        "a": {"b": "one\ntwo\n", "c": [{"d": ["e"]}]}
    }


def test_an_empty_file_holds_nothing() -> None:
    assert [data(""), data("# only a comment\n"), data("---\n")] == [None, None, None]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    document = parse(b"\xef\xbb\xbfa: 1\r\nb: c\r\n", "desk.yaml")
    assert (document.data, document.at(("b",))) == ({"a": 1, "b": "c"}, (2, 4))


@pytest.fixture
def document() -> Document:
    return parse(
        "name: Ümläut\nrules:\n  - name: first\n    then: [{assign: {to: ana}}]\n".encode(),
        "rules.yaml",
    )


def test_every_value_and_every_key_has_its_line_and_column(document: Document) -> None:
    assert document.at(("name",)) == (1, 7)
    assert document.at(("rules", 0)) == (3, 5)
    assert document.at(("rules", 0, "then", 0, "assign", "to")) == (4, 26)
    assert document.at_key(("rules", 0, "then")) == (4, 5)
    assert document.at_key(("rules", 0, "then", 0)) == (4, 12)


def test_what_is_missing_is_placed_at_the_nearest_thing_around_it(document: Document) -> None:
    assert document.at(("rules", 0, "if", "any")) == (3, 5)
    assert document.at_key(("rules", 7, "if")) == (3, 3)
    assert document.at(()) == (1, 1)
    assert document.at_key(()) == (1, 1)


def test_anchors_aliases_merge_keys_and_duplicates_are_all_told_at_once() -> None:
    assert mistakes("a: &x {k: 1}\nb: *x\nc:\n  <<: {a: 1}\na: 2\n") == [
        (
            "desk.yaml:1:4: expected no anchors (write the value out where it is needed), found "
            "the anchor &x"
        ),
        "desk.yaml:2:4: expected a value written out, found the alias *x",
        "desk.yaml:4:3: expected no merge keys (write the keys out), found <<",
        "desk.yaml:5:1: expected each key once, found a again (first on line 1)",
    ]


def test_a_bomb_of_aliases_costs_nothing() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 30)]
    found = mistakes("\n".join(lines))
    assert found[0].startswith("desk.yaml:1:5: expected no anchors")
    assert len(found) == MAX_MISTAKES


def test_tags_and_a_second_document_are_refused() -> None:
    assert mistakes("a: !!python/object:os.system x\nb: !mine 1\n") == [
        "desk.yaml:1:4: expected a plain value, found the tag !!python/object:os.system",
        "desk.yaml:2:4: expected a plain value, found the tag !mine",
    ]
    assert mistakes("a: 1\n---\nb: 2\n") == [
        "desk.yaml:2:1: expected one document in a file, found a second one, after ---"
    ]


def test_a_list_or_a_mapping_is_no_key() -> None:
    assert mistakes("? [a, b]\n: c\n") == [
        "desk.yaml:1:3: expected a word as a key, found a list, a mapping or an alias"
    ]


def test_thirty_two_levels_are_enough() -> None:
    assert data("[" * 32 + "]" * 32) is not None
    assert mistakes("[" * 33 + "]" * 33) == [
        "desk.yaml:1:33: expected at most 32 levels, one inside the other, found one more"
    ]
    assert mistakes("[" * 500_000) == [
        "desk.yaml:1:33: expected at most 32 levels, one inside the other, found one more"
    ]
    assert mistakes("{a: " * 100_000) == [
        "desk.yaml:1:129: expected at most 32 levels, one inside the other, found one more"
    ]


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        (
            "b: 1\na: 'never closed\n",
            3,
            "a closing quote or bracket, found the end of the file (it opens on line 2)",
        ),
        (
            "a: b: c\n",
            1,
            (
                "one key: value (a value with a colon goes in quotes), found a second colon, or a "
                "wrong indentation"
            ),
        ),
        (
            "a: @support\n",
            1,
            (
                "a value (in quotes, if it begins with @ ` or %), found a character that no value "
                "begins with"
            ),
        ),
        ("a:\n  - b\n c: d\n", 3, "the same indentation as the lines around it, found another"),
        ('a: "\\q"\n', 1, "a known escape after \\ (or single quotes), found another"),
        ("a: [b, c}\n", 1, "a comma or a closing bracket, found something else"),
    ],
)
def test_broken_syntax_is_told_in_plain_words(text: str, line: int, expected: str) -> None:
    (found,) = mistakes(text)
    assert found.startswith(f"desk.yaml:{line}:")
    assert found.endswith(f"expected {expected}")


def test_no_broken_text_escapes_as_another_error() -> None:
    texts = ["%TAG ! x\n--- a", "%YAML 9.9\n---\na", ":", "- - -", "a: !b!c d"]
    texts += ["a: *", "a: &", "- [", "{", "? ", "!", "a: !<", "|", ">9", "---\n...\n}", "\t- a"]
    outcomes = []
    for text in texts:
        try:
            outcomes.append(str(parse(text.encode(), "f").data))
        except BadPolicy as bad:
            outcomes.append(str(bad))
    assert len(outcomes) == len(texts)


def test_bytes_that_are_not_utf_8_are_named_with_their_place() -> None:
    assert mistakes(b"a: 1\nb: caf\xe9\n") == [
        "desk.yaml:2:7: expected text in UTF-8, found the byte 0xe9"
    ]


def test_control_characters_are_named_with_their_place() -> None:
    assert mistakes("a: 1\nb: x\x00y\n") == [
        "desk.yaml:2:5: expected printable text, found the control character U+0000"
    ]


def test_a_file_of_ten_megabytes_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_bytes(b"a: b\n" * 2_000_000)
    with pytest.raises(
        BadPolicy, match=r"rules\.yaml:1:1: expected at most 1 MB, found a larger file"
    ):
        load(tmp_path / "rules.yaml")


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (lambda path: None, "expected a file of this name in the desk folder, found none"),
        (lambda path: path.mkdir(), "expected a file that can be read, found is a directory"),
        (
            lambda path: path.symlink_to(path),
            "expected a file that can be read, found too many levels of symbolic links",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_a_mistake_in_words(
    tmp_path: Path, make: Callable[[Path], None], found: str
) -> None:
    make(tmp_path / "desk.yaml")
    with pytest.raises(BadPolicy) as caught:
        load(tmp_path / "desk.yaml")
    assert str(caught.value) == f"desk.yaml:1:1: {found}"


def test_a_file_without_permission_is_a_mistake_unless_one_is_root(tmp_path: Path) -> None:
    path = tmp_path / "desk.yaml"
    path.write_text("a: 1\n")
    path.chmod(0)
    if os.access(path, os.R_OK):  # root reads everything
        assert load(path).data == {"a": 1}
        return
    with pytest.raises(
        BadPolicy, match="expected a file that can be read, found permission denied"
    ):
        load(path)
