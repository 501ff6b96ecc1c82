"""Random charts that are hard to read right: few values, many ties, blanks, rough days, corrections, late entries.

Each strategy is built once: Hypothesis looks through a new one at length before it draws.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from lenitive.chart import TABLES, Fact, Request

AS_OF = date(2025, 3, 31)
DAYS = (
    date(2024, 2, 29),
    date(2024, 3, 31),
    date(2025, 1, 31),
    date(2025, 2, 28),
    date(2025, 3, 1),
    date(2025, 3, 17),
    date(2025, 3, 30),
    AS_OF,
    date(2025, 4, 1),
)
MOMENTS = tuple(
    datetime(2025, 1, 1, 12, tzinfo=UTC) + timedelta(days=days, hours=hours)
    for days, hours in ((0, 0), (0, 1), (89, 11), (89, 12))
)
"""The last one is the first moment of the day after ``AS_OF``."""
NUMBERS = (0, 1, 2, 2.5, 0.1, 0.2, 0.3, -1, 14)
KINDS = ("esi", "rfa", "esi_caudal")
REGIONS = ("lumbar", "cervical")
LEVELS = ("L4-5", "L5-S1", "L5")
IDS = ("a", "b", "c", "10", "9")
TOPICS = tuple(topic for table in ("patient", "procedure", "relief", "treatment") for topic in (table, f"{table}:part"))


@cache
def blank_or(values: tuple[Any, ...]) -> SearchStrategy[Any]:
    return st.integers(0, 5).flatmap(lambda n: st.sampled_from(values) if n else st.none())


truth = st.sampled_from((True, True, False, False, None))
levels = st.lists(st.sampled_from(LEVELS), max_size=2).map(tuple)
_TOPICS = st.sampled_from(TOPICS)
_MOSTLY = st.sampled_from((True, True, False))
_BOOLEANS = st.booleans()
_IDS = st.sampled_from(IDS)
_KINDS = st.sampled_from(KINDS)


@cache
@st.composite
def days(draw: Any, first: str, last: str) -> dict[str, Any]:
    """A day column with its range: exact, rough, or blank."""
    day = draw(blank_or(DAYS))
    later = tuple(other for other in DAYS if day and other >= day)
    return {first: day, last: draw(blank_or(later)) if later and draw(_BOOLEANS) else None}


@st.composite
def _patient(draw: Any) -> dict[str, Any]:
    return draw(days("birth_date", "birth_by"))


@st.composite
def _procedure(draw: Any) -> dict[str, Any]:
    return {
        "kind": draw(_KINDS),
        "region": draw(blank_or(REGIONS)),
        "contrast": draw(truth),
        "levels": draw(levels),
    }


@st.composite
def _relief(draw: Any) -> dict[str, Any]:
    return {
        "procedure": draw(_IDS),
        "percent": draw(blank_or(NUMBERS)),
        "score_before": draw(blank_or(NUMBERS)),
        "concordant": draw(truth),
    }


@st.composite
def _treatment(draw: Any) -> dict[str, Any]:
    return {"kind": draw(_KINDS), "sessions": draw(blank_or((0, 1, 2, 14)))}


@st.composite
def _attestation(draw: Any) -> dict[str, Any]:
    return {"topic": draw(_TOPICS), "complete": draw(_MOSTLY)}


_CONTENT = {
    "patient": _patient(),
    "procedure": _procedure(),
    "relief": _relief(),
    "treatment": _treatment(),
    "attestation": _attestation(),
}


_SIZES = st.sampled_from((1, 4, 6, 8, 10))
_MOMENTS = st.sampled_from(MOMENTS)
_ASKED = st.sampled_from((TOPICS[::2], TOPICS[::2], TOPICS[::4], ()))
_ONE_IN_SIX = st.integers(0, 5).map(lambda n: n == 0)
_ALL_IDS = (*IDS, *(f"id-{number}" for number in range(9)))


@cache
def _tables(size: int) -> SearchStrategy[list[str]]:
    one = st.sampled_from([*_CONTENT, "procedure", "relief", "treatment"])
    return st.lists(one, min_size=size, max_size=size)


@cache
def _one_of_the_first(count: int) -> SearchStrategy[str]:
    return st.sampled_from(_ALL_IDS[:count])


@cache
@st.composite
def facts_of(draw: Any, patient: str) -> list[Fact]:
    """Some facts of one patient, at least one."""
    tables = draw(_tables(draw(_SIZES)))
    asked = draw(_ASKED)
    facts = [
        TABLES["attestation"](id=f"asked-{topic}", patient=patient, recorded_at=MOMENTS[0], topic=topic)
        for topic in asked
    ]
    for fact_id, table in zip(_ALL_IDS, tables, strict=False):
        about = {"id": fact_id, "patient": patient, "recorded_at": draw(_MOMENTS)}
        said = {**draw(_CONTENT[table]), **draw(days("true_on", "true_by"))}
        if table == "treatment" and said["true_on"]:
            said["until"] = draw(blank_or(tuple(day for day in DAYS if day >= said["true_on"])))
        elif table == "treatment":
            said["until"] = draw(blank_or(DAYS))
        if table == "attestation" and said["true_on"] is None:
            said["complete"] = True  # it is taken back from a day on
        if draw(_ONE_IN_SIX):
            said["supersedes"] = draw(_one_of_the_first(len(tables)))
            said["withdrawn"] = draw(_BOOLEANS)
        facts.append(TABLES[table](**about, **said))
    return facts


@cache
def _between(least: int, most: int) -> SearchStrategy[int]:
    return st.integers(least, most)


@cache
@st.composite
def charts(draw: Any, least: int = 2, most: int = 5) -> list[Fact]:
    """The facts of some patients."""
    patients = draw(_between(least, most))
    return [fact for number in range(patients) for fact in draw(facts_of(f"patient-{number}"))]


@cache
@st.composite
def _corrected(draw: Any, patient: str) -> list[Fact]:
    """Procedures that were corrected again and again, and relief after any version of them."""
    facts: list[Fact] = []
    for number in range(draw(_between(2, 6))):
        about = {"id": _ALL_IDS[number], "patient": patient, "recorded_at": draw(_MOMENTS)}
        said = {**draw(_CONTENT["procedure"]), **draw(days("true_on", "true_by"))}
        if number and draw(_MOSTLY):
            said["supersedes"] = draw(_one_of_the_first(number))
            said["withdrawn"] = draw(_ONE_IN_SIX)
        facts.append(TABLES["procedure"](**about, **said))
    for number in range(draw(_between(1, 3))):
        about = {"id": f"relief-{number}", "patient": patient, "recorded_at": draw(_MOMENTS)}
        facts.append(TABLES["relief"](**about, **{**draw(_CONTENT["relief"]), **draw(days("true_on", "true_by"))}))
    return facts


@cache
@st.composite
def corrected_charts(draw: Any) -> list[Fact]:
    """The facts of some patients in whose charts most procedures were corrected."""
    return [fact for number in range(draw(_between(2, 4))) for fact in draw(_corrected(f"patient-{number}"))]


requests = st.one_of(
    st.none(),
    *[
        st.builds(
            Request,
            kind=st.sampled_from(KINDS),
            on=blank_or(DAYS),
            region=blank_or(REGIONS),
            contrast=truth,
            levels=levels,
        )
    ]
    * 3,
)
