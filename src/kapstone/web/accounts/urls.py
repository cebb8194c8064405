from django.urls import include, path

from kapstone.web.accounts import views

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("enter/", views.enter, name="enter"),
    path("enter/<str:token>/", views.enter_code, name="enter_code"),
    path("lock/", views.lock, name="lock"),
    path("demo/<int:pk>/", views.demo_enter, name="demo_enter"),
    path("healthz/", views.healthz, name="healthz"),
]
