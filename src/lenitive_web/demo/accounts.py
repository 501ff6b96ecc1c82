"""Who can sign in to the demonstration."""

from __future__ import annotations

from lenitive_web.people.roles import Role

PASSWORD = "lenitive-demo-2026"  # noqa: S105
"""Of every demonstration account. The demonstration listens on this machine only."""

PEOPLE = {
    Role.PHYSICIAN: ("Dr. Ines Okafor", "physician@example.org"),
    Role.NURSE: ("Tomás Lindqvist", "nurse@example.org"),
    Role.AUTHORIZATION: ("Priya Castellan", "authorization@example.org"),
    Role.FRONT_DESK: ("Wren Abara", "frontdesk@example.org"),
    Role.ADMINISTRATOR: ("Marek Oduya", "administrator@example.org"),
    Role.AUDITOR: ("Sunniva Reyes", "auditor@example.org"),
}
