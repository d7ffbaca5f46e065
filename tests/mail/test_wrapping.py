"""Which line ends of a plain text were made by a margin, and which by its writer."""

from __future__ import annotations

import textwrap

import pytest

from maildesk.mail.wrapping import reflowed, unwrapped

LONG = (
    "since this morning the label printer at our counter prints every second label blank. I have "
    "changed the roll and restarted it, and it still does. The light is red, and blinks twice."
)


@pytest.mark.parametrize("width", [65, 72, 76, 78])
def test_a_paragraph_that_a_program_broke_is_one_line_again(width: int) -> None:
    text = "Hello,\n\n" + textwrap.fill(LONG, width) + "\n\nThank you\nAna Lopez"
    assert unwrapped(text) == f"Hello,\n\n{LONG}\n\nThank you\nAna Lopez"


def test_german_goes_on_in_capitals_too() -> None:
    said = (
        "seit heute früh druckt der Etikettendrucker an unserem Tresen jedes zweite Etikett leer. "
        "Die Rolle habe ich gewechselt und das Gerät neu gestartet, Besserung gab es leider keine."
    )
    assert unwrapped(textwrap.fill(said, 72)) == said


def test_one_broken_line_goes_on_where_the_next_begins_small() -> None:
    begun = "the label printer at our counter prints every second label blank, and"
    assert unwrapped(f"{begun}\nblinks twice") == f"{begun} blinks twice"
    apart = "The label printer at our counter prints every second label blank."
    assert unwrapped(f"{apart}\nAna Lopez") == f"{apart}\nAna Lopez"


def test_a_line_that_says_itself_that_it_goes_on_does() -> None:
    text = "The label printer at our counter prints every second label blank, \nAnd blinks."
    assert unwrapped(text).count("\n") == 0


@pytest.mark.parametrize(
    "kept",
    [
        "Harbour Books\n1 Quay Street\nGalway",
        "- the roll was changed, and another one of the same maker was tried\n"
        "- the printer was restarted, and the counter beside it was as well\n"
        "- the cable was changed for the one of the other counter's printer",
        "1. Hold the feed button for five seconds until the light blinks twice\n"
        "2. Let it go, and wait until the printer has measured three labels\n"
        "3. Print a page from the counter, and look whether each has its text",
        "    for label in labels: print(label, file=printer, encoding='utf-8')\n"
        "    if printer.light is Light.RED: raise PrinterError(printer.status())",
        "def measure(printer: Printer, *, patience: float = 5) -> Measurement {\n"
        "return printer.hold('feed', seconds=patience).measure(printer.label);\n"
        "call_me_again_when_it_is_done_please_measure(printer, patience=5.0);",
        "Light          red, twice                                 since nine\n"
        "Roll           changed                                    at ten, too\n"
        "Restarted      yes, twice                                 no change a",
        "Printer: the one at the counter, bought in May of last year from you\n"
        "Serial number: 4711-0815-2231, as the plate at the back of it has it\n"
        "Phone: +353 91 000 000, between ten and six, or leave word with Tom",
        "> since this morning the label printer at our counter prints every\n"
        "> second label blank. I have changed the roll and restarted it, and\n"
        "> it still does.",
        "Here is what the manual has to say of the printer's light, on page 12:\n"
        "Red, twice, means that the gap sensor has lost the measure of the label",
    ],
    ids=["address", "list", "numbers", "indented", "code", "columns", "labels", "quoted", "colon"],
)
def test_lines_with_an_end_of_their_own_keep_it(kept: str) -> None:
    assert unwrapped(kept) == kept


def test_a_text_whose_lines_are_as_long_as_its_paragraphs_was_broken_by_nobody() -> None:
    text = f"{LONG}\nAna Lopez of Harbour Books, at the counter by the door of the\nshop"
    assert unwrapped(text) == text


def test_the_delimiter_of_a_signature_stays_a_line() -> None:
    assert unwrapped(f"{textwrap.fill(LONG, 72)}\n-- \nAna") == f"{LONG}\n-- \nAna"


def test_of_plain_text_that_goes_on_only_flowed_breaks_are_undone() -> None:
    """format=flowed (RFC 3676, 4.1): a blank at the end; other breaks are the writer's own."""
    begun = "The label printer at our counter prints every second label blank,"
    assert reflowed(f"{begun} \nAnd blinks.\nBye\n") == f"{begun} And blinks.\nBye\n"
    kept = f"{begun}\nand blinks,\nand goes on for as long as it takes to fill this line up.\n"
    assert reflowed(kept) == kept
    assert reflowed("#take \nHello Ana.\n-- \nBen") == "#take \nHello Ana.\n-- \nBen"
