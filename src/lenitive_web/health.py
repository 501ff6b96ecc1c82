"""Is the process alive, and can it serve? Neither says anything about anybody."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from lenitive import __version__


@require_safe
@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok", "version": __version__})


@require_safe
@login_not_required
def ready(request: HttpRequest) -> JsonResponse:
    """The database answers and has every migration; 503 with the reason until then."""
    problem = why_not_ready()
    return JsonResponse({"status": problem or "ok"}, status=503 if problem else 200)


def why_not_ready() -> str:
    """What keeps the clinic from serving, or nothing."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "the database does not answer"
    return f"{len(waiting)} migrations have not been applied; run: lenitive serve --migrate" if waiting else ""
