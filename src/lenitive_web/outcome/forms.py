"""The follow-up after a procedure as a form. Only what is answered becomes a fact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenitive.chart.measure import Measure
from lenitive.chart.procedure import Procedure
from lenitive.documents.wording import number
from lenitive.medicine.content import content
from lenitive_web.ledger.facts import NewFact
from lenitive_web.look.days import has_come
from lenitive_web.look.words import day
from lenitive_web.outcome.telling import COMPLICATION, GLOBAL_CHANGE

PAIN = "nrs"
HELD = (("", gettext_lazy("Not asked")), ("yes", gettext_lazy("Still holds")), ("no", gettext_lazy("Wore off")))
WENT_WRONG = (("", gettext_lazy("Not asked")), ("no", gettext_lazy("Nothing")), ("yes", gettext_lazy("Something")))
FITS = (
    ("", gettext_lazy("Not judged")),
    ("yes", gettext_lazy("Yes, it fits the drug")),
    ("no", gettext_lazy("No")),
)
OTHERS_AT_MOST = 4
HOURS_A_DAY = 24


class FollowUpForm(forms.Form):
    """How much it helped, whether it still holds, the same scores as before it, and what went wrong."""

    on = forms.DateField(
        label=gettext_lazy("Asked on"), widget=forms.DateInput(attrs={"type": "date"}), validators=[has_come]
    )
    percent = forms.FloatField(
        label=gettext_lazy("How much of the pain went away, at best (%)"),
        min_value=-100,
        max_value=100,
        required=False,
        help_text=gettext_lazy("0 is none of it, 100 all of it; below 0 it got worse."),
    )
    held = forms.ChoiceField(label=gettext_lazy("Is the relief still there?"), choices=HELD, required=False)
    lasted = forms.FloatField(label=gettext_lazy("If not: it lasted"), min_value=0, required=False)
    lasted_unit = forms.ChoiceField(
        label=gettext_lazy("hours or days"),
        choices=[("days", gettext_lazy("days")), ("hours", gettext_lazy("hours"))],
    )
    concordant = forms.ChoiceField(
        label=gettext_lazy("Did it last as long as the drug explains?"),
        choices=FITS,
        required=False,
        help_text=gettext_lazy("Only then does a test count towards the treatment that it opens."),
    )
    function_percent = forms.FloatField(
        label=gettext_lazy("Can do more than before (%)"), min_value=-100, max_value=100, required=False
    )
    change = forms.TypedChoiceField(
        label=gettext_lazy("In the patient’s words, since then"),
        coerce=float,
        empty_value=None,
        required=False,
    )
    went_wrong = forms.ChoiceField(label=gettext_lazy("Did anything go wrong?"), choices=WENT_WRONG, required=False)
    what = forms.CharField(label=gettext_lazy("If so: what"), max_length=500, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, session: Procedure, before: Mapping[str, Measure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session, self.before = session, before
        if session.intent != "diagnostic":
            del self.fields["concordant"]
        known = content().instruments
        asked = known[GLOBAL_CHANGE].questionnaire
        self.fields["change"].choices = [
            ("", _("Not asked")),
            *((f"{one.value:g}", one.label) for one in (asked.choices or asked.items[0].choices if asked else [])),
        ]
        for name in self._instruments():
            entry = known[name]
            was = before.get(name)
            self.fields[f"score-{name}"] = forms.FloatField(
                label=_("%(scale)s, now") % {"scale": entry.label},
                min_value=entry.low,
                max_value=entry.high,
                required=False,
                help_text=_was(was) if was else "",
            )

    def _instruments(self) -> list[str]:
        """Pain, and what was scored before the procedure: the same scale, so that the change means something."""
        known = content().instruments
        others = [
            name
            for name in self.before
            if name in known and known[name].minimal_important_change and name not in (PAIN, GLOBAL_CHANGE)
        ]
        return [PAIN, *others[:OTHERS_AT_MOST]]

    @property
    def scores(self) -> list[forms.BoundField]:
        """The fields of the scores."""
        return [self[name] for name in self.fields if name.startswith("score-")]

    def clean_on(self) -> date:
        """Not before the procedure."""
        day: date = self.cleaned_data["on"]
        if self.session.true_on and day < self.session.true_on:
            raise ValidationError(
                _("The procedure was on %(day)s, later than this.") % {"day": date_format(self.session.true_on)}
            )
        return day

    def clean(self) -> dict[str, Any]:
        """What belongs together is there together, and something is said at all."""
        said = self.cleaned_data
        if said.get("held") == "no" and said.get("lasted") is None and "lasted" not in self.errors:
            self.add_error("lasted", _("For how long did it last?"))
        if said.get("lasted") is not None and said.get("held") != "no":
            self.add_error("held", _("A duration is given: choose “wore off”."))
        if (too_long := self._lasted_too_long()) is not None:
            told = _("The procedure was %(days)d days before: it cannot have lasted longer than that.")
            self.add_error("lasted", told % {"days": too_long})
        if said.get("held") == "yes" and said.get("percent") is None and "percent" not in self.errors:
            self.add_error("percent", _("What still holds? Say how much of the pain went away."))
        if said.get("concordant") and said.get("percent") is None and "percent" not in self.errors:
            self.add_error("percent", _("How much of the pain went away? Without that the duration tells nothing."))
        if said.get("what") and said.get("went_wrong") != "yes":
            self.add_error("went_wrong", _("Something is described: choose “something”."))
        if not self.errors and not self.facts():
            self.add_error(None, _("Nothing was answered yet. Answer at least one question."))
        return said

    def _lasted_too_long(self) -> int | None:
        """The days from the procedure to the asking, where less than what is said to have passed since. A day more is
        let pass: a day begins and ends at midnight, relief does not."""
        said, begun = self.cleaned_data, self.session.true_on
        if said.get("lasted") is None or not begun or not said.get("on"):
            return None
        days = said["lasted"] / (HOURS_A_DAY if said.get("lasted_unit") == "hours" else 1)
        passed = (said["on"] - begun).days
        return passed if days > passed + 1 else None

    def facts(self) -> list[NewFact]:
        """What was answered, as facts."""
        return [*self._relief(), *self._scores(), *self._complication()]

    def _relief(self) -> Iterator[NewFact]:
        said = self.cleaned_data
        told = (said.get("percent"), said.get("lasted"), said.get("function_percent"))
        if all(one is None for one in told):
            return
        columns = {
            "procedure": self.session.id,
            "percent": said.get("percent"),
            "function_percent": said.get("function_percent"),
            "true_on": said["on"],
            "ended": {"yes": False, "no": True}.get(said.get("held", "")),
            "concordant": {"yes": True, "no": False}.get(said.get("concordant", "")),
            **self._duration(),
            **self._pain(),
        }
        yield NewFact("relief", columns)

    def _duration(self) -> dict[str, float]:
        said = self.cleaned_data
        if said.get("held") == "yes" and self.session.true_on:
            return {"lasted_days": float((said["on"] - self.session.true_on).days)}
        if said.get("lasted") is None:
            return {}
        return {f"lasted_{said['lasted_unit']}": said["lasted"]}

    def _pain(self) -> dict[str, Any]:
        now = self.cleaned_data.get(f"score-{PAIN}")
        if now is None:
            return {}
        was = self.before.get(PAIN)
        return {"instrument": PAIN, "score_before": was.score if was else None, "score_after": now}

    def _scores(self) -> Iterator[NewFact]:
        said = self.cleaned_data
        scores = {name: said.get(f"score-{name}") for name in self._instruments()} | {GLOBAL_CHANGE: said.get("change")}
        for name, score in scores.items():
            if score is not None:
                yield NewFact("measure", {"instrument": name, "score": score, "true_on": said["on"]})

    def _complication(self) -> Iterator[NewFact]:
        said = self.cleaned_data
        if said.get("went_wrong"):
            columns = {
                "kind": COMPLICATION,
                "says": said["went_wrong"] == "yes",
                "text": said.get("what"),
                "about": self.session.id,
                "true_on": said["on"],
            }
            yield NewFact("statement", columns)


def _was(score: Measure) -> str:
    return _("before: %(score)s on %(day)s") % {"score": number(score.score or 0.0), "day": day(score.true_on)}
