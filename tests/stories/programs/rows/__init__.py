"""The table of expectations: one row a command."""

from tests.stories.programs.rows.desk import ASKED, ONESELF, OPENING
from tests.stories.programs.rows.people import OUTSIDE, READERS, WHO
from tests.stories.programs.rows.row import Row
from tests.stories.programs.rows.tickets import FIELDS, MOVES, TWO

FAMILIES = (MOVES, FIELDS, TWO, WHO, OUTSIDE, READERS, OPENING, ASKED, ONESELF)
ROWS: dict[str, Row] = {name: row for family in FAMILIES for name, row in family.items()}
