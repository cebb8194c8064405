"""A message as it is written, the same way by a person and by their team."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import attached, away, helping, opening, threads
from kapstone.web.records.actions.messages import Heading
from kapstone.web.records.models import Person
from kapstone.web.records.refusals import Refused

ANYBODY = _("Whoever is there")


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if files else []


class FilesField(forms.FileField):
    """Files as they came; what they are is looked at by the deed."""

    def clean(self, data: Any, initial: Any = None) -> list[attached.File]:
        # One byte more than may be kept is enough to see that it is too much.
        return [attached.File(each.name, each.read(attached.MOST_BYTES + 1)) for each in data or ()]


class ReplyForm(forms.Form):
    """What is written, and what comes with it."""

    # No `maxlength`: a browser would cut a pasted text short without a word.
    text = forms.CharField(
        label=_("Your message"),
        strip=False,
        error_messages={"required": _("Write something first.")},
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    enclosed = FilesField(
        label=_("Files"),
        required=False,
        help_text=_("Up to 3, each at most 5 MB: PDF, JPEG, PNG or plain text."),
        widget=SeveralFiles(attrs={"accept": attached.ACCEPTED}),
    )

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Show a refusal of the deed inside; what was written stays on the page."""
        try:
            yield
        except Refused as refused:
            again = gettext("Your words are still here; choose the files again.")
            words = f"{refused.words} {again}" if self.cleaned_data["enclosed"] else refused.words
            self.add_error(None, words)


class LetterForm(ReplyForm):
    """A new thread: what it is about, for whom, and its first message."""

    about = forms.ChoiceField(label=_("What it is about"), required=False)
    to = forms.ModelChoiceField(
        User.objects.none(), label=_("For whom"), required=False, empty_label=ANYBODY
    )
    subject = forms.CharField(label=_("Subject"), required=False, max_length=120)
    field_order = ["about", "to", "subject", "text", "enclosed"]

    def __init__(self, *args: Any, to: Sequence[away.Recipient] | None, **kwargs: Any) -> None:
        """`to` is whom it can be for; None where the person is written to."""
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = list(threads.ABOUT.items())  # type: ignore[attr-defined]
        self.fields["about"].initial = "other"
        if to is None:
            del self.fields["to"]
            return
        asked: Any = self.fields["to"]
        asked.queryset = User.objects.filter(pk__in=[each.user.pk for each in to])
        said = {each.user.pk: in_words(each) for each in to}
        asked.label_from_instance = lambda user: said[user.pk]

    def heading(self) -> Heading:
        told = self.cleaned_data
        return Heading(told["about"] or "other", told["subject"], told.get("to"))


def in_words(each: away.Recipient) -> str:
    """Somebody to write to; while they are away until when, and who reads it instead."""
    name = each.user.signed_name
    if each.absence is None:
        return name
    told = {"name": name, "until": day_in_words(each.absence.last_on)}
    if each.reader is None:
        return gettext("%(name)s: away until %(until)s, whoever is there reads it") % told
    told["reader"] = each.reader.signed_name
    return gettext("%(name)s: away until %(until)s, %(reader)s reads it") % told


def day_in_words(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def around(person: Person, now: datetime) -> dict[str, Any]:
    """What stands at every box to write in: whom to call instead, and when somebody reads."""
    practice: Practice = person.practice
    with timezone.override(practice.zone):
        return {
            "hours": opening.shown(practice, now),
            "at_hand": helping.at_hand(practice, person),
        }
