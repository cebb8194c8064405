from django.urls import include, path

urlpatterns = [
    path("", include("kapstone.web.accounts.urls")),
    path("", include("kapstone.web.clinician.urls")),
    path("", include("kapstone.web.api.urls")),
    path("me/", include("kapstone.web.portal.urls")),
]
