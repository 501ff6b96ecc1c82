"""Which permission each address of the clinic asks for, to look and to send: written here a second time on purpose.

The views name their permission themselves, and ``lenitive_web.people.roles`` says who has it. Who changes what an
address asks for changes it here too. A dash is a way in which an address is not asked. ``everybody`` is whoever is
signed in; ``anybody`` needs no account. Machines have doors of their own (``tests/web/services``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Method = Literal["GET", "POST"]

TABLE = """
route             | GET                | POST
home              | everybody          | -
today             | patients.today     | -
look              | -                  | patients.today
patients          | patients.list      | -
register          | patients.register  | patients.register
emergency         | access.emergency   | access.emergency
accesses          | access.review      | -
review_access     | -                  | access.review
draft_keep        | -                  | draft.keep
draft_discard     | -                  | draft.keep
patient           | chart.view         | -
story             | chart.view         | -
scores            | chart.record       | chart.record
asked             | chart.record       | chart.record
story_add         | chart.record       | chart.record
story_correct     | chart.record       | chart.record
documents         | chart.view         | document.attach
export_documents  | chart.export       | -
document_page     | chart.view         | -
document_file     | chart.view         | -
document_withdraw | -                  | document.attach
document_look     | -                  | chart.record
enclose           | -                  | authorization.record
take_out          | -                  | authorization.record
examination       | chart.view         | chart.record
document          | chart.view         | chart.record
diagnosis         | chart.view         | -
override          | -                  | diagnosis.override
options           | chart.view         | -
option            | chart.view         | -
option_answers    | -                  | chart.record
decision_aid      | chart.view         | -
share_aid         | -                  | aid.share
plan              | chart.view         | -
referral_letter   | chart.view         | -
talk              | chart.view         | -
set_goal          | chart.record       | chart.record
goal_outcome      | chart.record       | chart.record
letter            | letter.write       | letter.write
letter_step       | -                  | letter.write
authorizations    | authorization.list | -
policies_in_use   | authorization.list | -
connections       | practice.manage    | -
connection        | practice.manage    | practice.manage
new_clinician     | practice.manage    | practice.manage
clinician         | practice.manage    | practice.manage
authorization     | authorization.view | -
ask               | -                  | request.make
end_task          | -                  | authorization.record
sending_state     | authorization.send | -
carry_on          | -                  | authorization.send
ask_payer         | -                  | authorization.send
stop_sending      | -                  | authorization.send
cancel_request    | -                  | authorization.send
answers           | authorization.view | chart.record
send_request      | authorization.send | authorization.send
withdraw          | -                  | request.make
record_step       | -                  | authorization.record
give_task         | -                  | authorization.record
give_all_tasks    | -                  | authorization.record
packet            | authorization.view | authorization.override
packet_for_us     | authorization.view | -
summary           | authorization.view | -
appeal            | authorization.view | -
schedule          | schedule.view      | -
procedure         | chart.view         | -
book              | procedure.book     | procedure.book
visit             | chart.view         | -
visit-move        | procedure.book     | procedure.book
visit-cancel      | -                  | procedure.book
visit-checklist   | chart.view         | chart.record
visit-consent     | chart.view         | chart.record
visit-time-out    | chart.view         | chart.record
visit-record      | chart.view         | procedure.record
visit-note        | chart.view         | -
visit-recovery    | chart.view         | chart.record
visit-discharge   | chart.view         | chart.record
visit-relief      | -                  | chart.record
outcome           | chart.view         | -
follow_up         | chart.record       | chart.record
practice          | practice.manage    | -
invite            | practice.manage    | practice.manage
person            | practice.manage    | practice.manage
invite_again      | -                  | practice.manage
places            | practice.manage    | practice.manage
place             | practice.manage    | practice.manage
payers            | practice.manage    | practice.manage
remove_payer      | -                  | practice.manage
partners          | practice.manage    | practice.manage
remove_partner    | -                  | practice.manage
letter_head       | practice.manage    | practice.manage
logo              | everybody          | -
policies          | practice.manage    | -
questionnaires    | practice.manage    | practice.manage
readings          | practice.manage    | practice.manage
invitation        | anybody            | anybody
mine              | own.view           | -
my_story          | own.tell           | own.tell
my_story_check    | own.tell           | own.tell
my_questions      | own.tell           | own.tell
my_diary          | own.tell           | own.tell
my_documents      | own.tell           | own.tell
my_document_page  | own.view           | -
my_ready          | own.view           | -
my_calendar       | own.view           | -
my_afterwards     | own.view           | -
my_doing          | own.view           | -
my_aid            | own.tell           | own.tell
my_help_now       | own.view           | -
own_pages         | portal.invite      | portal.invite
desk              | desk.keep          | desk.keep
scan              | document.scan      | document.scan
visit_slip        | desk.keep          | -
imports           | records.import     | -
upload            | -                  | records.import
import            | records.import     | records.import
import_state      | records.import     | -
stop_import       | -                  | records.import
discard_import    | -                  | records.import
import_refused    | records.import     | -
export            | chart.export       | -
export_bundle     | chart.export       | -
export_case_file  | chart.export       | -
audit             | audit.view         | -
audit_export      | audit.view         | -
health            | anybody            | -
ready             | anybody            | -
"""
MACHINES = (
    "hook-discovery",
    "hook-service",
    "hook-feedback",
    "fhir-metadata",
    "questionnaire-package",
    "questionnaire-response",
    "pas-notifications",
    "fhir-file",
    "fhir-search",
    "fhir-read",
    "openapi",
)
EVERYBODY, ANYBODY, NO_WAY = "everybody", "anybody", "-"


@dataclass(frozen=True)
class Door:
    """One address and what it asks for."""

    route: str
    asks: dict[Method, str]


def _door(line: str) -> Door:
    route, looking, sending = (cell.strip() for cell in line.split("|"))
    return Door(route, {"GET": looking, "POST": sending})


DOORS = [_door(line) for line in TABLE.strip().splitlines()[1:]]
