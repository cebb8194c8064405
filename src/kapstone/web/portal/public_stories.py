"""The public page of stories: what holds at this moment, beside what usually happens.

No log-in, no cookie, no script, no address of a single story; kept by nobody's cache.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kapstone import stories as rules
from kapstone.web import clock
from kapstone.web.accounts.models import Practice
from kapstone.web.records import stories as told
from kapstone.web.records import typical
from kapstone.web.records.models import StoryText

A_PAGE = 20


@login_not_required
@never_cache
@require_safe
def public_stories(request: HttpRequest) -> HttpResponse:
    """Every story that may be shown to everybody now, the usual result beside each."""
    # Whoever is logged in here: the page is the same for everybody, and knows nobody.
    request.user = AnonymousUser()
    now = clock.now()
    page = Paginator(told.live(now, told.PUBLIC), A_PAGE).get_page(request.GET.get("page"))
    answer = render(
        request,
        "portal/public_stories.html",
        {
            "page": page,
            "shown": with_usual(list(page), paid_by_story(list(page))),
            "cannot": rules.cannot_show(),
            "fewest": rules.fewest(),
            "most_hidden": rules.fewest() - 1,
        },
    )
    answer["X-Robots-Tag"] = "noindex, noarchive"
    return answer


def paid_by_story(texts: list[StoryText]) -> dict[int, list[str]]:
    """What is paid for a story, by anybody who agreed: a reader has to know."""
    rows = told.in_force(clock.now()).filter(story__in=[each.story_id for each in texts], paid=True)
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.story_id, []).append(row.paid_words)
    return found


def with_usual(texts: list[StoryText], paid: dict[int, list[str]]) -> list[dict[str, Any]]:
    """Each story with the usual result of its practice; each result is worked out once."""
    found: dict[tuple[Practice, str], typical.Beside] = {}
    shown = []
    for text in texts:
        practice = text.story.person.practice
        keys = [(practice, name) for name in typical.names_told(text.instruments)]
        for key in keys:
            found[key] = found.get(key) or typical.of_practice(*key)
        shown.append(
            {
                "words": text.words,
                "is_summary": text.story.kind == told.SUMMARY,
                "practice": practice,
                "usual": [found[key] for key in keys],
                "paid": paid.get(text.story_id, []),
            }
        )
    return shown
