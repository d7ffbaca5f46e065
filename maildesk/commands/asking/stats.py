"""`maildesk stats`: how many tickets each view has, as `#stats` answers by mail."""

from __future__ import annotations

from maildesk.commands.common import (
    CsvOption,
    DeskOption,
    JsonOption,
    opened,
    print_list,
    print_table,
)
from maildesk.commands.lists import AsOption, asker_named


def stats(
    desk: DeskOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    me: AsOption = "",
) -> None:
    """Count the tickets of each view; those that ask for `me` with --as alone."""
    from maildesk.desk.commands.families.questions import countable
    from maildesk.desk.filters.visibility import seen_by
    from maildesk.store.queries import ticket_queries
    from maildesk.views.desk import view_counts

    with opened(desk) as (db, policy, _, _), db.read() as conn:
        asker = asker_named(policy, me)
        seen = seen_by(asker.me, policy)
        found = [
            (name, ticket_queries.counts(conn, query.filter, seen, policy))
            for name, query in countable(asker)
        ]
    if as_json or as_csv:
        whole = view_counts((name, sum(one.by_status.values()), one.is_cut) for name, one in found)
        print_list(whole, "view_counts", as_json=as_json, as_csv=as_csv)
        return
    print_table(("view", "tickets"), found, "No views.")
