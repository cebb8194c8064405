"""The way back from an address that only takes a form: a page that is opened again is no error."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponse]


def posted_from(page: str) -> Callable[[View], View]:
    """A deed that is posted; asked for in any other way it leads to its session's `page`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def led(request: HttpRequest, pk: int, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != "POST":
                return redirect(page, pk=pk)
            return view(request, pk, *args, **kwargs)

        return require_http_methods(["GET", "HEAD", "POST"])(led)

    return decorate
