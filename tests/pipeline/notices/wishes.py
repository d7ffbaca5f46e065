"""What the agents of a place want, written into its files."""

from __future__ import annotations

from tests.pipeline.place import Place

ANA, BEN, CARLA = (f"{name}@desk.example" for name in ("ana", "ben", "carla"))
KIM, LEE = "kim@customer.example", "lee@customer.example"
HOUR, DAY = 3600, 24 * 3600


def wants(place: Place, **lines: str) -> None:
    """These agents have `notices` of their own: `ben="bundle: 10m"`; `desk` is the whole desk."""
    agents = place.folder / "agents.yaml"
    text = agents.read_text()
    for who, line in lines.items():
        if who == "desk":
            desk = place.folder / "desk.yaml"
            desk.write_text(f"{desk.read_text()}\nnotices: {{{line}}}\n")
            continue
        address = f"    address: {who}@desk.example\n"
        assert address in text
        text = text.replace(address, f"{address}    notices: {{{line}}}\n")
    agents.write_text(text)
    assert place.services.keeper.reload_now(), "a mistake in what this test wrote"


def purposes(place: Place, person: str) -> list[str]:
    """What this person was sent, oldest first."""
    return [row.purpose for row in place.rows("outbox", recipient=person)]
