"""What programs and people are shown of a desk: one shape of JSON for each thing, and its page.

The command line prints them, and whatever else speaks to programs. Each function takes a value and
returns what `json` can write. Moments are ISO 8601 in UTC with their offset; what is not there is
null; a list is an object that says whether it is cut and where it goes on. The shapes are written
down in `schemas/`; see `schema`.
"""
