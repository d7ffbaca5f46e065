"""`maildesk template list|show|preview`: the mails the desk writes, where each comes from, and how
it looks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from maildesk.commands.common import (
    CsvOption,
    DeskOption,
    JsonOption,
    agent_named,
    desk_folder,
    in_words,
    print_list,
    print_table,
    stop,
)
from maildesk.errors import BadPolicy
from maildesk.views.desk import template_list

if TYPE_CHECKING:
    from maildesk.config.templates.engine import Templates
    from maildesk.desk.policy import Policy

app = typer.Typer(no_args_is_help=True, help="The mails that the desk writes.")
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Its name in `template list`.")]
LanguageOption = Annotated[
    str, typer.Option(help="A language of the desk, such as de; default: the desk's first.")
]
AddressOption = Annotated[str, typer.Option(help="As for mail to this address of the desk.")]
BUILT_IN = "built in"


@app.command("list")
def list_templates(
    desk: DeskOption = None, as_json: JsonOption = False, as_csv: CsvOption = False
) -> None:
    """List every mail the desk can write, its languages, and where its files come from."""
    with in_words():
        folder = desk_folder(desk)
        templates, _ = _loaded(folder)
        rows = [_row(templates, name, folder) for name in templates.names()]
    if as_json or as_csv:
        print_list(template_list(rows), "template_list", as_json=as_json, as_csv=as_csv)
        return
    lines = (
        (name, ", ".join(languages), ", ".join(own) or BUILT_IN) for name, languages, own in rows
    )
    print_table(("template", "languages", "files"), lines, "There is no template.")


def _row(templates: Templates, name: str, folder: Path) -> tuple[str, list[str], list[str]]:
    """Its name, the languages that have this template themselves, and the desk's
    own files for it."""
    from maildesk.config.policy import TEMPLATES
    from maildesk.config.templates.files import mail_folder, template_files

    languages = [language for language in templates.languages() if _has(templates, name, language)]
    own = [path for _, path in template_files(mail_folder(folder / TEMPLATES)) if path.stem == name]
    return name, languages, [str(path.relative_to(folder)) for path in own]


def _has(templates: Templates, name: str, language: str) -> bool:
    """Whether there is a file for this language itself, not only for one that stands in for it."""
    try:
        path = next(iter(templates.source(name, language).values()))[0]
    except BadPolicy:
        return False
    return path.parent.name.lower().replace("_", "-") == language


@app.command("show")
def show(
    name: NameArgument,
    desk: DeskOption = None,
    language: LanguageOption = "",
    address: AddressOption = "",
) -> None:
    """Print the files of one template, and where each lies: copy one into the desk
    folder to change it."""
    with in_words():
        folder = desk_folder(desk)
        templates, policy = _loaded(folder)
        language = _chosen(templates, policy, name, language, address, shared=True)
        files = templates.source(name, language, address.lower())
    for path, text in files.values():
        print(f"# {path} ({_whose(path, folder)})\n{text}")


def _whose(path: Path, folder: Path) -> str:
    from maildesk.config.policy import TEMPLATES
    from maildesk.config.templates.files import builtin_root

    if path.is_relative_to(folder) or not path.is_relative_to(builtin_root()):
        return "this desk's own"
    copy = folder / TEMPLATES / "mail" / path.relative_to(builtin_root())
    return f"{BUILT_IN}; to change it, copy it to {copy}"


@app.command("preview")
def preview(
    name: NameArgument,
    desk: DeskOption = None,
    language: LanguageOption = "",
    address: AddressOption = "",
    me: Annotated[
        str, typer.Option("--as", metavar="AGENT", help="As this agent writes it, and signs.")
    ] = "",
    html: Annotated[
        Path | None,
        typer.Option("--html", help="Write the HTML into this file, to open in a browser."),
    ] = None,
) -> None:
    """Show one template as it would go out, filled with a sample ticket."""
    with in_words():
        templates, policy = _loaded(desk_folder(desk))
        language = _chosen(templates, policy, name, language, address)
        chosen = address.lower() or (policy.addresses[0].address if policy else "")
        shown = _sample(name, policy, chosen, language, me)
        rendered = templates.render(name, language, shown, chosen)
    if html is not None:
        try:
            html.write_text(rendered.html, encoding="utf-8")
        except OSError as problem:
            stop(f"maildesk: {html} cannot be written: {problem.strerror}", 1)
    for header, value in (("Subject", rendered.subject), *rendered.headers):
        print(f"{header}: {value}")
    print(f"\n{rendered.text}", end="")
    if html is not None:
        print(f"\nThe HTML is in {html}.")


def _loaded(folder: Path) -> tuple[Templates, Policy | None]:
    """The desk's templates and policy; where there is no desk folder, the built-in set alone.
    BadPolicy with the mistakes."""
    from maildesk.config.check import load_templates
    from maildesk.config.policy import load_policy

    if not folder.is_dir():
        return load_templates(folder, "en"), None
    policy = load_policy(folder)
    return load_templates(folder, policy.default_language), policy


def _chosen(
    templates: Templates,
    policy: Policy | None,
    name: str,
    language: str,
    address: str,
    *,
    shared: bool = False,
) -> str:
    """The language to show: as given, else the desk's first. Leaves where there is no such
    template, language or address."""
    from maildesk.config.templates.check import nearest

    if name not in templates.names() and not (shared and name.startswith("_")):
        near = nearest(name, templates.names())
        stop(
            f"maildesk: there is no template {name}"
            + (f" (did you mean {near}?)" if near else "; `template list` has them"),
            2,
        )
    if address and policy is not None and policy.desk_address(address) is None:
        stop(
            f"maildesk: {address} is no address of this desk; there are "
            + ", ".join(one.address for one in policy.addresses),
            2,
        )
    if not language:
        return policy.default_language if policy else "en"
    known = sorted({*templates.languages(), *(policy.languages if policy else ())})
    if language.lower().partition("-")[0] not in known and language.lower() not in known:
        stop(f"maildesk: there is no language {language}; there are {', '.join(known)}", 2)
    return language


def _sample(
    name: str, policy: Policy | None, address: str, language: str, me: str
) -> Mapping[str, object]:
    """The sample ticket at this desk: its name, colour, and the signature of the mail."""
    from maildesk.desk.mails.sample import sample_for
    from maildesk.desk.mails.views import DeskView, PersonView
    from maildesk.desk.replies.signing import signed

    if policy is None:
        return sample_for(name)
    ours = policy.desk_address(address)
    assert ours is not None  # `_chosen` has looked
    view = DeskView(
        ours.name or policy.desk_name, ours.address, policy.signature, policy.website, policy.colour
    )
    agent = agent_named(policy, me) if me else None
    view = signed(view, policy, ours, language=language, agent=agent, reference="TKT-0042")
    author = {"author": PersonView(agent.name, "", agent.name.split()[0])} if agent else {}
    return {**sample_for(name), **author, "desk": view}
