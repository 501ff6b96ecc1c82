"""Ending what somebody has open."""

from __future__ import annotations

from allauth.usersessions.models import UserSession

from lenitive_web.people.models import User


def end_sessions(user: User) -> int:
    """Sign somebody out everywhere, at once; how many sessions there were."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)
