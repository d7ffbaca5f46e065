"""Contrast as WCAG computes it."""

from __future__ import annotations

import pytest

from maildesk.desk.mails.shown.contrast import contrast, ink_of, readable_on


def test_black_on_white_is_the_most_there_is() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#abcdef", "#abcdef") == 1


@pytest.mark.parametrize(
    ("colour", "on_it"), [("#ffd400", "#14181c"), ("#2f5d8a", "#ffffff"), ("#000000", "#ffffff")]
)
def test_what_is_read_best_on_a_colour(colour: str, on_it: str) -> None:
    assert readable_on(colour) == on_it


def test_a_colour_is_darkened_only_as_far_as_it_has_to_be() -> None:
    assert ink_of("#2f5d8a") == "#2f5d8a"
    assert 4.5 <= contrast(ink_of("#ffd400"), "#ffffff") < 6


def test_what_is_no_such_colour_is_left_alone() -> None:
    assert (ink_of("navy"), readable_on("navy")) == ("navy", "#ffffff")
    with pytest.raises(ValueError, match="expected a colour"):
        contrast("navy", "#ffffff")
