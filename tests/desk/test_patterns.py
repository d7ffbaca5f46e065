"""Patterns from an admin's file: the same answers as `re`, in linear time, the rest
refused in words."""

from __future__ import annotations

import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maildesk.desk.rules.patterns import Pattern

ATOMS = st.sampled_from(
    [
        "a",
        "b",
        ".",
        r"\d",
        r"\w",
        r"\s",
        "[ab]",
        "[^a]",
        "[a-c1-3]",
        r"\b",
        r"\B",
        "^",
        "$",
        r"\A",
        r"\Z",
        "1",
        " ",
        "ä",
        r"\.",
    ]
)
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "*?", "{2,}"])).map(
            lambda two: f"(?:{two[0]}){two[1]}"
        ),
    ),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None)
@given(PATTERNS, st.text("aAbc1 .\näÄ_", min_size=1, max_size=10))
def test_the_answer_is_the_same_as_that_of_re(pattern: str, text: str) -> None:
    # (Not for an empty text, of which Python's versions disagree whether \B stands in it.)
    assert Pattern(pattern).found_in(text) == bool(
        re.search(pattern, text, re.IGNORECASE | re.MULTILINE)
    )


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"invoice\s+#?\d+", "Re: INVOICE  #4711 is wrong"),
        (r"^\[ext\]", "hello\n[EXT] world"),
        (r"\bRechnung(snummer)?\b", "die Rechnungsnummer: 5"),
        (r"(?s)begin.*end", "begin\n\nend"),
        (r"[^\x00-\x7f]", "größe"),
        (r"\Aonly the start", "Only the start"),
        (r"", ""),
    ],
)
def test_ordinary_patterns_match(pattern: str, text: str) -> None:
    assert Pattern(pattern).found_in(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\bÄrger\b", "Großer ÄRGER!"),
        (r"\bété\b", "En été, non."),
        (r"\bсчёт\b", "Ваш счёт оплачен"),
        (r"\bπόλη\b", "η πόλη μας"),
        (r"^\w{5}$", "größe"),
        (r"\u00e4\d\s\Z", "ä٣\u00a0"),
        (r"(?x) half # a comment", "half \udc80 a surrogate pair"),
    ],
)
def test_words_of_every_language_are_words(pattern: str, text: str) -> None:
    assert Pattern(pattern).found_in(text)
    assert re.search(pattern, text, re.IGNORECASE | re.MULTILINE)


@pytest.mark.parametrize(
    ("pattern", "text"), [(r"für\b", "fürs Protokoll"), (r"gro\b", "größe"), (r"\bber", "über")]
)
def test_a_word_does_not_end_at_a_letter_beyond_ascii(pattern: str, text: str) -> None:
    assert not Pattern(pattern).found_in(text)


def test_the_start_of_the_text_is_not_that_of_a_line() -> None:
    assert not Pattern(r"\Ahello").found_in("well\nhello")


@pytest.mark.parametrize(
    "bomb",
    [r"(a+)+$", r"(a|a)*b", r"(a|aa)+b", r".*.*.*.*.*x", r"(\w+\s?)*!", r"((a{1,9}){1,9}){1,9}b"],
)
def test_a_pattern_that_would_hang_re_takes_moments(bomb: str) -> None:
    pattern = Pattern(bomb)
    began = time.process_time()
    pattern.found_in("a" * 20_000 + "c")
    assert time.process_time() - began < 2  # `re` would need longer than the universe has


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"(a)\1", "without back-references"),
        (r"(?=a)b", "without lookahead"),
        (r"(?<!a)b", "without lookahead or lookbehind"),
        (r"(?>a)b", "without atomic groups"),
        (r"a++b", "without possessive"),
        (r"(a", "a regular expression"),
        (r"(?i:a)", "without flags inside"),
        (r"a{1000}{1000}", "a regular expression"),
        (r"(?:a{1000}){1000}", "a smaller pattern"),
        ("a" * 501, "at most 500"),
        ("(" * 400 + ")" * 99, "a regular expression"),
    ],
)
def test_what_cannot_be_matched_safely_is_refused(pattern: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Pattern(pattern)


def test_a_text_that_makes_many_states_is_matched_with_bounded_memory() -> None:
    pattern = Pattern("a.{12}b")
    bits = random.Random(7)
    text = "".join(bits.choice("ac") for _ in range(60_000))
    assert not pattern.found_in(text)
    assert pattern.found_in(text + "a" + "c" * 12 + "b")
    assert sum(len(state.moves) for state in pattern._states.values()) <= 10_001


def test_a_text_of_every_letter_there_is_does_not_fill_the_memory() -> None:
    pattern = Pattern(r"\w{3}!")
    assert pattern.found_in("".join(map(chr, range(0x4E00, 0x9FFF))) + "!")
    assert sum(len(state.moves) for state in pattern._states.values()) <= 10_001


@pytest.mark.parametrize(
    ("pattern", "text", "value"),
    [
        (r"order (?:no\.? )?([A-Z]{2}-\d{5,8})\b", "My Order No. HB-123456, please", "HB-123456"),
        (r"\bHB-\d{4}\b", "HB-22311 and hb-2231.", "hb-2231"),
        (r"licence: (\S+)", "Licence: \nlicence: ÄÖ-7 too", "ÄÖ-7"),
        (r"(?:a|ab)(c|bcd)", "xabcd", "bcd"),
        (r"<(.*?)>", "<one> <two>", "one"),
        (r"<(.*)>", "<one> <two>", "one> <two"),
        (r"x(\d)?", "x", "x"),  # the group took no part
        (r"nothing", "some words", ""),
        (r"^Kunde: (.+)$", "Hallo\nKunde: Größe 7\nGruß", "Größe 7"),
    ],
)
def test_the_value_is_what_the_first_group_found(pattern: str, text: str, value: str) -> None:
    assert Pattern(pattern).value_in(text) == value


@settings(max_examples=400, deadline=None)
@given(PATTERNS, PATTERNS, st.text("aAbc1 .\näÄ_", min_size=1, max_size=10))
def test_the_value_is_the_same_as_that_of_re(before: str, group: str, text: str) -> None:
    pattern = f"{before}({group})"
    found = re.search(pattern, text, re.IGNORECASE | re.MULTILINE)
    if found is None or not _repeats_nothing(pattern):
        assert bool(found) == Pattern(pattern).found_in(text)
        return
    assert Pattern(pattern).value_in(text) == found[1]


def _repeats_nothing(pattern: str) -> bool:
    """Whether nothing that may be empty is repeated: there Python's own order is its own."""
    inner = re.findall(r"\(\?:([^()]*)\)(?:[*+?]|\{)", pattern)
    plain = all(not re.search(r"[*?{|$^]|\\[bBAZ]", one) for one in inner)
    return plain and "))" not in pattern.replace("(?:", "(")[:-1]


def test_the_time_of_a_value_is_proportional_to_the_text() -> None:
    pattern = Pattern(r"((?:a|a)*(?:a|aa)*)b(c)")
    assert pattern.value_in("a" * 100_000) == ""
    assert pattern.value_in("a" * 100 + "bc") == "a" * 100
    assert pattern.value_in("a" * 5000 + "bc") == "a" * 198  # no match is longer than that
