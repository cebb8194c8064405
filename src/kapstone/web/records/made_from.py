"""What an order is made from: the order and the route that its page shows, and the last weight."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from kapstone import monitoring, register
from kapstone.web.records.facts import above_zero
from kapstone.web.records.models import IntakeAnswer, Order, Session
from kapstone.web.records.refusals import Refused


def shown(order: Order | None, route: str) -> str:
    """What a page shows above the form of an order: the order that stands, and the route."""
    return f"{order.pk if order else 'none'}:{route}"


def outlived(order: Order | None, route: str) -> str:
    """Why a signed order no longer stands: the session is by another route now. Else nothing."""
    if order is None or order.route == route:
        return ""
    was, now = monitoring.route_named(order.route).label, monitoring.route_named(route).label
    return f"Signed for {was}; the session was moved to {now}. It is no longer valid: sign anew."


def refuse_unseen(seen: str | None, order: Order | None, route: str) -> None:
    """Refuse to sign over an order, or for a route, that nobody on the page has seen.

    None is where no page showed anything.
    """
    if seen is None or seen == shown(order, route):
        return
    was, name = seen.partition(":")[2], monitoring.route_named(route).label
    if was in monitoring.routes() and was != route:
        raise Refused(
            "moved",
            f"This session was moved from {monitoring.route_named(was).label} to {name} while "
            "this was typed. Nothing is signed. Look at every line again, then sign.",
        )
    said = "This page did not say which order it showed."
    if order:
        by, dose = order.signed_name, register.said(order.dose_mg)
        at = order.at.astimezone(order.session.course.person.practice.zone)
        said = f"{by} signed {dose} at {at:%H:%M}; this page had not shown it."
    raise Refused("unseen", f"{said} Nothing is signed over it. Look at it, then sign again.")


class Weighed(TypedDict, total=False):
    """The last weight known before; nothing when there is none."""

    earlier_kg: float
    earlier_at: datetime


def weighed_before(session: Session, at: datetime) -> Weighed:
    """The newest weight of this person before `at`: of an order that stands, or as they told it."""
    person, zone = session.course.person, session.course.person.practice.zone
    orders = Order.objects.standing().filter(session__course__person=person, weight_at__lt=at)
    told = IntakeAnswer.objects.standing().filter(
        course__person=person, question="weight_kg", at__lt=at
    )
    rows = [
        *orders.order_by("-weight_at").values_list("weight_at", "weight_kg")[:1],
        *told.order_by("-at").values_list("at", "value")[:1],
    ]
    known = [(when, kg) for when, each in rows if (kg := above_zero(each)) is not None]
    if not known:
        return {}
    when, kg = max(known)
    return {"earlier_kg": kg, "earlier_at": when.astimezone(zone)}
