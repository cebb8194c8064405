"""A deed that was refused, in words that its reader can act on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from unicodedata import category

from django.forms import BaseForm

from kapstone import consent
from kapstone.web.accounts.models import User

# Room enough for a sentence that the next clinician understands.
SHORTEST_REASON = 20
# Whatever is longer is a note, or was pasted by mistake.
LONGEST_REASON = 4_000
# Seven digits are kept of an order and of a rate; SQLite would take more and not give it back.
MOST_MG = Decimal("99999.99")
# Letters of Unicode that nobody can see: the fillers of Hangul.
UNSEEN = frozenset("\u115f\u1160\u3164\uffa0")


class Refused(Exception):
    """A refusal that the user can expect: `code` for tests and styles, `words` for the person.

    `lines` are its reasons one by one, where there are several.
    """

    def __init__(self, code: str, words: str, lines: Sequence[str] = ()) -> None:
        super().__init__(words)
        self.code = code
        self.words = words
        self.lines = tuple(lines)


def letters(words: str) -> int:
    """How many letters and digits a reader can see in it, of any script."""
    return sum(category(each)[0] in "LN" and each not in UNSEEN for each in words)


def is_blank(words: str) -> bool:
    """Whether it tells the next clinician nothing at all: dots and what cannot be seen are none."""
    return letters(words) == 0


def is_short(reason: str) -> bool:
    """Whether it is too short to tell the next clinician anything."""
    return letters(reason) < SHORTEST_REASON


def refuse_short(reason: str, words: str, *, code: str = "short-reason") -> None:
    """Refuse a reason that is too short, in these words; or too long, in its own."""
    if is_short(reason):
        raise Refused(code, words)
    refuse_long(reason)


def refuse_long(reason: str) -> None:
    """Refuse what nobody would read to its end."""
    if len(reason) > LONGEST_REASON:
        raise Refused(
            "long-reason",
            f"Keep the reason to {LONGEST_REASON} characters; it has {len(reason)}. The rest can "
            "stand in a note.",
        )


def refuse_beyond(mg: Decimal) -> None:
    """Refuse milligrams that cannot be kept; no dose and no rate comes near them."""
    if mg > MOST_MG:
        raise Refused(
            "too-many-mg", f"{mg:f} mg is a slip: at most {MOST_MG} mg can be written. Look again."
        )


def refuse_nul(*words: str) -> None:
    """Refuse the one character that no database of ours can keep, and no key can type."""
    if any("\0" in each for each in words):
        raise Refused("unfit", "This holds a character that cannot be kept. Write it again.")


def refuse_other_name(name: str, by: User) -> None:
    """Refuse a signature under any name but that of the one who is signed in."""
    if not (consent.same_name(name, by.name) or consent.same_name(name, by.signed_name)):
        raise Refused(
            "other-name",
            f"You are signed in as {by.signed_name}. Type your name as it stands here.",
        )


@contextmanager
def shown_on(form: BaseForm) -> Iterator[None]:
    """Show a refusal of the deed inside the block as an error of the form it came from."""
    try:
        yield
    except Refused as refused:
        form.add_error(None, refused.words)


def status_of(form: BaseForm) -> int:
    """422 when the form did not pass, so that a partial swap knows."""
    return 422 if form.is_bound and form.errors else 200
