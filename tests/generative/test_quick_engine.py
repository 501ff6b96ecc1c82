"""The engine that services ask gives the answers of the reference, for the same reasons."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lenitive.rules import model, remaining
from lenitive.rules.quick import BLANK, Quick, blank_beside
from lenitive.rules.reference import Reference
from tests.engines import charts_of
from tests.generative.charts import AS_OF, charts, requests
from tests.generative.questions import PARAMETERS, questions

AT_LENGTH = settings(deadline=None, suppress_health_check=list(HealthCheck))

bound = questions().map(lambda question: model.bind(question, PARAMETERS))


def told(engine, question):
    answer = engine.answer(model.Criterion("asked", question, "", ""))
    return answer.status, [fact.id for fact in answer.facts], set(answer.citations), set(answer.missing)


def surely(question):
    return model.And((question, model.IsRecorded(question)))


def with_what_is_sure(asked):
    """The questions, and questions in which something is true and recorded: rules say so often."""
    first, second, third = asked
    both = model.And((first, second))
    return [
        *asked,
        surely(first),
        model.Not(surely(second)),
        model.And((third, first, model.IsRecorded(first))),
        model.And((first, second, model.IsRecorded(both), model.IsRecorded(third))),
        model.Or((surely(both), third)),
    ]


@pytest.mark.parametrize("worth_keeping", [-1, 10], ids=["outcomes kept at once", "outcomes kept later"])
@given(st.lists(bound, min_size=3, max_size=3), charts(), st.lists(requests, min_size=3, max_size=3))
@settings(AT_LENGTH, max_examples=120)
def test_it_answers_as_the_reference_does(monkeypatch, worth_keeping, asked, facts, requested):
    monkeypatch.setattr(remaining, "WORTH_KEEPING", worth_keeping)
    nothing = Quick(BLANK, AS_OF - timedelta(400))
    for chart in charts_of(facts, AS_OF):
        first = Quick(chart, AS_OF)
        attested = Quick(blank_beside(chart), AS_OF)
        for request in requested:
            any_day = request and msgspec.structs.replace(request, on=None)
            beside_nothing = Quick(BLANK, AS_OF - timedelta(400), any_day, beside=nothing)
            beside_attested = Quick(attested.chart, AS_OF, request, beside=attested, blank=beside_nothing)
            engine = Quick(chart, AS_OF, request, beside=first, blank=beside_attested)
            plain = Reference(chart, AS_OF, request)
            for question in with_what_is_sure(asked):
                assert engine.truth(question) is plain.truth(question)
                assert told(engine, question) == told(plain, question)
