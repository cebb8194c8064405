"""What was done with a person's record, in words that they would use."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# A stop that two sign and a copy to look for are not told apart from what stands beside them.
SIGNED, CHART = _("signed the decision on your screening"), _("looked at your chart")
FORM, ANSWERS = _("asked you to fill in a form"), _("looked at your answers")
CONSENT, SESSION = _("looked at your consent"), _("looked at your medicine session")
PLAN, REACH = _("looked at the plan of your sessions"), _("looked at how to reach you")
NOTICE, TEAM = _("passed a notice about you to your team"), _("chose your care team")
OWN = _("looked at their own notes")
WROTE, ROOM = _("wrote in your chart"), _("wrote down your medicine session")
TALKED, BOOKED = _("wrote down a talk with you"), _("planned a time with you")

WORDS: dict[str, Promise] = {
    "decide screening": SIGNED,
    "countersign screening": SIGNED,
    "sign screening": SIGNED,
    "give full copy": CHART,
    "see chart": CHART,
    "assign sheet": FORM,
    "move sheet": _("moved a form to another day"),
    "withdraw sheet": _("took a form back"),
    "answer item": _("wrote down an answer of yours"),
    "correct answer": _("corrected an answer, with the reason"),
    "finish sheet": _("sent off a form of yours"),
    "see sheet": ANSWERS,
    "see measures": ANSWERS,
    "print measures": _("printed your answers over time"),
    "see schedule": _("looked at when you are asked"),
    "see consent": CONSENT,
    "see whether consent holds": CONSENT,
    "ask for consent": _("asked for your consent"),
    "see session": SESSION,
    "see session at home": SESSION,
    "see room": SESSION,
    "see leaving": SESSION,
    "enter room": _("came into the room to you"),
    "leave room": _("left the room"),
    "record reading": ROOM,
    "correct reading": ROOM,
    "give dose": ROOM,
    "correct dose": ROOM,
    "waste medicine": ROOM,
    "put medicine back": ROOM,
    "correct register": ROOM,
    "see roadmap": PLAN,
    "see bookings": PLAN,
    "plan roadmap": _("planned your sessions"),
    "plan session": BOOKED,
    "move session": BOOKED,
    "book": BOOKED,
    "cancel": _("called a time off"),
    "sign order": _("signed the order for your medicine"),
    "discharge": _("let you go home"),
    "see wishes": REACH,
    "write wishes": _("wrote down how you want to be reached"),
    "note call": _("wrote down a call with you"),
    "send reminder": _("sent you a reminder"),
    "remind": _("sent you a reminder"),
    "nudge": _("sent you a reminder"),
    "see details": _("looked at your name and address"),
    "correct details": _("changed your name or address"),
    "add person": _("opened your record"),
    "see messages": _("looked at your messages"),
    "send message": _("wrote you a message"),
    "deal with messages": _("dealt with your messages"),
    "see notice": _("looked at a notice about you"),
    "note notice seen": _("looked at a notice about you"),
    "open notice": NOTICE,
    "tell of notice": NOTICE,
    "escalate notice": NOTICE,
    "answer notice": _("answered a notice about you"),
    "close notice": _("answered a notice about you"),
    "note not reached": _("answered a notice about you"),
    "review risk": _("answered a notice about you"),
    "see screening": _("looked at your screening"),
    "see decision": _("looked at your screening"),
    "see medicines": _("looked at your medicines"),
    "give fact": _("wrote down something for your screening"),
    "settle fact": _("wrote down something for your screening"),
    "look again": _("looked at your screening anew"),
    "say the person was told": _("noted that they spoke with you"),
    "see intake": _("looked at your intake"),
    "see how far the intake is": _("looked at how far your intake is"),
    "see import": _("looked at your other records"),
    "import record": _("took in a record from elsewhere"),
    "see preparation": _("looked at your preparation"),
    "hold preparation": TALKED,
    "answer preparation": _("wrote down an answer of yours"),
    "hold consultation": TALKED,
    "hold integration": TALKED,
    "see consultation": _("looked at the note of your first call"),
    "see reading": _("looked at what you have read"),
    "choose article": _("chose something for you to read"),
    "answer about article": _("answered your question about an article"),
    "see what helped": _("looked at what helped you before"),
    "see integration": _("looked at what you shared after a session"),
    "see first words": _("read your first words after a session"),
    "hear first words": _("listened to your first words after a session"),
    "see safety plan": _("looked at your safety plan"),
    "make safety plan": _("wrote your safety plan with you"),
    "see emdr": _("looked at the notes of your EMDR"),
    "write emdr target": TALKED,
    "note emdr set": TALKED,
    "close emdr": TALKED,
    "see review": _("looked at the review of your treatment"),
    "review course": _("wrote the review of your treatment"),
    "see notes": _("looked at the notes in your chart"),
    "write note": WROTE,
    "see own psychotherapy notes": OWN,
    "open psychotherapy note": OWN,
    "write psychotherapy note": _("wrote a note of their own"),
    "choose team": TEAM,
    "choose tracks": WROTE,
    "let companion in": _("let somebody in for you"),
    "let companion go": _("closed the door to somebody for you"),
    "see companion page": _("looked at the page for who comes with you"),
    "override gate": _("let a check pass, with the reason"),
    "score discharge": ROOM,
    # Nothing tells that somebody was asked alone, nor that somebody read it.
    "see answers alone": CHART,
    "review answers alone": WROTE,
    "link couple": _("noted who walks the road with you"),
    "end couple": _("ended the space you share"),
    "see couple": CHART,
    "see shared items": _("looked at what you share with them"),
}


def in_words(did: str) -> Promise | str:
    """The deed in plain words; one that has none yet is shown as the trail keeps it."""
    if did.startswith(("session ", "mark ")):
        return ROOM
    return WORDS.get(did, did)
