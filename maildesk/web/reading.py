"""What a form brings: its fields, its files, and whether these may be passed on."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser

from maildesk.desk.mails import attachment_policy
from maildesk.mail.invisible import isolated, seen
from maildesk.mail.mime import attachments
from maildesk.pipeline.pages.conversation import ProposedFile

if TYPE_CHECKING:
    from starlette.requests import Request

    from maildesk.desk.mails.limits import AttachmentLimits

MOST_FILES, MOST_FIELDS = 50, 20
LONGEST_FIELD = 1024 * 1024  # octets of a field that is no file
_LONGEST_ADDRESS = 1000  # characters that are looked at
_LONGEST_NAME, _MOST_NAMED = 80, 5  # of files that are refused
Files = list[tuple[str, bytes]]


class TooMuch(HTTPException):
    """A form that was cut off where its files were too large, with the fields that came before."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(413)
        self.fields = fields


def refuse_other_sites(request: Request) -> None:
    """A browser says which site a form of another was on."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403)


async def form_of(request: Request, more_fields: int = 0) -> tuple[dict[str, str], Files]:
    """Its fields, the last of each name, and its files. TooMuch where these are too large."""
    fields: dict[str, str] = {}
    files: Files = []
    form = await _parts(request, MOST_FIELDS + more_fields)
    try:
        for field, value in form.multi_items():
            if isinstance(value, UploadFile):
                if value.filename:
                    files.append((value.filename, await value.read()))
            else:
                fields[field] = value
    finally:
        await form.close()
    return fields, files


async def _parts(request: Request, most_fields: int) -> FormData:
    limits = {"max_files": MOST_FILES, "max_fields": most_fields, "max_part_size": LONGEST_FIELD}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        return await request.form(**limits)
    async with aclosing(request.stream()) as stream:
        parser = MultiPartParser(request.headers, stream, **limits)
        try:
            return await parser.parse()
        except MultiPartException as wrong:
            raise HTTPException(400, wrong.message) from wrong
        except HTTPException as problem:
            if problem.status_code != 413:
                raise
            came = {name: value for name, value in parser.items if isinstance(value, str)}
            raise TooMuch(came) from problem


def address_in(fields: Mapping[str, str]) -> str:
    """The address, as it was typed, or copied: without what came along and is not seen."""
    return seen(fields.get("address", "")[:_LONGEST_ADDRESS]).strip()


def are_too_much(files: Files, limits: AttachmentLimits) -> bool:
    """Whether these files are too large together."""
    return sum(len(octets) for _, octets in files) > limits.max_total


def refused(files: Files, limits: AttachmentLimits) -> str:
    """Those of these files that are of a sort, or of a size, that is not passed on, by their names
    as one line; "" where there is none."""
    found = []
    for number, (name, octets) in enumerate(files):
        kind = attachments.true_type(octets[:4096], "application/octet-stream", name)
        proposed = ProposedFile(attachments.safe_name(name, kind, number), kind, len(octets))
        if attachment_policy.refusal(proposed, limits):
            found.append(isolated(proposed.filename[:_LONGEST_NAME]))
    return ", ".join([*found[:_MOST_NAMED], *(["…"] if len(found) > _MOST_NAMED else [])])
