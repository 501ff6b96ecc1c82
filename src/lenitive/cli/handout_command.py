"""``lenitive handout``: a page for the patient about one procedure or one source of pain."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.cli.teaching import teaching_errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lenitive.medicine.shapes import Talk
    from lenitive.reasoning.education import Benefit, CitedText, Education, Harm

WIDTH = 78


def handout(
    subject: Annotated[
        str,
        typer.Argument(
            help="A procedure (lenitive knowledge list procedures), a source of pain (lenitive knowledge list "
            "generators), or a talk (lenitive knowledge list talks)."
        ),
    ],
    source: Annotated[
        str | None, typer.Option(help="The source of pain (lenitive knowledge list generators), to tell its results.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print a plain page for the patient about SUBJECT, its numbers from published results.

    A talk is a page for any patient: a procedure beside medicine only, questions to ask a specialist, common questions.
    """
    import msgspec

    from lenitive.cli.glyphs import in_ascii
    from lenitive.cli.output import write_json
    from lenitive.cli.paper import paper
    from lenitive.reasoning.book import book
    from lenitive.reasoning.education import education_for

    with teaching_errors():
        if subject in book().content.talks:
            talk = book().content.talks[subject]
            found, lines = msgspec.json.encode(talk), _talk_lines(talk)
        else:
            page = education_for(book(), subject, source)
            found, lines = msgspec.json.encode(page), _lines(page)
        if as_json:
            write_json(found)
            return
        on = paper()
        for line in lines:
            on.print(in_ascii(line) if on.is_ascii else line)


def _lines(page: Education) -> Iterator[str]:
    yield page.label.upper()
    yield from _paragraph(page.in_short)
    for title, text in (
        ("What it is", page.what),
        ("How it is done" if page.about == "procedure" else "How it is found", page.how),
        ("What it feels like", page.feels),
        ("What it can do for you" if page.about == "procedure" else "What helps", page.helps),
    ):
        yield from _titled(title, text)
    for benefit in page.benefits:
        yield from _benefit(benefit)
    says = {benefit.says.text for benefit in page.benefits}
    for other in dict.fromkeys(other.text for benefit in page.benefits for other in benefit.contradicted):
        if other not in says:
            yield from _point(f"Others found something else: {other}")
    if page.benefits_unknown:
        yield from _paragraph("Nobody has published a number that we may use for how often it helps.")
    yield from _titled("What can go wrong" if page.about == "procedure" else "When to get help", page.risks)
    for harm in page.harms:
        yield from _point(_harm(harm))
    yield from _titled("What else there is", page.alternatives)
    yield from _titled("Before", page.before)
    yield from _titled("After", page.after)
    for advice in page.afterwards:
        yield from _point(advice.text)
    yield from _when_to_call(page)
    yield ""
    cited = dict.fromkeys(_sources(page))
    yield from _paragraph(f"Where this comes from: {'; '.join(cited)}.")


def _talk_lines(talk: Talk) -> Iterator[str]:
    """Two ways of care beside each other, or questions with their answers."""
    yield talk.label.upper()
    yield from _paragraph(talk.intro)
    for row in talk.rows:
        yield ""
        yield row.aspect
        yield from _point(f"{talk.first}: {row.first}")
        yield from _point(f"{talk.second}: {row.second}")
    for one in talk.questions:
        if one.answer:
            yield from _titled(one.question, one.answer)
        else:
            yield from _point(one.question)
    yield ""
    yield from _paragraph(f"Where this comes from: {talk.source} ({talk.grade}).")


def _when_to_call(page: Education) -> Iterator[str]:
    """What to do, and the signs that call for it, the most urgent first."""
    from lenitive.reasoning.education import WHAT_TO_DO

    if page.when_to_call:
        yield ""
        yield "When to call"
    for urgency, what_to_do in WHAT_TO_DO.items():
        signs = [one.sign.text for one in page.when_to_call if one.urgency == urgency]
        if signs:
            yield f"{what_to_do} if you notice:"
        for sign in signs:
            yield from _point(sign)


def _titled(title: str, text: str) -> Iterator[str]:
    if text:
        yield ""
        yield title
        yield from _paragraph(text)


def _paragraph(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH)


def _point(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="- ", subsequent_indent="  ")


def _benefit(benefit: Benefit) -> Iterator[str]:
    yield from _point(f"{benefit.label}. {benefit.says.text}")
    if benefit.arms and benefit.better:
        yield from textwrap.wrap(
            f"What the study counted: {benefit.better}.", WIDTH, initial_indent="  ", subsequent_indent="  "
        )
    for arm in benefit.arms:
        who = f"for comparison, {arm.who}" if arm.is_comparison else arm.who
        words = ", ".join(part for part in (who, arm.when) if part)
        told = f"{words}: {arm.people.text}" if words else arm.people.text
        yield from textwrap.wrap(told, WIDTH, initial_indent="    ", subsequent_indent="      ")


def _harm(harm: Harm) -> str:
    return f"{harm.text} {harm.often.capitalize()}." if harm.often else f"{harm.text} Nobody knows how often."


def _sources(page: Education) -> Iterator[str]:
    told: list[CitedText | None] = [*(one.says for one in page.benefits), page.works_after, page.lasts, page.again]
    for citation in (page.words_from, *(one.citation for one in (*told, *page.harms, *page.afterwards) if one)):
        yield f"{citation.source} ({citation.grade})"
