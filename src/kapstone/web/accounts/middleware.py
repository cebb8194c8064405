"""What stands between a log-in and the pages: second factor, idle lock, the practice's clock."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from kapstone.web.accounts.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]
# What a tablet kept in a room without a network (clinician/sent.py).
ENTRIES = re.compile(r"/sessions/\d+/sent/")
OPEN_PATHS = ("/accounts/", "/static/", "/enter/", "/demo/", "/lock/", "/healthz/", "/stories/")
# Behind the lock nobody adds a passkey or changes a password.
OPEN_WHILE_LOCKED = (
    *("/accounts/login/", "/accounts/logout/", "/static/", "/enter/", "/demo/", "/lock/"),
    # The link of a message, the one to stop them, the pages of a sitter and of first words, and the
    # public one: none shows a chart. The page of a therapist outside opens with its own code.
    *("/f/", "/s/", "/h/", "/w/", "/o/", "/stories/", "/healthz/"),
)


def is_open(request: HttpRequest) -> bool:
    return request.path.startswith(OPEN_PATHS)


def second_factor(get_response: GetResponse) -> GetResponse:
    """Staff without a second factor are led to set one up before they see anything."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not is_open(request) and lacks_second_factor(request):
            return redirect("mfa_index")
        return get_response(request)

    return middleware


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether a member of staff has proved less than a second factor; known once a session."""
    user = request.user
    if not isinstance(user, User) or not user.is_hired:
        return False
    if request.session.get("second_factor") or request.session.get("demo_entry"):
        return False
    if is_mfa_enabled(user):
        request.session["second_factor"] = True
        return False
    return True


def idle_lock(get_response: GetResponse) -> GetResponse:
    """A screen left alone is locked; what was being written waits as a draft."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if (
            not is_open_while_locked(request)
            and isinstance(request.user, User)
            and is_locked(request)
        ):
            if request.headers.get("HX-Request"):
                return HttpResponse(status=204, headers={"HX-Redirect": lock_address(request)})
            return redirect(lock_address(request))
        return get_response(request)

    return middleware


def is_open_while_locked(request: HttpRequest) -> bool:
    """A draft, or an entry of a room, may still be put down, as the page that was open closes.

    Neither can be read.
    """
    put_down = request.path == "/drafts/" or ENTRIES.fullmatch(request.path) is not None
    is_open_one = request.path.startswith(OPEN_WHILE_LOCKED)
    return is_open_one or (put_down and request.method == "POST")


def is_locked(request: HttpRequest) -> bool:
    """Whether the session is locked now; a poll by the page itself does not count as use."""
    now = timezone.now().timestamp()
    if request.session.get("locked") or seconds_left(request) < 0:
        request.session["locked"] = True
        return True
    last = request.session.get("last_use")
    if last is None or (not request.headers.get("X-Poll") and now - last > 20):
        request.session["last_use"] = now
    return False


def seconds_left(request: HttpRequest) -> float:
    """How long the screen may still be left alone before it is locked."""
    now = timezone.now().timestamp()
    minutes = request.user.idle_minutes if isinstance(request.user, User) else 0
    return float(request.session.get("last_use", now)) + 60 * minutes - now


def unlock(request: HttpRequest) -> None:
    request.session["locked"] = False
    request.session["last_use"] = timezone.now().timestamp()


def lock_address(request: HttpRequest) -> str:
    """The lock; it leads back to the page that was open, as a refused deed is no page."""
    was_page = request.method == "GET" and not request.headers.get("HX-Request")
    here = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "/"
    parts = urlsplit(request.get_full_path() if was_page else here)
    path = urlunsplit(("", "", parts.path, parts.query, ""))
    return f"{reverse('lock')}?{urlencode({'next': path})}"


def practice_time_zone(get_response: GetResponse) -> GetResponse:
    """Times are stored in UTC and shown in the zone of the practice."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User) and user.practice:
            with timezone.override(user.practice.zone):
                return get_response(request)
        return get_response(request)

    return middleware
