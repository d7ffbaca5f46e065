from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pipeline.place import Place, mail


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A desk with two tickets of Kim's."""
    made = Place(tmp_path / "desk")
    for words in ("One.", "Two."):
        made.receive(mail(words))
    yield made
    made.services.db.close()
