"""Run as a script: puts every session's last use back by so many minutes."""

from __future__ import annotations

import sys

import django

django.setup()

from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402

for row in Session.objects.all():
    session = SessionStore(row.session_key)
    if "last_use" in session:
        session["last_use"] -= 60 * float(sys.argv[1])
        session.save()
