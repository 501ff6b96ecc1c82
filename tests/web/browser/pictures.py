"""Which pictures are taken, in their order: every page of every role, with its empty and its refused states.

``tests/web/test_pictures.py`` holds this list against the routes: a page that opens has a picture or says why not.
"""

from __future__ import annotations

import hmac
import json
import struct
import time
from base64 import b32decode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urljoin

from playwright.sync_api import Page

from lenitive_web.demo.accounts import PASSWORD

Doing = Callable[[Page], None]
Clinic = Literal["demonstration", "empty"]

FACET, BOOKED, APPROVED = "Rosalind Achterberg", "Benedikt Aldana", "Cleo Barrowman"
LONG_STORY = "Silas Rautio"
ABLATION = "radiofrequency_ablation_medial_branch_lumbar"
NECK_ABLATION = "radiofrequency_ablation_medial_branch_cervical"
SACROILIAC = "sacroiliac_joint_injection"
PHYSICIAN, NURSE, AUTHORIZATION = "physician", "nurse", "authorization"
FRONT_DESK, ADMINISTRATOR, AUDITOR = "frontdesk", "administrator", "auditor"
PATIENT, DIARY, NOBODY = "patient", "diary", ""


NOT_HERE = "not-here"
"""How the name of a picture ends whose address has nothing for this person."""


@dataclass(frozen=True)
class Picture:
    """One picture: whose window, which route with what in its place, and what is done before it is taken.

    ``via`` is the route of a page on which a link leads there, for an address that nobody can know beforehand; what is
    done on that page before is ``first``.
    """

    name: str
    route: str
    who: str = PHYSICIAN
    patient: str = ""
    filled: dict[str, str | int] = field(default_factory=dict)
    query: str = ""
    via: str = ""
    first: Doing | None = None
    then: Doing | None = None
    clinic: Clinic = "demonstration"
    media: Literal["screen", "print"] = "screen"


# --- what is done before a picture is taken --------------------------------------------------------------------------


def opened(page: Page) -> None:
    """The first thing that can be unfolded."""
    page.locator("main details summary:visible").first.click()
    page.wait_for_timeout(400)


def evidence_opened(page: Page) -> None:
    """The evidence of the first source, or the criteria of the first option."""
    page.locator(".rival details, details[hx-get]").first.locator("summary").first.click()
    page.wait_for_timeout(600)


def medicines_opened(page: Page) -> None:
    """The medicines below the procedures, at the top of the window."""
    page.locator("#medicines > summary").click()
    page.locator("#medicines").scroll_into_view_if_needed()


def sent(page: Page) -> None:
    """The form of the page, sent as it stands."""
    page.locator("main form:has(button.button[type=submit]) button.button[type=submit]:visible").last.click()
    page.wait_for_load_state()


def step_sent(page: Page) -> None:
    """The first step that can be written down, unfolded and sent empty."""
    page.locator("details.step summary:visible").first.click()
    page.locator("details.step[open] button[type=submit]").first.click()
    page.wait_for_load_state()


def went_on_by_hand(page: Page) -> None:
    """A request that could not be delivered, let go."""
    page.get_by_role("button", name="Go on by hand").click()
    page.wait_for_load_state()


def sent_too_late(page: Page) -> None:
    """The form, sent after somebody else wrote into the chart."""
    page.locator("main input[name=version]").first.evaluate("one => { one.value = '0'; }")
    sent(page)


def sent_without_token(page: Page) -> None:
    """The form, sent from a window that lost its cookie."""
    page.context.clear_cookies(name="csrftoken")
    sent(page)


def invited(page: Page) -> None:
    """An invitation on its way."""
    page.get_by_label("e-mail").fill("somebody.new@example.org")
    sent(page)


def many_records_sent(page: Page) -> None:
    """An upload that is still being read."""
    records = [{"resourceType": "Patient", "id": f"m{n}", "name": [{"family": f"Many{n}"}]} for n in range(60_000)]
    body = "\n".join(json.dumps(one) for one in records).encode()
    page.locator("input[type=file]").set_input_files(
        {"name": "Patient.ndjson", "mimeType": "application/x-ndjson", "buffer": body}
    )
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/imports/*")


def wrong_password(page: Page) -> None:
    """A sign-in that was refused."""
    page.get_by_label("Email").fill("physician@example.org")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()


def asked_for_a_new_password(page: Page) -> None:
    """A mail on its way."""
    page.get_by_label("Email").fill("nurse@example.org")
    page.locator("main button[type=submit]").first.click()
    page.wait_for_load_state()


def code_of(secret: str) -> str:
    """The six digits that an authenticator app shows now (RFC 6238)."""
    padded = secret + "=" * (-len(secret) % 8)
    half_minutes = int(time.time()) // 30  # noqa: TID251  what the app shows follows the clock
    made = hmac.digest(b32decode(padded), struct.pack(">Q", half_minutes), "sha1")
    place = made[-1] & 15
    return f"{(struct.unpack('>I', made[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def authenticator_set_up(page: Page) -> None:
    """An authenticator app, and the codes for the day it is lost."""
    secret = page.locator("main img[alt]").first.get_attribute("alt") or ""
    page.locator("main input[name=code]").fill(code_of(secret))
    page.locator("main button[type=submit]").first.click()
    page.wait_for_load_state()


def confirmed(page: Page) -> None:
    """The password, given again before something that matters."""
    if "/reauthenticate" in page.url:
        page.locator("main input[type=password]").fill(PASSWORD)
        page.locator("main button[type=submit]").first.click()
        page.wait_for_load_state()


def signed_in_halfway(page: Page) -> None:
    """The password was right; the second factor is asked."""
    page.context.clear_cookies()
    page.goto(urljoin(page.url, "/accounts/login/"))
    page.get_by_label("Email").fill("nurse@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()


# --- the pictures ----------------------------------------------------------------------------------------------------


def _patient(name: str, route: str = "", patient: str = FACET, who: str = PHYSICIAN, **more: object) -> Picture:
    return Picture(name, route or name, who, patient, **more)  # type: ignore[arg-type]


def _visit(name: str, patient: str, **more: object) -> Picture:
    return _patient(name, f"visit-{name.partition('.')[0]}", patient, filled={"number": 1}, **more)


_SIGN_IN = (
    Picture("sign-in", "account_login", NOBODY),
    Picture("sign-in.refused", "account_login", NOBODY, then=wrong_password),
    Picture("sign-up-closed", "account_signup", NOBODY),
    Picture("account-inactive", "account_inactive", NOBODY),
    Picture("password-forgotten", "account_reset_password", NOBODY),
    Picture("password-mail-sent", "account_reset_password_done", NOBODY, then=None),
    Picture(
        "password-link-used", "account_reset_password_from_key", NOBODY, filled={"uidb36": "1", "key": "used-already"}
    ),
    Picture("password-chosen", "account_reset_password_from_key_done", NOBODY),
    Picture("provider-stopped", "socialaccount_login_cancelled", NOBODY),
    Picture("provider-failed", "socialaccount_login_error", NOBODY),
    Picture("invitation-used", "invitation", NOBODY, filled={"token": "used-already"}),
)

_CLINICIAN = (
    Picture("today", "today"),
    Picture("today.results", "today", query="?kind=result"),
    Picture("today.red-flags", "today", query="?kind=flagged"),
    Picture("patients", "patients"),
    Picture("patients.nobody-found", "patients", query="?q=zzz"),
    Picture("register", "register"),
    Picture("register.refused", "register", then=sent),
    Picture("authorizations", "authorizations", query="?show=all"),
    Picture("schedule", "schedule"),
    Picture("schedule.by-operator", "schedule", query="?by=operator"),
    Picture("schedule.nobody", "schedule", query="?day=2020-01-01"),
    _patient("story"),
    _patient("story.long", "story", LONG_STORY),
    _patient("story-scores", "scores"),
    _patient("story-asked", "asked"),
    _patient("story-add-treatment", "story_add", filled={"table": "treatment"}),
    _patient("story-add-procedure", "story_add", filled={"table": "procedure"}),
    _patient("story-add-medication", "story_add", filled={"table": "medication"}),
    _patient("story-add-complaint", "story_add", filled={"table": "complaint"}),
    _patient("story-add-complaint.refused", "story_add", filled={"table": "complaint"}, then=sent),
    _patient("story-correct", "story_correct", via="story"),
    _patient("examination"),
    _patient("examination.too-late", "examination", then=sent_too_late),
    _patient("documents"),
    _patient("documents.refused", "documents", then=sent),
    _patient("document", via="documents"),
    _patient("diagnosis", then=evidence_opened),
    _patient("diagnosis.red-flag", "diagnosis", "Augusta Farrow"),
    _patient("diagnosis.root", "diagnosis", APPROVED),
    _patient("diagnosis.surgery", "diagnosis", "Umar Tillery"),
    _patient("options", then=evidence_opened),
    _patient("options.shut", "options"),
    _patient("options.medicines", "options", then=medicines_opened),
    _patient("option", patient=APPROVED, filled={"procedure": "epidural_transforaminal_lumbar"}),
    _patient("option.not-yet", "option", filled={"procedure": ABLATION}),
    _patient("decision-aid", "decision_aid", "Dov Castellanos", filled={"procedure": SACROILIAC}),
    _patient(
        "decision-aid.printed", "decision_aid", "Dov Castellanos", filled={"procedure": SACROILIAC}, media="print"
    ),
    _patient("plan"),
    _patient("plan.goals", "plan", LONG_STORY),
    _patient("plan.held", "plan", APPROVED),
    _patient("referral-letter", "referral_letter", filled={"partner": "physical_therapist"}),
    _patient("letter", "letter", filled={"sort": "necessity", "about": "radiofrequency_ablation_medial_branch_lumbar"}),
    _patient("referral-letter.printed", "referral_letter", filled={"partner": "physical_therapist"}, media="print"),
    _patient("plan.red-flag", "plan", "Augusta Farrow"),
    _patient("options.red-flag", "options", "Augusta Farrow"),
    _patient("talk", filled={"talk": "compare_needle_and_medicine"}),
    _patient("talk.printed", "talk", filled={"talk": "ask_the_specialist"}, media="print"),
    _patient("goal-new", "set_goal", filled={"goal": "activity"}),
    _patient("goal-outcome", "goal_outcome", LONG_STORY, via="plan"),
    _patient("procedure", patient=BOOKED),
    _patient("procedure.booked", "procedure", "Thea Sandoval"),
    _patient("book", patient=BOOKED, query=f"?kind={ABLATION}"),
    _patient("book.gate-closed", "book", "Ivo Halloran", query=f"?kind={ABLATION}"),
    _patient("visit", patient=APPROVED, filled={"number": 1}),
    _patient("visit.today", "visit", "Dov Castellanos", filled={"number": 1}),
    _visit("move", APPROVED),
    _visit("checklist", APPROVED),
    _visit("checklist.refused", "Thea Sandoval", then=sent),
    _visit("consent", "Thea Sandoval"),
    _visit("consent.printed", "Thea Sandoval", media="print"),
    _visit("time-out", "June Ibarra"),
    _visit("record", "Dov Castellanos"),
    _visit("record.refused", "Dov Castellanos", then=sent),
    _visit("note", "Mira Lowenthal"),
    _visit("recovery", "Mira Lowenthal"),
    _visit("discharge", "Mira Lowenthal"),
    _visit("discharge.gone-home", "Vera Underhill"),
    _patient("outcome"),
    _patient("outcome.long", "outcome", LONG_STORY),
    _patient("outcome.block", "outcome", "Vera Underhill"),
    _patient("follow-up", "follow_up", "Paloma Oyelaran", via="outcome"),
    _patient("own-pages", "own_pages", "Thea Sandoval"),
    _patient("own-pages.invited", "own_pages", BOOKED, then=invited),
    Picture("invitation", "invitation", NOBODY, via="mail"),
    _patient("export", patient=APPROVED),
    Picture(NOT_HERE, "import", filled={"number": 1}),
    _patient("form-too-old", "examination", then=sent_without_token),
    Picture("password", "account_change_password"),
    Picture("second-factor", "mfa_index"),
    Picture("passkeys", "mfa_list_webauthn"),
    Picture("passkey-add", "mfa_add_webauthn"),
    Picture("signed-in-where", "usersessions_list"),
    Picture("sign-out", "account_logout"),
    Picture("reauthenticate", "account_reauthenticate"),
)

_OTHER_ROLES = (
    Picture("nurse.today", "today", NURSE),
    _patient("nurse.procedure", "procedure", "Thea Sandoval", NURSE),
    _patient("nurse.checklist", "visit-checklist", APPROVED, NURSE, filled={"number": 1}),
    Picture("authorization.today", "today", AUTHORIZATION),
    Picture("policies-in-use", "policies_in_use", AUTHORIZATION),
    _patient("authorization", who=AUTHORIZATION),
    _patient("authorization.approved", "authorization", APPROVED, AUTHORIZATION),
    _patient("authorization.more-wanted", "authorization", "Ivo Halloran", AUTHORIZATION),
    _patient("authorization.denied", "authorization", "Noor Mansfield", AUTHORIZATION),
    _patient("authorization.undelivered", "authorization", "Paloma Oyelaran", AUTHORIZATION),
    _patient("authorization.nothing-asked", "authorization", "Walt Vasquez", AUTHORIZATION),
    _patient("authorization.refused", "authorization", "Noor Mansfield", AUTHORIZATION, then=step_sent),
    _patient(
        "send-request", "send_request", "Paloma Oyelaran", AUTHORIZATION, via="authorization", first=went_on_by_hand
    ),
    _patient("answers", who=AUTHORIZATION, filled={"answers": 1}),
    Picture("imports", "imports", FRONT_DESK),
    Picture("import.nothing-new", "import", FRONT_DESK, filled={"number": 1}),
    Picture("import.preview", "import", FRONT_DESK, filled={"number": 2}),
    Picture("import-refused", "import_refused", FRONT_DESK, filled={"number": 2}),
    Picture("import.busy", "imports", FRONT_DESK, then=many_records_sent),
    _patient("desk", patient="Thea Sandoval", who=FRONT_DESK),
    _patient("visit-slip", "visit_slip", "Thea Sandoval", FRONT_DESK),
    _patient("scan", patient="Thea Sandoval", who=FRONT_DESK),
    Picture("front-desk.patients", "patients", FRONT_DESK),
    Picture("front-desk.schedule", "schedule", FRONT_DESK),
    Picture("emergency", "emergency", FRONT_DESK),
    Picture("emergency.refused", "emergency", FRONT_DESK, then=sent),
    Picture("practice", "practice", ADMINISTRATOR),
    Picture("invite", "invite", ADMINISTRATOR),
    Picture("invite.refused", "invite", ADMINISTRATOR, then=sent),
    Picture("person", "person", ADMINISTRATOR, via="practice"),
    Picture("places", "places", ADMINISTRATOR),
    Picture("place", "place", ADMINISTRATOR, via="places"),
    Picture("payers", "payers", ADMINISTRATOR),
    Picture("connections", "connections", ADMINISTRATOR),
    Picture("connection", "connection", ADMINISTRATOR, via="connections"),
    Picture("clinician", "clinician", ADMINISTRATOR, via="connections"),
    Picture("new-clinician", "new_clinician", ADMINISTRATOR),
    Picture("letter-head", "letter_head", ADMINISTRATOR),
    Picture("partners", "partners", ADMINISTRATOR),
    Picture("policies", "policies", ADMINISTRATOR),
    Picture("questionnaires", "questionnaires", ADMINISTRATOR),
    Picture("readings", "readings", ADMINISTRATOR),
    Picture("audit", "audit", AUDITOR),
    Picture("accesses", "accesses", AUDITOR),
)

_OWN = (
    Picture("own.to-do", "mine", PATIENT),
    Picture("own.story-left", "my_story_check", PATIENT),
    *(
        Picture(f"own.story-{step}", "my_story", PATIENT, filled={"step": step})
        for step in ("where", "feel", "since", "tried", "medicines")
    ),
    Picture("own.story-since.refused", "my_story", PATIENT, filled={"step": "since"}, then=sent),
    *(
        Picture(f"own.questions-{name}", "my_questions", PATIENT, filled={"instrument": name, "number": 1})
        for name in ("phq9", "peg")
    ),
    Picture("own.questions.refused", "my_questions", PATIENT, filled={"instrument": "phq9", "number": 1}, then=sent),
    Picture("own.documents", "my_documents", PATIENT),
    Picture("own.getting-ready", "my_ready", PATIENT),
    Picture("own.afterwards", "my_afterwards", PATIENT),
    Picture("own.doing", "my_doing", PATIENT),
    Picture("own.aid", "my_aid", DIARY, filled={"procedure": NECK_ABLATION}),
    Picture("own.help-now", "my_help_now", PATIENT),
    Picture("own.not-here", "today", PATIENT),
    Picture("diary.to-do", "mine", DIARY),
    Picture("diary", "my_diary", DIARY, via="mine"),
    Picture("diary.afterwards", "my_afterwards", DIARY),
)

_EMPTY = (
    Picture("empty.today", "today", clinic="empty"),
    Picture("empty.patients", "patients", clinic="empty"),
    Picture("empty.authorizations", "authorizations", clinic="empty"),
    Picture("empty.schedule", "schedule", clinic="empty"),
    Picture("empty.imports", "imports", FRONT_DESK, clinic="empty"),
    Picture("empty.practice", "practice", ADMINISTRATOR, clinic="empty"),
    Picture("empty.places", "places", ADMINISTRATOR, clinic="empty"),
    Picture("empty.payers", "payers", ADMINISTRATOR, clinic="empty"),
    Picture("empty.connections", "connections", ADMINISTRATOR, clinic="empty"),
    Picture("empty.letter-head", "letter_head", ADMINISTRATOR, clinic="empty"),
    Picture("empty.audit", "audit", AUDITOR, clinic="empty"),
    Picture("empty.accesses", "accesses", AUDITOR, clinic="empty"),
    *(
        _patient(f"empty.{stage}", stage, "Nobody Yet", clinic="empty")
        for stage in ("story", "examination", "diagnosis", "options", "plan", "authorization", "procedure", "outcome")
    ),
)

_LAST = (
    Picture("authenticator-add", "mfa_activate_totp", NURSE),
    Picture("authenticator-set-up", "mfa_activate_totp", NURSE, then=authenticator_set_up),
    Picture("recovery-codes", "mfa_view_recovery_codes", NURSE),
    Picture("recovery-codes-anew", "mfa_generate_recovery_codes", NURSE),
    Picture("authenticator-remove", "mfa_deactivate_totp", NURSE),
    Picture("second-factor-asked", "mfa_authenticate", NURSE, then=signed_in_halfway),
)
"""These change who can sign in how, so they come after all others."""

PICTURES = (*_SIGN_IN, *_CLINICIAN, *_OTHER_ROLES, *_OWN, *_EMPTY, *_LAST)

PAPER = ("packet", "packet_for_us", "summary", "appeal")
"""Routes that give a file of pages: their pages are pictured by ``paper.py``."""

_MACHINES = "asked by machines, answers no page"
FORM = "takes a form and answers with the page it came from"
_FILE = "gives a file"
_PART = "gives a part of a page that has a picture"
_ELSEWHERE = "leads on to a page that has a picture"
_CLOSED = "not opened in a clinic: answers as if it did not exist"
WITHOUT = {
    **dict.fromkeys(
        (
            "health", "ready", "hook-discovery", "hook-service", "hook-feedback", "fhir-metadata", "fhir-search",
            "fhir-read", "fhir-file", "questionnaire-package", "questionnaire-response", "pas-notifications", "openapi",
            "here",
        ),
        _MACHINES,
    ),
    **dict.fromkeys(
        (
            "look", "draft_keep", "draft_discard", "override", "option_answers", "ask", "end_task", "carry_on",
            "ask_payer", "stop_sending", "cancel_request", "withdraw", "record_step", "give_task", "give_all_tasks",
            "remove_payer", "visit-cancel", "visit-relief", "review_access", "document_withdraw",
            "document_look", "enclose", "take_out", "invite_again", "upload", "stop_import", "discard_import",
            "letter_step", "remove_partner", "share_aid",
        ),
        FORM,
    ),
    **dict.fromkeys(
        (
            "export_documents", "document_page", "document_file", "my_document_page", "export_bundle",
            "export_case_file", "audit_export", "my_calendar", "logo", "mfa_download_recovery_codes",
        ),
        _FILE,
    ),
    **dict.fromkeys(("sending_state", "import_state"), _PART),
    **dict.fromkeys(
        ("home", "patient", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_login_webauthn"), _ELSEWHERE
    ),
    **dict.fromkeys(
        (
            "account_email", "account_email_verification_sent", "account_confirm_email", "account_confirm_login_code",
            "account_set_password", "socialaccount_signup", "socialaccount_connections",
        ),
        _CLOSED,
    ),
    **dict.fromkeys(
        ("openid_connect_login", "openid_connect_callback"), "leads to the practice's provider, which the demo has not"
    ),
    **dict.fromkeys(
        ("mfa_remove_webauthn", "mfa_edit_webauthn"), "needs a passkey, which a picture's browser does not hold"
    ),
}  # fmt: skip
"""The routes without a picture, each with its reason."""
