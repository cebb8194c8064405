"""The first contact after a medicine session: who and when, asked for beside the order."""

from __future__ import annotations

from typing import Any

from django import forms

from kapstone.pathway import integration
from kapstone.web.accounts.models import User
from kapstone.web.clinician.session_forms import moment
from kapstone.web.clinician.team import team_of
from kapstone.web.records import first_contact

# Several forms stand on the page, so each has ids of its own.
IDS = "contact_%s"


class ContactForm(forms.Form):
    """A time to agree on; the one that is offered lies inside the window."""

    starts_at = moment(label="When", help_text="On the practice's clock.")
    who = forms.ModelChoiceField(User.objects.none(), label="With whom", empty_label="Choose")
    anyway = forms.BooleanField(
        required=False, label="Both at once is meant so", widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": IDS, **kwargs})
        self.fields["who"].queryset = team_of(user)  # type: ignore[attr-defined]


def beside(found: Any, user: User, form: ContactForm | None = None) -> dict[str, Any]:
    """What the page of a session says of the contact after it; `form` is one that did not pass."""
    offer = first_contact.offered(found)
    initial = {"starts_at": offer, "who": first_contact.therapist_of(found.course)}
    return {
        "contact": first_contact.of_sessions([found])[found.pk],
        "contact_window": integration.contact_window(),
        "contact_form": form or ContactForm(user=user, initial=initial),
    }
