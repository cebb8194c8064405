from django.urls import include, path

from kapstone.web.portal import reach

urlpatterns = [
    path("", include("kapstone.web.accounts.urls")),
    path("", include("kapstone.web.clinician.urls")),
    path("", include("kapstone.web.api.urls")),
    path("me/", include("kapstone.web.portal.urls")),
    # As short as can be: these two stand in text messages.
    path("f/<str:token>/", reach.reminded, name="reminded"),
    path("s/<str:token>/", reach.stop_reminders, name="stop_reminders"),
]
