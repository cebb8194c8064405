"""The deed of sending a sitter their link, to an address that they agreed to."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from kapstone.web.accounts.models import User
from kapstone.web.records import access, channels, outbox
from kapstone.web.records import at_home as home
from kapstone.web.records.actions.at_home import told
from kapstone.web.records.actions.reaching import E164
from kapstone.web.records.models import LinkSent, Outgoing, Session, SitterLink
from kapstone.web.records.refusals import Refused


@transaction.atomic
def send_link(
    link: SitterLink, *, channel: str, to: str, agreed: bool, at: datetime, by: User
) -> LinkSent:
    """Put the link into the outbox, once; a wrong address is put right by opening another link."""
    access.refuse_others(by, "send sitters their link")
    session = Session.objects.locked(link.sitter.session_id)
    if home.open_link(home.sitter_of(session), now=at) != link or home.called_off(session):
        raise Refused("shut", "This link is shut, or another was opened. Look at the page again.")
    if LinkSent.objects.filter(link=link).exists():
        words = "This link was sent already. Was the address wrong? Have another link opened."
        raise Refused("sent", words)
    if not agreed:
        raise Refused("not-agreed", "Ask the sitter first whether you may write to them there.")
    refuse_address(channel, to)
    row: LinkSent = LinkSent.objects.create(
        link=link, channel=channel, to=to, outgoing=put(link, channel, to), at=at, by=by
    )
    told(session, "send sitter's page", f"link:{link.pk}", by)
    return row


def refuse_address(channel: str, to: str) -> None:
    if channel == "email":
        try:
            validate_email(to)
        except ValidationError as why:
            raise Refused("no-such-email", "Write a whole e-mail address.") from why
    elif channel != "sms" or not channels.sms_is_offered():
        raise Refused("no-such-channel", "Choose how it is sent: what is offered here.")
    elif not E164.fullmatch(to):
        raise Refused(
            "no-such-phone", "Write the number with + and the country, like +15550100123."
        )


def put(link: SitterLink, channel: str, to: str) -> Outgoing:
    """Nothing of the person is in the message: an address may be mistyped."""
    practice = link.sitter.session.course.person.practice
    words = {
        "practice": practice,
        "address": settings.SITE_ADDRESS + reverse("sitter", args=[home.token_of(link)]),
        "phone": link.call_phone,
    }
    text = render_to_string("mail/sitter.txt", words).strip()
    return outbox.put(to, subject=f"A note from {practice}", text=text, channel=channel)
