"""Problems in English: for the history, the log and the command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from maildesk.desk.problem import Problem

_SENTENCES: Mapping[str, str] = {
    "no_command": "#{word} is no command",
    "command_elsewhere": "commands stand in the first lines of the mail itself, not in a file or below one",
    "heading_or_command": "is it a heading, or the command #{word}? Write it without the space, or #stop above it",
    **{
        f"no_{what}": f'there is no {what} "{{word}}"'
        for what in ("agent", "label", "field", "priority", "category", "type", "queue")
    },
    "several_agents": '"{word}" may be {names}',
    "no_outside_address": '"{word}" is no address of somebody outside the desk',
    "is_an_agent": "{address} is an agent: use #assign",
    "requester_stays": "the requester cannot be taken out of their own ticket",
    "needs_labels": "#tag needs the labels: {example}",
    "needs_address": "#{command} needs an address: {example}",
    "needs_period": "#spent needs {example}",
    "needs_subject": "#subject needs the new subject",
    "spent_too_much": "#spent takes no more than 1000 hours at once",
    "sends_only_files": "#send sends nothing but the files of the ticket: {example}",
    "nobody_waits": "nobody waits to be let in",
    "in_and_out": "{address} cannot both take part and be kept out",
    "no_move": "a ticket that is {status} cannot {move}",
    "nothing_to_send": "your mail has no words and no files: nothing was sent",
    "text_too_long": "your text is longer than a mail may have; please send it as a file",
    "looping": "{count} mails were written in this ticket of late; two programs may be answering each other",
    "out_of_office": "it reads like an out of office; if the customer is to have it, put #reply on its first line",
}


def say(problem: Problem) -> str:
    """The problem as a sentence, with the nearest right word where there is one."""
    said = _SENTENCES[problem.code].format(**problem.values)
    return f"{said}; did you mean {problem.nearest}?" if problem.nearest else said


def say_all(problems: Iterable[Problem]) -> str:
    """One after the other, each with the line that it is about."""
    return "; ".join(f"{one.line}: {say(one)}" if one.line else say(one) for one in problems)
