"""What the two mails of measuring say of sub-addresses, and what they do not say."""

from __future__ import annotations

import pytest

from maildesk.measuring.replies import Replies
from maildesk.setup.plan import Measured
from maildesk.setup.trials import learned, not_known, outcome_of, sub_address_arrives

ADDRESS = "support@company.example"
AFTER_THE_TIME = Replies(plain=0.4)


@pytest.mark.parametrize(
    ("found", "arrives"),
    [
        (Replies(0.4, 0.5), True),
        (Replies(None, 0.5), True),
        (AFTER_THE_TIME, False),
        (Replies(0.4, problems=("envelope_refused: 553 no", "spam_folder: Junk")), False),
        (Replies(0.4, problems=("authserv_id_unclear: mx says nothing",)), False),
        (Replies(0.4, problems=("sub_address_bounced: 5.1.1 unknown",)), False),
        (Replies(0.4, problems=("sub_address_refused: 550 5.1.1 unknown",)), False),
        (Replies(0.4, problems=("limit_reached: 451 4.7.1 too many",)), None),
        (Replies(0.4, problems=("relay_deferred: 451 4.3.0 greylisted",)), None),
        (Replies(0.4, problems=("relay_rate: 450 4.7.1 slower",)), None),
        (Replies(0.4, problems=("relay_sender: 553 5.7.1 not owned",)), None),
        (Replies(0.4, problems=("unreachable: support: nobody is there",)), None),
        (Replies(), None),
        (Replies(problems=("sub_address_refused: 554 5.7.1 relay access denied",)), None),
    ],
)
def test_only_what_was_tried_says_whether_a_sub_address_arrives(
    found: Replies, arrives: bool | None
) -> None:
    assert sub_address_arrives(found) is arrives
    for before in (True, False):
        known = learned(found, Measured(sub_addresses=before), ADDRESS)
        assert known.sub_addresses is (before if arrives is None else arrives)
        assert ("sub_addresses" in known.why) is (arrives is False)
        assert bool(not_known(found, known, ADDRESS)) is (arrives is None)


def test_what_could_not_be_measured_is_said_to_stay_as_it_was() -> None:
    found = Replies(0.4, problems=("limit_reached: 451 4.7.1 too many",))
    known = learned(found, Measured(), ADDRESS)
    assert not_known(found, known, ADDRESS) == (
        "Whether mail to support+anything@company.example arrives could not be measured; "
        "sub_addresses stays yes. `maildesk send-test --replies` measures again."
    )
    assert outcome_of(known, ADDRESS)[0].startswith("Answers come to addresses such as")
