"""Sending a sitter their link: for the front desk too, which sees nothing else of the session."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.clinician.at_home import home_session
from kapstone.web.records import at_home as home
from kapstone.web.records import audit, channels
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import link_sending as deeds
from kapstone.web.records.models import Course, LinkSent, Session
from kapstone.web.records.refusals import shown_on, status_of
from kapstone.web.records.session_facts import with_story
from kapstone.web.wishes import APART


class SendForm(forms.Form):
    """Where to; asked of the sitter, not of the person."""

    channel = forms.ChoiceField(label="How", widget=forms.RadioSelect)
    to = forms.CharField(
        max_length=254,
        label="The sitter's own address or number",
        help_text="A number with + and the country, like +1 555 010 0123.",
    )
    agreed = forms.BooleanField(
        required=False, label="The sitter has said that we may write to them there"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts = [("sms", "Text message")] if channels.sms_is_offered() else []
        field: Any = self.fields["channel"]
        field.choices = [("email", "E-mail"), *texts]
        field.initial = "email"
        if not texts:
            self.fields["to"].label = "The sitter's own e-mail address"
            self.fields["to"].help_text = ""

    def clean(self) -> dict[str, Any]:
        """A number as a gateway wants it: a plus and digits."""
        said = {**self.cleaned_data}
        if said.get("channel") == "sms":
            said["to"] = APART.sub("", said.get("to", ""))
        return said


@only_for("send sitters their link")
@require_http_methods(["GET", "POST"])
def send_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the link that is open now, once; and what was sent before."""
    found, user, now = home_session(request, pk), actor(request), clock.now()
    sitter = home.sitter_of(found)
    link = home.open_link(sitter, now=now)
    form = SendForm(request.POST or None)
    if request.method == "POST" and link and form.is_valid():
        with shown_on(form):
            deeds.send_link(link, **form.cleaned_data, at=now, by=user)
            return redirect("send_sitter_link", pk=pk)
    if request.method == "GET":
        about = f"session:{pk}"
        audit.record(user, "see sitter's link", person=found.course.person, about=about)
    sent = sent_for(found)
    words = {
        "session": found,
        "person": found.course.person,
        "sitter": sitter,
        "link": link,
        "sent": sent,
        "may_send": link is not None and all(each["row"].link_id != link.pk for each in sent),
        "runs": may(user, "run sessions"),
        "form": form,
    }
    return render(request, "clinician/send_link.html", words, status=status_of(form))


def sent_for(session: Session) -> list[dict[str, Any]]:
    """What was sent to sitters of the session and what became of it, the newest first."""
    rows = LinkSent.objects.standing().filter(link__sitter__session=session)
    rows = rows.select_related("outgoing", "by", "link__sitter").order_by("-at", "-pk")
    return [{"row": row, **became(row)} for row in rows]


def became(row: LinkSent) -> dict[str, Any]:
    """What became of the message, as far as we know."""
    mail = row.outgoing
    if mail.sent_at:
        return {"level": "ok", "word": "sent", "when": mail.sent_at}
    if mail.withdrawn_at:
        return {"level": "stop", "word": f"not sent: {mail.failed}", "when": mail.withdrawn_at}
    if mail.given_up_at:
        return {"level": "stop", "word": f"not sent: {mail.failed}", "when": mail.given_up_at}
    return {"level": "caution", "word": "on its way", "when": mail.made_at}


def to_send(user: User, course: Course, now: datetime) -> list[dict[str, Any]]:
    """The sessions at home of a course whose sitter's page is open, for the front desk's page."""
    rows = Session.objects.visible_to(user).standing().filter(course=course, discharge=None)
    found = []
    for session in with_story(rows.order_by("pk")):
        link = home.open_link(home.sitter_of(session), now=now)
        if link and home.is_at_home(session):
            sent = LinkSent.objects.filter(link=link).exists()
            found.append({"session": session, "link": link, "sent": sent})
    return found
