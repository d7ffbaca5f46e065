"""Messages that say nearly the same have the same signs, mostly; others have not."""

from __future__ import annotations

from itertools import combinations

from maildesk.desk.mails.loop_words import signs_of


def test_numbers_addresses_and_ids_make_no_difference() -> None:
    one = signs_of("Request 4711 filed", "Your number is 4711. See https://x.example/4711")
    assert one == signs_of("Request 12 filed", "Your number is a0b1. See https://y.example/b")
    assert len(one) == 24


def test_neither_do_case_and_signs() -> None:
    assert signs_of("HELLO", "we are closed!") == signs_of("Hello", "We are closed")


def test_other_words_have_other_signs() -> None:
    texts = (
        "my printer jams whenever it is cold in the hall",
        "please send the invoice of last month once more",
        "where can I change the address for deliveries",
        "the licence is not accepted after the update",
    )
    assert len({signs_of("", text) for text in texts}) == len(texts)


def test_a_name_among_many_words_leaves_most_of_them_equal() -> None:
    names = ("Kim", "Lee", "Ana", "Max", "Ivo", "Tom", "Eva", "Jan")
    text = "your request has been filed and will be answered by one of our clerks within hours"
    found = [signs_of("Request filed", f"Dear {name}, {text}") for name in names]
    equal = sum(one == other for one, other in combinations(found, 2))
    assert equal >= 10


def test_where_there_are_no_words_there_are_no_signs() -> None:
    assert signs_of("4711", "17\r\n\r\n--") == ""


def test_a_long_text_costs_no_more_than_its_beginning() -> None:
    words = " ".join(f"word{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}" for n in range(700))
    assert signs_of("", words) == signs_of("", words + " more" * 100_000)
