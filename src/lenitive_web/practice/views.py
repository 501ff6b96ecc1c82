"""The practice's settings, for the administrator."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lenitive.medicine.content import content
from lenitive_web.audit.actions import address_of, write_event
from lenitive_web.people.guards import needs
from lenitive_web.people.models import User
from lenitive_web.people.roles import TABLE, Role
from lenitive_web.practice import actions
from lenitive_web.practice.first_steps import first_steps, is_mail_sent
from lenitive_web.practice.forms import (
    CorrectedPlaceForm,
    InvitationForm,
    LetterHeadForm,
    PayerForm,
    PersonForm,
    PlaceForm,
    QuestionnairesForm,
)
from lenitive_web.practice.meanwhile import one_at_a_time, status_of
from lenitive_web.practice.models import Payer, withheld_from
from lenitive_web.schedule.models import Place

PER_PAGE = 25


@require_GET
@needs("practice.manage")
def practice(request: HttpRequest) -> HttpResponse:
    """Who works here, and what each may do."""
    people = User.objects.filter(practice=request.user.practice).exclude(role=Role.PATIENT)
    page = Paginator(people.order_by("-is_active", "name"), PER_PAGE).get_page(request.GET.get("page"))
    _seen(request, "people")
    steps = first_steps(request.user.practice)
    roles = [role for role in Role if role != Role.PATIENT]
    return _page(request, "people", page=page, table=TABLE, roles=roles, steps=steps, mail=is_mail_sent())


@require_http_methods(["GET", "POST"])
@needs("practice.manage")
def invite(request: HttpRequest) -> HttpResponse:
    """Somebody new gets an account, and a letter with the link to it."""
    form = InvitationForm(request.POST or None, initial={"role": request.GET.get("role", "")})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        user = actions.invite(
            practice=request.user.practice,
            email=said["email"],
            name=said["name"],
            role=Role(said["role"]),
            by=request.user,
            address=address_of(request),
        )
        _write_to(request, user)
        return redirect("practice")
    return _form_page(request, form, _("Invite somebody"), _("Invite"))


@require_POST
@needs("practice.manage")
def invite_again(request: HttpRequest, person: int) -> HttpResponse:
    """The letter once more, to somebody who has not chosen a password yet."""
    staff = User.objects.exclude(role=Role.PATIENT).filter(is_active=True)
    found = get_object_or_404(staff, pk=person, practice=request.user.practice)
    if found.has_usable_password():
        messages.warning(request, _("%(name)s has chosen a password already.") % {"name": found.name})
    else:
        _seen(request, f"letter to account {found.pk}", "people.invite_again")
        _write_to(request, found)
    return redirect("practice")


def _write_to(request: HttpRequest, user: User) -> None:
    """The letter of an invitation, and where it went."""
    actions.send_invitation(user, f"{request.scheme}://{request.get_host()}")
    if is_mail_sent():
        messages.success(request, _("%(name)s is invited; the letter is on its way.") % {"name": user.name})
    else:
        said = _("%(name)s is invited. No mail is sent from here: the letter with the link stands in the server’s log.")
        messages.warning(request, said % {"name": user.name})


@require_http_methods(["GET", "POST"])
@needs("practice.manage")
@one_at_a_time
def person(request: HttpRequest, person: int) -> HttpResponse:
    """One account: name, role, whether it may sign in."""
    staff = User.objects.exclude(role=Role.PATIENT)
    found = get_object_or_404(staff, pk=person, practice=request.user.practice)
    if found == request.user:
        messages.warning(request, _("Nobody changes the own account here; ask another administrator."))
        return redirect("practice")
    initial = {"name": found.name, "role": found.role, "is_active": found.is_active}
    form = PersonForm(request.POST or None, person=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        actions.change_person(
            person=found,
            name=said["name"],
            role=Role(said["role"]),
            is_active=said["is_active"],
            successor=said.get("successor"),
            by=request.user,
            address=address_of(request),
        )
        messages.success(request, _("%(name)s is changed.") % {"name": found.name})
        return redirect("practice")
    return _form_page(request, form, found.email, _("Save"))


@require_http_methods(["GET", "POST"])
@needs("practice.manage")
def places(request: HttpRequest) -> HttpResponse:
    """Rooms for procedures and what they see with."""
    form = PlaceForm(request.POST or None, practice=request.user.practice)
    if request.method == "POST" and form.is_valid():
        actions.add_place(place=form.save(commit=False), by=request.user, address=address_of(request))
        messages.success(request, _("The room is added."))
        return redirect("places")
    page = _paged(request, Place.objects.filter(practice=request.user.practice))
    return _page(request, "places", form=form, page=page, places=page.object_list, status=_status(request))


@require_http_methods(["GET", "POST"])
@needs("practice.manage")
@one_at_a_time
def place(request: HttpRequest, place: int) -> HttpResponse:
    """One room: its name, and what it sees with."""
    found = get_object_or_404(Place, pk=place, practice=request.user.practice)
    form = CorrectedPlaceForm(request.POST or None, practice=request.user.practice, instance=found)
    if request.method == "POST" and form.is_valid():
        actions.correct_place(place=form.save(commit=False), by=request.user, address=address_of(request))
        messages.success(request, _("The room is changed."))
        return redirect("places")
    return _form_page(request, form, _("Change a room"), _("Save"))


@require_http_methods(["GET", "POST"])
@needs("practice.manage")
def payers(request: HttpRequest) -> HttpResponse:
    """Payers that patients here often have."""
    form = PayerForm(request.POST or None, practice=request.user.practice)
    if request.method == "POST" and form.is_valid():
        actions.add_payer(payer=form.save(commit=False), by=request.user, address=address_of(request))
        messages.success(request, _("The payer is added."))
        return redirect("payers")
    page = _paged(request, Payer.objects.filter(practice=request.user.practice))
    return _page(request, "payers", form=form, page=page, payers=page.object_list, status=_status(request))


@require_POST
@needs("practice.manage")
def remove_payer(request: HttpRequest, payer: int) -> HttpResponse:
    """Take one payer off the list."""
    found = get_object_or_404(Payer, pk=payer, practice=request.user.practice)
    actions.remove_payer(payer=found, by=request.user, address=address_of(request))
    messages.success(request, _("The payer is off the list."))
    return redirect("payers")


@require_http_methods(["GET", "POST"])
@needs("practice.manage")
@one_at_a_time
def letter_head(request: HttpRequest) -> HttpResponse:
    """What letters begin with."""
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = LetterHeadForm(*given, instance=actions.letter_head_of(request.user.practice))
    if request.method == "POST" and form.is_valid():
        actions.change_letter_head(head=form.save(commit=False), by=request.user, address=address_of(request))
        messages.success(request, _("The letter head is saved."))
        return redirect("letter_head")
    return _page(request, "letter_head", form=form, status=status_of(form, request))


@require_GET
def logo(request: HttpRequest) -> HttpResponse:
    """The logo, for everybody of the practice."""
    head = actions.letter_head_of(request.user.practice)
    if not head.logo:
        raise Http404
    return HttpResponse(bytes(head.logo), content_type="image/png")


@require_GET
@needs("practice.manage")
def policies(request: HttpRequest) -> HttpResponse:
    """Which policies the clinic answers by today, with their dates and how they were checked."""
    day = timezone.localdate()
    words = request.GET.get("q", "").strip().lower()[:60]
    known = [one for name, one in content().policies.items() if words in f"{name} {one.label}".lower()]
    page = Paginator(sorted(known, key=lambda one: one.label), PER_PAGE).get_page(request.GET.get("page"))
    return _page(request, "policies", page=page, day=day, words=words)


@require_http_methods(["GET", "POST"])
@needs("practice.manage")
@one_at_a_time
def questionnaires(request: HttpRequest) -> HttpResponse:
    """Which questionnaires patients are asked on their own pages."""
    form = QuestionnairesForm(request.POST or None, withheld=withheld_from(request.user.practice_id))
    if request.method == "POST" and form.is_valid():
        actions.choose_questionnaires(withheld=form.withheld, by=request.user, address=address_of(request))
        messages.success(request, _("From now on patients are asked these."))
        return redirect("questionnaires")
    return _page(request, "questionnaires", form=form, status=status_of(form, request))


def _paged(request: HttpRequest, found: Any) -> Page[Any]:
    return Paginator(found, PER_PAGE).get_page(request.GET.get("page"))


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200


def _seen(request: HttpRequest, about: str, action: str = "practice.view") -> None:
    address = address_of(request)
    write_event(practice=request.user.practice, by=request.user, action=action, about=about, address=address)


def _page(request: HttpRequest, here: str, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, f"practice/{here}.html", {"here": here, **context}, status=status)


def _form_page(request: HttpRequest, form: Any, title: str, button: str) -> HttpResponse:
    return _page(request, "form", form=form, title=title, button=button, status=status_of(form, request))
