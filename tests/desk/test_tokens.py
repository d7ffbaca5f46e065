"""Words as they are searched for: without case and accents, by pairs where no spaces are written,
the same from every text."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildesk.desk.filters.tokens import (
    GAP,
    LONGEST_TOKEN,
    MOST_TOKENS,
    document,
    folded,
    phrase,
    stream,
    tokens,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Paper jam, again!", "paper jam again"),
        (
            "Störung STÖRUNG Straße Łódź Ørsted İstanbul ısı",
            "storung storung strasse lodz orsted istanbul isi",
        ),
        ("TKT-0007 kim_lee@bigcorp.example 3.14", "tkt 0007 kim lee bigcorp example 3 14"),
        ("ﬁle ｗｉｄｅ ①", "file wide 1"),
        ("Ёлка Й Ἀθῆναι", "елка и αθηναι"),
        ("שָׁלוֹם كِتَاب", "שלום كتاب"),
        ("打印机坏了", "打印 印机 机坏 坏了 了"),
        ("プリンター", "フリ リン ンタ ター ー".replace("フ", "プ")),
        ("프린터", "프린 린터 터"),
        ("เครื่องพิมพ์", None),
        ("A4纸", "a4 纸"),
        ("", ""),
        ("🎉 -- !", ""),
    ],
)
def test_a_text_in_tokens(text: str, found: str | None) -> None:
    assert tokens(text) == (found.split() if found is not None else tokens(text))
    assert all(not token.isspace() for token in tokens(text))


def holds(text: str, words: str) -> bool:
    """Whether the tokens of these words stand one behind the other in the text's."""
    wanted, there = list(phrase(words)), tokens(text)
    return any(there[n : n + len(wanted)] == wanted for n in range(len(there)))


@pytest.mark.parametrize(
    "words", ["打印", "印机", "打印机坏", "坏了", "了", "我的打印机坏了", "打印机坏了 please"]
)
def test_a_phrase_of_paired_letters_is_found_wherever_it_stands(words: str) -> None:
    assert holds("我的打印机坏了 please help", words)
    assert not holds("打机印", words)


@given(st.lists(st.text(max_size=60), max_size=4))
def test_the_stream_read_as_an_index_does_is_the_document(parts: list[str]) -> None:
    parts = [part.replace(GAP, " ") for part in parts]
    read = [
        token.lower() for token in re.findall(f"[0-9A-Za-z{GAP}\u0080-\U0010ffff]+", stream(parts))
    ]
    assert [token for token in read if token != GAP] == [
        token for token in document(parts) if token != GAP
    ]


def test_no_phrase_reaches_from_one_part_into_the_next() -> None:
    assert document(["paper", "jam"]) == ["paper", GAP, "jam"]
    assert stream(["paper", "jam"]).split() == ["paper", GAP, "jam"]
    assert stream(["Papier", "Störung"]).split() == ["papier", GAP, "storung"]


@given(st.text())
def test_tokens_of_tokens_are_the_same_unless_they_are_paired(text: str) -> None:
    once = [token for token in tokens(text) if token.isascii()]
    assert tokens(" ".join(once)) == once


def test_what_is_endless_is_cut() -> None:
    assert tokens("x" * 1000) == ["x" * LONGEST_TOKEN]
    assert len(document(["a " * 40_000])) == MOST_TOKENS
    assert len(stream(["a " * 40_000]).split()) == MOST_TOKENS
    assert stream(["x" * 1000]) == "x" * LONGEST_TOKEN


def letter_by_letter(text: str) -> list[str]:
    """The runs of a text that is folded as a whole and looked at letter by letter."""
    runs, kind = [""], 0
    for letter in folded(text):
        paired = bool(re.match("[\u0e00-\u0eff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]", letter))
        is_word = letter != GAP and unicodedata.category(letter)[0] in "LNM"
        now = 2 if paired else int(is_word)
        if now != kind:
            runs.append("")
        if now:
            runs[-1] += letter
        kind = now
    return [run for run in runs if run]


@given(
    st.text(st.sampled_from("aZ0 =<~'ÄäßéȺŁıＡ½①™…’—\u0301\u0338\u20d2\u3099カ프打กา्हिИй\u05b8ش¶"))
)
def test_words_are_folded_one_by_one_as_the_whole_text_would_be(text: str) -> None:
    found = []
    for run in letter_by_letter(text):
        is_paired = re.match("[\u0e00-\u0eff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]", run)
        pairs = [run[n : n + 2] for n in range(len(run) - 1)]
        found += [*pairs, run[-1]] if is_paired else [run[:LONGEST_TOKEN]]
    assert tokens(text) == found
