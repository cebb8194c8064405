"""The door: links by e-mail, the lock, and the demonstration's one-click entry."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kapstone.web import clock
from kapstone.web.accounts import links
from kapstone.web.accounts.middleware import seconds_left, unlock
from kapstone.web.accounts.models import User

LOOPBACK = {"127.0.0.1", "::1"}
LOOPBACK_HOSTS = {"127.0.0.1", "localhost", "[::1]", "testserver"}
BY_PASSWORD = "django.contrib.auth.backends.ModelBackend"  # noqa: S105


@login_not_required
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for a link; the answer is the same whether or not the address is known."""
    if request.method == "POST":
        address, link = request.POST.get("email", "").strip(), links.make()
        user = User.objects.filter(email__iexact=address, is_active=True).first()
        if user and not user.is_hired:
            links.issue(link, user, now=clock.now())
        return render(request, "accounts/link_sent.html", {"address": address})
    return render(request, "accounts/enter.html")


@login_not_required
@require_http_methods(["GET", "POST"])
def enter_code(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link asks for the code: a mail scanner that follows links signs nobody in."""
    if request.method == "POST":
        code = "".join(filter(str.isdigit, request.POST.get("code", "")))
        if link := links.redeem(token, code, now=clock.now()):
            login(request, link.user, backend=BY_PASSWORD)
            unlock(request)
            return redirect(safe_next(request, link.goes_to))
        refusal = "This code does not fit, or it is too old. Send yourself a new one."
        words = {"refusal": refusal, "token": token}
        return render(request, "accounts/enter_code.html", words, status=422)
    return render(request, "accounts/enter_code.html", {"token": token})


@require_http_methods(["GET", "POST"])
def lock(request: HttpRequest) -> HttpResponse:
    """The screen is locked; the same person opens it again where they were."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    request.session["locked"] = True
    goes_to = safe_next(request, request.POST.get("next") or request.GET.get("next") or "/")
    demo, refusal = is_demo_entry(request), ""
    if request.method == "POST":
        if not (demo or user.is_hired):
            return send_code(request, user, goes_to)
        refusal = "" if demo else why_not(request, user)
        if not refusal:
            unlock(request)
            return redirect(goes_to)
    words = {"next": goes_to, "refusal": refusal, "demo": demo}
    return render(request, "accounts/lock.html", words, status=422 if refusal else 200)


def why_not(request: HttpRequest, user: User) -> str:
    """Why the password does not open the lock; empty when it does. Limited as at log-in."""
    given = {"email": user.email, "password": request.POST.get("password", "")}
    try:
        same = get_adapter().authenticate(request, **given) == user
    except ValidationError as too_often:
        return " ".join(too_often.messages)
    return "" if same else "That is not the password of this person."


def send_code(request: HttpRequest, user: User, goes_to: str) -> HttpResponse:
    """A person who came by a link has no password: a new code opens their page again."""
    link = links.make()
    if links.issue(link, user, now=clock.now(), goes_to=goes_to):
        return redirect("enter_code", token=link.token)
    refusal = "Too many codes were asked for. Wait an hour, or call the practice."
    words = {"next": goes_to, "refusal": refusal, "demo": False}
    return render(request, "accounts/lock.html", words, status=422)


@require_GET
def in_use(request: HttpRequest) -> HttpResponse:
    """How many seconds an open page has left; asking counts as use, unless the page itself asks."""
    return JsonResponse({"seconds": round(seconds_left(request))})


@login_not_required
@require_POST
def demo_enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter the demonstration as one of its people, with one click, on this machine only."""
    if not demo_is_open(request):
        raise Http404
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None:
        raise Http404
    login(request, user, backend=BY_PASSWORD)
    unlock(request)
    request.session["demo_entry"] = True
    return redirect(safe_next(request, request.POST.get("next", "/")))


def demo_is_open(request: HttpRequest) -> bool:
    """Only demonstration settings, asked from this very machine, with no proxy between."""
    host = request.get_host()
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    return bool(
        settings.DEMO
        and request.META.get("REMOTE_ADDR") in LOOPBACK
        and name in LOOPBACK_HOSTS
        and not any(header.startswith("X-Forwarded") for header in request.headers)
        and "Forwarded" not in request.headers
    )


def is_demo_entry(request: HttpRequest) -> bool:
    return bool(request.session.get("demo_entry")) and demo_is_open(request)


def safe_next(request: HttpRequest, address: str) -> str:
    """The address to go on to, if it is one of ours; else the first page."""
    ours = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})
    return address if ours and address.startswith("/") else reverse("today")


@login_not_required
def not_here(request: HttpRequest) -> HttpResponse:
    raise Http404


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """Answers that the server is up; says nothing else."""
    return HttpResponse("ok", content_type="text/plain")
