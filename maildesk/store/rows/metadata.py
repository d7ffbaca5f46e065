"""What all tables of the schema belong to, in whichever file they stand."""

from __future__ import annotations

from sqlalchemy import MetaData

metadata = MetaData()
