"""`maildesk schema`: the JSON Schemas of what `--json` prints."""

from __future__ import annotations

from typing import Annotated

import typer

from maildesk.commands.common import JsonOption, one_of, print_json, print_table


def schema(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="A shape, such as ticket.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Print the JSON Schema of a shape; without a name, list the shapes."""
    from maildesk.views import schema as schemas

    if name:
        print_json(schemas.schema(one_of(name, schemas.names(), "schema")))
        return
    found = schemas.schema_list()
    if as_json:
        print_json(found)
        return
    rows = ((one["name"], one["description"]) for one in found["schemas"])
    print_table(("schema", "is"), rows, "There is none.")
