from django.urls import include, path

from kapstone.web.portal import (
    capture,
    does_it_help,
    outside_page,
    public_stories,
    reach,
    sitter,
    times,
)

urlpatterns = [
    path("", include("kapstone.web.accounts.urls")),
    path("", include("kapstone.web.clinician.urls")),
    path("", include("kapstone.web.api.urls")),
    path("me/", include("kapstone.web.portal.urls")),
    # As short as can be: these two stand in text messages.
    path("f/<str:token>/", reach.reminded, name="reminded"),
    path("enter/<str:token>/again/", reach.code_again, name="code_again"),
    path("s/<str:token>/", reach.stop_reminders, name="stop_reminders"),
    # In the mail about a time: another one; and a free one, for who waits.
    path("r/<str:token>/", times.another_time, name="another_time"),
    path("r/offer/<str:token>/", times.offered_time, name="offered_time"),
    # The page of who sits with somebody at home.
    path("h/<str:token>/", sitter.sitter, name="sitter"),
    path("h/<str:token>/looks/", sitter.sitter_looks, name="sitter_looks"),
    # Stories that may be told to everybody; there is no address of a single one.
    path("stories/", public_stories.public_stories, name="public_stories"),
    # How it went for everybody together, once the owner lets everybody read it.
    path("does-it-help/", does_it_help.does_it_help, name="does_it_help"),
    # Where a phone sends first words, and shows none.
    path("w/<str:token>/", capture.capture, name="capture"),
    path("w/<str:token>/keep/", capture.capture_keep, name="capture_keep"),
    path("w/<str:token>/delete/", capture.capture_delete, name="capture_delete"),
    # The page of a therapist outside: a code by mail opens it.
    path("o/<str:token>/", outside_page.outside, name="outside_page"),
]
