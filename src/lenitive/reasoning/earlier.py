"""What the chart says about an option before it is offered again: tried, tested, going on, and how it ended.

Conservative care is read from its courses, a needle or an implant from its last session and what came of it. What was
tried without help, and a test that has given its answer, are not offered as if nobody had thought of them.
"""

from __future__ import annotations

from datetime import date

from lenitive.chart.chart import Chart
from lenitive.chart.complaint import Complaint
from lenitive.chart.request import Request
from lenitive.chart.treatment import Treatment
from lenitive.medicine.shapes import ProcedureEntry
from lenitive.reasoning.assessment import Earlier
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import see
from lenitive.reasoning.follow_up import last_result, whether_again

SPINE = frozenset({"cervical", "thoracic", "lumbar"})


def earlier(book: Book, chart: Chart, request: Request, day: date) -> Earlier | None:
    """How an option fared in this patient; ``None`` if the chart holds nothing about it. ``chart`` is as of ``day``."""
    entry = book.content.procedures[request.kind]
    if entry.role in ("conservative", "medicine"):
        return _course(book, chart, entry, day)
    if entry.continues:  # what is in the body is kept up, whatever the last time brought
        return None
    return _session(book, chart, request, day)


# --- conservative care ---------------------------------------------------------------------------------------------


def _course(book: Book, chart: Chart, entry: ProcedureEntry, day: date) -> Earlier | None:
    """The last course; where one course helped, that one, since it can be taken up again."""
    courses = [
        course
        for course in chart.rows(Treatment)
        if course.kind in entry.courses
        and not (course.true_on and course.true_on > day)
        and _of_this_pain(book, chart, course)
    ]
    if not courses:
        return None
    last = max(courses, key=lambda course: (course.response == "good", course.true_on or date.min))
    ended = {"failed": "failed", "not_tolerated": "not tolerated", "good": "helped", "partial": "helped in part"}
    outcome = ended.get(last.response or "", "going on" if _goes_on(last, day) else "not known")
    return Earlier(
        outcome=outcome,  # type: ignore[arg-type]
        says=f"{_when(last, day)}: {_HOW_IT_ENDED[outcome]}",
        again={"failed": "pointless", "not tolerated": "pointless"}.get(outcome, "allowed"),  # type: ignore[arg-type]
        facts=[see(last)],
    )


_HOW_IT_ENDED = {
    "failed": "it did not help. Not the first thing to try again, unless something has changed.",
    "not tolerated": "it was not tolerated. Another form may be.",
    "helped": "it helped. Take it up again, or keep it up.",
    "helped in part": "it helped in part. Keep it up beside the next step.",
    "going on": "it goes on. Ask how much it helps.",
    "not known": "how it ended is not recorded.",
}


def _goes_on(course: Treatment, day: date) -> bool:
    return course.until is not None and course.until >= day


def _when(course: Treatment, day: date) -> str:
    began = f"from {course.true_on}" if course.true_on else "on a day not recorded"
    until = f" until {course.until}" if course.until and course.until < day else ""
    visits = f", {course.sessions} visits" if course.sessions else ""
    return f"Tried {began}{until}{visits}"


def _of_this_pain(book: Book, chart: Chart, course: Treatment) -> bool:
    """Whether a course was for a pain that is complained of; only another part of the spine rules it out."""
    if course.region not in SPINE:
        return True
    regions = book.content.regions
    areas = {regions[complaint.region].area for complaint in chart.rows(Complaint) if complaint.region in regions}
    return not areas & SPINE or course.region in areas


# --- a needle or an implant ----------------------------------------------------------------------------------------


def _session(book: Book, chart: Chart, request: Request, day: date) -> Earlier | None:
    last = last_result(book, chart, request.kind, request.side, day)
    if last is None:
        return None
    entry = book.content.procedures[request.kind]
    again, why = whether_again(entry, last)
    if is_work_on_a_device(entry, request):  # what is in place is put right: that is no second implant
        again = "allowed"
    return Earlier(
        outcome=last.meaning,
        says=f"{_done(last.session.true_on)}: {last.says} {why}",
        # One positive test asks for another on another day, unless it was acted on; every other answer stands.
        again="allowed" if last.meaning == "positive test" and not last.followed_by else again,
        facts=[see(last.session), *(see(one) for one in (last.report, last.faded) if one)],
    )


def is_work_on_a_device(entry: ProcedureEntry, request: Request | None) -> bool:
    """Whether an implant is to be put right or taken out: no trial, no proof and no selection comes before that."""
    return entry.role == "implant" and request is not None and request.intent in ("revision", "removal")


def _done(on: date | None) -> str:
    return f"Done on {on}" if on else "Done on a day not recorded"
