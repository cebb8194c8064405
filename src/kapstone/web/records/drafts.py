"""Drafts as they stand: the words somebody was writing when they left a page."""

from __future__ import annotations

from django.http import HttpRequest

from kapstone.web.accounts.models import User
from kapstone.web.records import sealing
from kapstone.web.records.access import actor
from kapstone.web.records.models import Draft
from kapstone.web.records.refusals import Refused


def kept(request: HttpRequest, key: str) -> str:
    """The words kept under this key; nothing when there are none, or none that can be opened."""
    row = Draft.objects.filter(user=actor(request), key=key).first()
    return "" if row is None else words_of(row)


def words_of(row: Draft) -> str:
    """What a draft says; one of a psychotherapy note opens with its key, or not at all."""
    if not is_sealed(row.key):
        return row.text
    key_id, _, words = row.text.partition(" ")
    try:
        sealed = sealing.Sealed(key_id, words)
        return sealing.unseal(sealed, about=place(row.user_id, row.key))
    except Refused:
        # The page says so where the notes are opened; the draft stays as it is.
        return ""


def as_kept(user: User, key: str, text: str) -> str:
    """How words are kept: those of a psychotherapy note are sealed before they are written down."""
    if not is_sealed(key):
        return text
    sealed = sealing.seal(text, about=place(user.pk, key))
    return f"{sealed.key_id} {sealed.words}"


def is_sealed(key: str) -> bool:
    return key.startswith(sealing.DRAFTS)


def place(user: int, key: str) -> str:
    return f"draft of {user}: {key}"
