"""What a form brings: its fields, its files, and whether these may be passed on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from maildesk.desk.mails import attachment_policy
from maildesk.mail.invisible import seen
from maildesk.mail.mime import attachments
from maildesk.pipeline.pages.conversation import ProposedFile

if TYPE_CHECKING:
    from starlette.requests import Request

    from maildesk.desk.mails.limits import AttachmentLimits

MOST_FILES, MOST_FIELDS = 50, 20
LONGEST_FIELD = 1024 * 1024  # octets of a field that is no file
_LONGEST_ADDRESS = 1000  # characters that are looked at
Files = list[tuple[str, bytes]]


def refuse_other_sites(request: Request) -> None:
    """A browser says which site a form of another was on."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403)


async def form_of(request: Request, more_fields: int = 0) -> tuple[dict[str, str], Files]:
    """Its fields, the last of each name, and its files."""
    fields: dict[str, str] = {}
    files: Files = []
    async with request.form(
        max_files=MOST_FILES, max_fields=MOST_FIELDS + more_fields, max_part_size=LONGEST_FIELD
    ) as form:
        for field, value in form.multi_items():
            if isinstance(value, UploadFile):
                if value.filename:
                    files.append((value.filename, await value.read()))
            else:
                fields[field] = value
    return fields, files


def address_in(fields: Mapping[str, str]) -> str:
    """The address, as it was typed, or copied: without what came along and is not seen."""
    return seen(fields.get("address", "")[:_LONGEST_ADDRESS]).strip()


def are_refused(files: Sequence[tuple[str, bytes]], limits: AttachmentLimits) -> bool:
    """Whether one of these files is of a sort, or of a size, that is not passed on."""
    if sum(len(octets) for _, octets in files) > limits.max_total:
        return True
    for name, octets in files:
        kind = attachments.true_type(octets[:4096], "application/octet-stream", name)
        proposed = ProposedFile(attachments.safe_name(name, kind), kind, len(octets))
        if attachment_policy.refusal(proposed, limits):
            return True
    return False
