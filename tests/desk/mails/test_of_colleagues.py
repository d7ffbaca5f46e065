"""What agents hear of each other: words that are theirs to answer among themselves."""

from __future__ import annotations

import pytest

from maildesk.config.templates.engine import Templates
from maildesk.desk.mails.mail import Mail
from maildesk.desk.mails.of_colleagues import OF_COLLEAGUES
from maildesk.desk.mails.sample import sample_for

BUILTIN = Templates.load(None)


@pytest.mark.parametrize("mail", OF_COLLEAGUES[:2], ids=lambda mail: mail.name)
def test_an_answer_to_a_colleague_stays_among_colleagues(mail: Mail) -> None:
    assert mail.is_to_agents
    assert mail.plain_reply == "note"
    assert "becomes a NOTE" in BUILTIN.render(mail.name, "en", sample_for(mail.name)).text
