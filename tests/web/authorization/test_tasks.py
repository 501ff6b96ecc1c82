"""What is missing becomes somebody's task, is ended once, and is seen by who must see to it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from lenitive_web.audit.models import Event
from lenitive_web.authorization.models import Task
from lenitive_web.authorization.selectors import open_tasks
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from tests.web.conftest import As, admitted, member

KIND = "radiofrequency_ablation_medial_branch_lumbar"


@pytest.fixture
def early(practice: Practice, today: date) -> Patient:
    """Facet pain that nobody has blocked yet; much is missing."""
    return admitted(practice, today, 1)


def give(client, patient: Patient, what: str, to: object, due: object = ""):
    said = {"what": what, "to": str(to), "due_on": str(due)}
    return client.post(reverse("give_task", args=[patient.public_id, KIND]), said)


def first_missing(client, patient: Patient) -> str:
    [case] = client.get(reverse("authorization", args=[patient.public_id])).context["cases"]
    return case.wanted[0].missing.question


def test_what_is_missing_becomes_a_task_with_who_and_due(
    as_role: As, early: Patient, practice: Practice, today: date
) -> None:
    staff, nurse = as_role(Role.AUTHORIZATION), member(practice, Role.NURSE)
    what = first_missing(staff, early)
    assert give(staff, early, what, nurse.pk, today - timedelta(1)).status_code == 422
    assert give(staff, early, what, nurse.pk, today).status_code == 302
    [task] = open_tasks(practice, nurse)
    assert (task.what, task.assigned_to, task.due_on) == (what, nurse, today)
    Task.objects.update(due_on=today - timedelta(1))
    assert Event.objects.filter(action="task.give", patient=early.public_id).count() == 1
    page = staff.get(reverse("authorization", args=[early.public_id])).content.decode()
    assert "Nurse One, <b>was due" in page
    board = as_role(Role.NURSE).get(reverse("authorizations"), {"show": "all"})
    assert list(board.context["mine"]) == [task]
    [row] = [row for row in board.context["page"] if row.patient == early]
    assert (row.open_tasks, row.late_tasks) == (1, 1)


def test_one_question_is_one_persons_task(as_role: As, early: Patient, practice: Practice) -> None:
    staff, nurse = as_role(Role.AUTHORIZATION), member(practice, Role.NURSE)
    what = first_missing(staff, early)
    give(staff, early, what, nurse.pk)
    again = give(staff, early, what, member(practice, Role.PHYSICIAN).pk)
    assert again.status_code == 409
    assert Task.objects.count() == 1


def test_all_that_nobody_sees_to_goes_to_one_person_at_once(as_role: As, early: Patient, practice: Practice) -> None:
    staff, nurse, physician = (
        as_role(Role.AUTHORIZATION),
        member(practice, Role.NURSE),
        member(practice, Role.PHYSICIAN),
    )
    first = first_missing(staff, early)
    give(staff, early, first, physician.pk)
    [case] = staff.get(reverse("authorization", args=[early.public_id])).context["cases"]
    free = case.unassigned
    assert first not in free
    assert len(free) > 1
    address = reverse("give_all_tasks", args=[early.public_id, KIND])
    assert staff.post(address, {"to": ""}).status_code == 422
    assert "Nothing is chosen yet" in staff.post(address, {"to": ""}).content.decode()
    assert staff.post(address, {"to": str(nurse.pk)}).status_code == 302
    assert {task.what for task in open_tasks(practice, nurse)} == set(free)
    assert [task.what for task in open_tasks(practice, physician)] == [first]
    assert Event.objects.filter(action="task.give", patient=early.public_id).count() == len(free) + 1
    staff.post(address, {"to": str(nurse.pk)})
    assert Task.objects.count() == len(free) + 1, "sent twice, given once"


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.PATIENT])
def test_a_task_is_given_only_to_who_may_see_to_it(as_role: As, early: Patient, practice: Practice, role: Role) -> None:
    staff = as_role(Role.AUTHORIZATION)
    assert give(staff, early, "Which sedation?", member(practice, role).pk).status_code == 422
    assert Task.objects.count() == 0


def test_a_task_is_not_given_to_another_practice(as_role: As, early: Patient, other_practice: Practice) -> None:
    stranger = member(other_practice, Role.NURSE)
    assert give(as_role(Role.AUTHORIZATION), early, "Which sedation?", stranger.pk).status_code == 422


def test_a_task_is_ended_once_and_the_silent_chart_is_said(as_role: As, early: Patient, practice: Practice) -> None:
    staff = as_role(Role.AUTHORIZATION)
    give(staff, early, first_missing(staff, early), member(practice, Role.NURSE).pk)
    task = Task.objects.get()
    address = reverse("end_task", args=[early.public_id])
    said = {"task": task.pk, "ending": "done", "answer": "Down to the left knee, she says."}
    assert staff.post(address, said)["Location"] == reverse("authorization", args=[early.public_id])
    assert staff.post(address, {"task": task.pk, "ending": "dropped"}).status_code == 409
    task.refresh_from_db()
    assert (task.ending, task.ended_by) == ("done", member(practice, Role.AUTHORIZATION))
    page = staff.get(reverse("authorization", args=[early.public_id])).content.decode()
    assert "The chart is still silent" in page
    assert "<q>Down to the left knee, she says.</q>" in page
    clinicians = as_role(Role.NURSE).get(reverse("authorization", args=[early.public_id])).content.decode()
    assert f'href="{reverse("option", args=[early.public_id, KIND])}">The chart is still silent' in clinicians


def test_done_without_an_answer_is_asked_for_it(as_role: As, early: Patient, practice: Practice) -> None:
    staff = as_role(Role.AUTHORIZATION)
    give(staff, early, first_missing(staff, early), member(practice, Role.NURSE).pk)
    address, task = reverse("end_task", args=[early.public_id]), Task.objects.get()
    refused = staff.post(address, {"task": task.pk, "ending": "done"})
    assert refused.status_code == 422
    assert "Say what the answer was" in refused.content.decode()
    assert Task.objects.get().is_open
    assert staff.post(address, {"task": task.pk, "ending": "dropped"}).status_code == 302, "not needed needs none"


def test_who_may_write_the_answer_into_the_chart_is_led_there(as_role: As, early: Patient, practice: Practice) -> None:
    nurse = as_role(Role.NURSE)
    give(nurse, early, first_missing(nurse, early), member(practice, Role.NURSE).pk)
    said = {"task": Task.objects.get().pk, "ending": "done", "answer": "Yes, since June."}
    answer = nurse.post(reverse("end_task", args=[early.public_id]), said)
    assert answer["Location"] == reverse("option", args=[early.public_id, KIND])
    page = nurse.get(answer["Location"]).content.decode()
    assert "Answered: Yes, since June." in page


def test_a_task_of_another_patient_is_not_ended_here(
    as_role: As, early: Patient, patient: Patient, practice: Practice
) -> None:
    staff = as_role(Role.AUTHORIZATION)
    give(staff, early, "Which sedation?", member(practice, Role.NURSE).pk)
    said = {"task": Task.objects.get().pk, "ending": "done"}
    assert staff.post(reverse("end_task", args=[patient.public_id]), said).status_code == 422
    assert Task.objects.get().is_open


def test_a_task_that_the_chart_answers_is_said_to_be_answered(as_role: As, early: Patient, practice: Practice) -> None:
    staff = as_role(Role.AUTHORIZATION)
    give(staff, early, "A question that the chart has answered since?", member(practice, Role.NURSE).pk)
    page = staff.get(reverse("authorization", args=[early.public_id])).content.decode()
    assert "Answered by the chart, still on somebody" in page
    said = {"task": Task.objects.get().pk, "ending": "done"}
    assert staff.post(reverse("end_task", args=[early.public_id]), said).status_code == 302, "the chart has the answer"


def test_today_shows_each_person_their_own_tasks(as_role: As, early: Patient, practice: Practice, today: date) -> None:
    give(
        as_role(Role.AUTHORIZATION),
        early,
        "Which sedation is planned for today's page?",
        member(practice, Role.NURSE).pk,
    )
    assert "planned for today&#x27;s page" in as_role(Role.NURSE).get(reverse("today")).content.decode()
    assert "planned for today&#x27;s page" not in as_role(Role.AUTHORIZATION).get(reverse("today")).content.decode()
    assert as_role(Role.NURSE).get(reverse("today"), {"kind": "task"}).status_code == 200
