"""Requests that payers, reviewers and courts decided: what each decision asked, as rows of ours, and what we answer.

The case files of ``decided/`` hold the facts. ``GUIDELINES`` says, criterion by criterion in the order of the case,
what the decision asked for, with the numbers that it states. What it does not state is not asked. Each criterion
without a row has its reason in ``WITHOUT_ROW``; each case that cannot be decided from its facts in ``UNDECIDABLE``;
each answer of ours that is not the decision's in ``DIFFERENCES``. Nothing in the library is tuned to these few cases.
"""

import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from msgspec.structs import replace

from lenitive.interop.case_file import read_case_file
from lenitive.medicine.shapes import Requirement
from lenitive.reasoning.book import Book, book
from lenitive.reasoning.coverage import coverage
from lenitive.reasoning.determination import Asking, determine
from lenitive.rules.reference import Reference

LONG_AGO = date(2000, 1, 1)
DECIDED = Path(__file__).parent / "decided"
STATUS = {"met": "met", "not_met": "not met", "undocumented": "undocumented"}
"""How the labels write our three answers. What they call contested or only mentioned has no single answer."""

ODG_REPEAT = {"min_relief_percent": 50, "min_lasted_days": 42}
"""At least 50 to 70 % relief for 6 to 8 weeks before a repeat: the lower ends, which are the kinder reading."""

FACET_FINDINGS = {"supporting_findings": ["extension_rotation", "pain_drawing_fits_facet"]}
NECK_FACET_FINDINGS = {"supporting_findings": ["cervical_extension_rotation", "cervical_segmental_tenderness"]}
SACROILIAC_TESTS = ["sij_distraction", "sij_compression", "sij_thigh_thrust", "sij_gaenslen", "faber"]
COMPLEX_REGIONAL_PAIN = {
    "supporting_conditions": ["crps", "causalgia"],
    "supporting_codes": ["G90.5", "G56.4", "G57.7"],
}

Row = tuple[str, dict[str, object]] | tuple[str, dict[str, object], str]

GUIDELINES: dict[str, list[list[Row] | None]] = {
    "cov-de-2022-injections": [None, None],
    "cov-ky-2018-caudal-sij-scs": [None, None, None],
    "cov-mn-2014-mbb-rfn": [[("active_care_goes_on", {})]],
    "cov-mn-2023-sympathetic": [None, [("other_treatments_failed_or_unsuitable", {})], None],
    "cov-ny-202110-143033": [
        [("finding_supports", FACET_FINDINGS)],
        [
            ("conservative_care_failed", {"min_conservative_days": 84, "conservative_kinds": kinds})
            for kinds in (["physical_therapy", "spinal_manipulation"], ["home_exercise"], ["nsaid"])
        ],
        [("plan_is_ablation", {})],
    ],
    "cov-ny-202201-145214": [
        [
            (
                "diagnosis_excludes",
                {"excluding_conditions": ["cervical_disc_displacement"], "excluding_codes": ["M50.2"]},
                "not met",
            )
        ],
        None,
        [("surgery_is_no_option", {})],
    ],
    "cov-ny-202208-152444": [
        [("modic_change_at_level", {})],
        [("finding_supports", {"supporting_findings": ["mri_nerve_root_compression"]}, "not met")],
        [
            (
                "procedure_is_not_covered",
                {"non_covered_procedures": ["radiofrequency_ablation_basivertebral"]},
                "not met",
            )
        ],
    ],
    "cov-tn-2020-scs-trial": [[("diagnosis_supports", COMPLEX_REGIONAL_PAIN)], None],
    "cov-tn-2021-psych": [None],
    "cov-tx-08035": [
        [
            (
                "sacroiliac_tests_positive",
                {
                    "min_positive_tests": 3,
                    "decisive_negative_tests": 4,
                    "sacroiliac_tests": [
                        "sij_distraction",
                        "sij_compression",
                        "sij_thigh_thrust",
                        "sij_gaenslen",
                        "faber",
                    ],
                },
            ),
            ("conservative_care_failed", {"min_conservative_days": 28}),
        ],
        [
            (
                "diagnosis_excludes",
                {"excluding_conditions": ["lumbar_disc_displacement"], "excluding_codes": ["M51.2"]},
                "not met",
            )
        ],
    ],
    "cov-tx-08050": [
        [("earlier_relief_lasted", ODG_REPEAT)],
        [("last_epidural_improved_function", {"min_function_percent": 50})],
    ],
    "cov-tx-08056": [[("earlier_relief_lasted", ODG_REPEAT)], None],
    "cov-tx-09046": [
        [("conservative_care_did_not_help", {})],
        [("trial_relieved_enough", {"trial_kinds": ["intrathecal_trial"], "min_relief_percent": 50})],
    ],
    "cov-tx-09051": [[("imaging_matches_request", {})], None],
    "cov-tx-09088": [
        [("last_epidural_relieved", {"min_relief_percent": 50})],
        [("planned_as_series", {}, "not met")],
    ],
    "cov-tx-09175": [
        [("conservative_care_failed", {"min_conservative_days": 180})],
        [("surgery_is_no_option", {})],
        [("trial_relieved_enough", {"trial_kinds": ["intrathecal_trial"], "min_relief_percent": 50})],
        [("psychological_evaluation_favourable", {})],
    ],
    "cov-tx-09180": [[("finding_supports", NECK_FACET_FINDINGS)], [("conservative_care_was_tried", {})]],
    "cov-tx-10034": [None],
    "cov-tx-10048": [
        [("last_ablation_relieved", {"min_relief_percent": 50, "min_relief_days": 84})],
        [("enough_positive_blocks", {"min_blocks": 1, "min_relief_percent": 70})],
    ],
    "cov-tx-10067": [[("radicular_indication", {})], [("earlier_relief_lasted", ODG_REPEAT)]],
    "cov-tx-10102": [
        [("finding_supports", {"supporting_findings": ["muscle_weakness", "sensory_deficit", "reflex_absent"]})],
        [("finding_supports", {"supporting_findings": ["emg_radiculopathy"]})],
        [("conservative_care_was_tried", {})],
    ],
    "cov-tx-10113": [
        [("latest_block_positive", {"min_relief_percent": 70})],
        [("conservative_care_was_tried", {})],
    ],
    "cov-tx-11132": [
        [("finding_supports", {"supporting_findings": ["budapest_clinical_criteria"]})],
        [("conservative_care_was_tried", {})],
    ],
    "cov-tx-12091": [[("diagnosis_supports", COMPLEX_REGIONAL_PAIN)], [("planned_as_series", {}, "not met")]],
    "cov-tx-14056": [],
    "cov-tx-14066": [[("finding_supports", FACET_FINDINGS)], [("conservative_care_did_not_help", {})]],
    "cov-tx-15015": [[("device_replacement_is_justified", {})], None],
    "cov-tx-15030": [[("radicular_indication", {})], [("last_epidural_relieved", {"min_relief_percent": 50})]],
    "cov-tx-16012": [[("diagnosis_supports", COMPLEX_REGIONAL_PAIN)]],
    "cov-tx-16026": [[("last_epidural_improved_function", {"min_function_percent": 50})]],
    "cov-tx-17019": [],
    "cov-tx-18020": [
        [("last_sacroiliac_treatment_improved_function", {"min_function_percent": 1, "min_relief_days": 0})],
        None,
        None,
    ],
    "cov-tx-20009": [
        [("diagnosis_supports", COMPLEX_REGIONAL_PAIN)],
        [("psychological_evaluation_favourable", {})],
        None,
    ],
    "cov-tx-20022": [[("device_replacement_is_justified", {})], None],
    "cov-tx-p5848": [[("enough_positive_blocks", {"min_blocks": 1, "min_relief_percent": 70})], None],
    "cov-wv-2016-caudal-facet": [None],
    "cov-wv-2017-sij": [None, None],
    "cov-wv-2023-sij-rfa": [None],
}

EXPERTS = "The decision weighs experts and testimony; no criterion that a chart could answer is stated."
LAW = "A question of law (is this body part part of the claim?), which no chart answers."

WITHOUT_ROW = {
    ("cov-de-2022-injections", 0): EXPERTS,
    ("cov-de-2022-injections", 1): LAW,
    ("cov-ky-2018-caudal-sij-scs", 0): EXPERTS,
    ("cov-ky-2018-caudal-sij-scs", 2): "It is about another procedure than the request of the case file.",
    ("cov-mn-2023-sympathetic", 0): "The benefit is told in words, without a number and without a scale.",
    ("cov-mn-2023-sympathetic", 2): "Neither the limit nor the number of blocks is stated.",
    ("cov-ny-202201-145214", 1): "Wear of a facet joint on a scan is no finding of our catalogue.",
    (
        "cov-tn-2020-scs-trial",
        1,
    ): "The decision holds that these tests follow the approval, so it is no criterion of it.",
    ("cov-tx-10034", 0): "No criterion; the cluneal nerves are no procedure of ours.",
    ("cov-tx-15015", 1): "Another way to an image is no question about the device.",
    ("cov-wv-2016-caudal-facet", 0): LAW,
    ("cov-wv-2017-sij", 0): LAW,
    ("cov-wv-2017-sij", 1): "Which criteria of the guideline were missing is not stated.",
    ("cov-wv-2023-sij-rfa", 0): LAW,
}
"""Criteria that the labels decide and that have no row, and why."""

UNDECIDABLE = {
    "cov-de-2022-injections": EXPERTS,
    "cov-ky-2018-caudal-sij-scs": EXPERTS,
    "cov-mn-2023-sympathetic": "The limit and the benefit that outweighed it are told without numbers.",
    "cov-tn-2021-psych": "The procedure is not named, and the one criterion is contested.",
    "cov-tx-10034": "The procedure is none of ours, and no criterion is stated.",
    "cov-tx-14056": "Neither facts nor criteria are stated.",
    "cov-tx-17019": "Neither facts nor criteria are stated.",
    "cov-wv-2016-caudal-facet": LAW,
    "cov-wv-2017-sij": LAW,
    "cov-wv-2023-sij-rfa": "The reasons lie outside the text that was read.",
}
"""Cases whose outcome does not follow from stated criteria and facts, and why."""

DIFFERENCES = {
    ("cov-mn-2023-sympathetic", 1): (
        "undocumented",
        "That other options were exhausted is the court's finding; the therapy on record has no result.",
    ),
    ("cov-tx-08035", 0): (
        "undocumented",
        "The reviewer found the list unmet; the tests and the care are not on record, so ours asks for them.",
    ),
    ("cov-tx-09046", 1): (
        "undocumented",
        "Trial and implant were asked for together. Ours finds no report of a trial and asks for one.",
    ),
    ("cov-tx-09088", 0): (
        "undocumented",
        "The reports of the last injections are missing. The reviewer refuses; ours asks for them.",
    ),
    ("cov-tx-09175", 0): ("undocumented", "Over six months of medicines, without a day: ours asks for the days."),
    ("cov-tx-18020", 0): (
        "undocumented",
        "That the doses stayed the same does not say whether function improved; ours asks.",
    ),
    ("cov-tx-p5848", 0): (
        "undocumented",
        (
            "The reviewer read 'some relief, very temporary' as failure. Ours wants a percentage, a side and levels, "
            "finds none, and asks for them instead of refusing."
        ),
    ),
}
"""(case, place of the criterion in the case) -> our answer, and why it is not the one of the label."""

WRONG_OUTCOMES = {
    "cov-tx-20022": (
        "The judge wanted the failure of the device shown. A reason that somebody wrote down meets our row, whether or "
        "not a document stands behind it."
    ),
}
"""Cases in which our answer is sure and not the decision's, and why."""


@cache
def decided(name):
    """A case file."""
    return read_case_file(DECIDED / f"{name}.toml")


def label_of(shared, name):
    """What was decided."""
    return tomllib.loads((shared / "cases" / "coverage" / f"{name}.toml").read_text(encoding="utf-8"))


def requirements(name, number):
    """The rows of one criterion, cited to the case."""
    return [
        Requirement(
            criterion=row[0],
            parameters=row[1],
            want=row[2] if len(row) > 2 else "met",
            id=f"{number}.{place}",
            source="reference-case",
            locator=f"{name}, criterion {number + 1}",
            grade="secondary",
        )
        for place, row in enumerate(GUIDELINES[name][number] or ())
    ]


def _asked(name, rows, chart=None):
    case = decided(name)
    engine = Reference((chart or case.chart).as_of(case.as_of), case.as_of, case.request)
    return determine(Asking(book(), engine), name, rows)


def answer(name, number, chart=None):
    """What our criteria say to one criterion of a decision."""
    return _asked(name, requirements(name, number), chart)


def outcome(name):
    """What all criteria of a decision say together; ``None`` if it cannot be decided from them."""
    if name in UNDECIDABLE:
        return None
    rows = [row for number in range(len(GUIDELINES[name])) for row in requirements(name, number)]
    return _asked(name, rows).status


@cache
def timeless_book():
    """The library's policies as if they had always been in force: most decisions are older than every policy read."""
    policies = {
        name: replace(policy, versions=[replace(policy.versions[-1], effective_from=LONG_AGO)])
        for name, policy in book().content.policies.items()
        if not policy.members
    }
    return Book(replace(book().content, policies=policies))


def outcome_by_own_policy(name):
    """What the policy says that the library itself chooses, which knows nothing of the decision; or ``None``."""
    case = decided(name)
    engine = Reference(case.chart.as_of(case.as_of), case.as_of, case.request)
    found = coverage(Asking(timeless_book(), engine), case.request)
    return found.determination.status if found.determination else None


@dataclass(frozen=True)
class Agreement:
    """Answers beside decisions: (decision, our status) -> how many."""

    counts: Counter

    def share(self, decision, statuses):
        """Of the requests so decided, the share with one of these statuses."""
        total = sum(count for (said, _), count in self.counts.items() if said == decision)
        return sum(self.counts[decision, status] for status in statuses) / total if total else float("nan")

    def sure(self):
        """How many answers were sure (met or not met), and how many of these were the decision's."""
        right = self.counts["approved", "met"] + self.counts["denied", "not met"]
        return right + self.counts["approved", "not met"] + self.counts["denied", "met"], right

    def balanced_accuracy(self, refused_by):
        """The mean of both classes: approved answered *met*, denied answered with one of ``refused_by``."""
        return (self.share("approved", ["met"]) + self.share("denied", refused_by)) / 2


def agreement(shared, answers):
    """The answers of cases that were approved or denied as a whole."""
    counts = Counter()
    for name, ours in answers.items():
        decision = label_of(shared, name)["outcome"]["decision"]
        if decision in ("approved", "denied") and ours is not None:
            counts[decision, ours] += 1
    return Agreement(counts)


def criteria_agreement(shared):
    """(what the label says, what ours says) -> how many, over every criterion that the labels decide and has rows."""
    counts = Counter()
    for name, criteria in GUIDELINES.items():
        for number, criterion in enumerate(label_of(shared, name).get("criteria", ())):
            if criteria[number] is not None and criterion["status"] in STATUS:
                counts[STATUS[criterion["status"]], answer(name, number).status] += 1
    return counts
