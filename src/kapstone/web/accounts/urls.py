from django.urls import include, path

from kapstone.web.accounts import views

urlpatterns = [
    # The practice keeps each address, and only staff have a password: allauth's pages stay shut.
    path("accounts/email/", views.not_here, name="not_here"),
    path("accounts/password/set/", views.not_here, name="not_here"),
    path("accounts/", include("allauth.urls")),
    path("enter/", views.enter, name="enter"),
    path("enter/<str:token>/", views.enter_code, name="enter_code"),
    path("lock/", views.lock, name="lock"),
    path("in-use/", views.in_use, name="in_use"),
    path("demo/<int:pk>/", views.demo_enter, name="demo_enter"),
    path("healthz/", views.healthz, name="healthz"),
]
