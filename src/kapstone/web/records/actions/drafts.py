"""Drafts: what somebody was writing. Not yet part of the chart, so this may change and go."""

from __future__ import annotations

from datetime import datetime

from kapstone.web.accounts.models import User
from kapstone.web.records.drafts import as_kept
from kapstone.web.records.models import Draft


def keep_draft(user: User, key: str, text: str, *, at: datetime) -> None:
    """Keep the newest words; nothing left means no draft."""
    if text.strip():
        words = as_kept(user, key, text)
        Draft.objects.update_or_create(user=user, key=key, defaults={"text": words, "at": at})
    else:
        drop_draft(user, key)


def drop_draft(user: User, key: str) -> None:
    """The words were signed or thrown away."""
    Draft.objects.filter(user=user, key=key).delete()
