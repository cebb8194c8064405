"""Addresses for other systems; CDS Hooks names its own without a slash at the end."""

from django.urls import path

from kapstone.web.api import calendar, devices, views

urlpatterns = [
    path("cds-services", views.discovery, name="cds_discovery"),
    path("cds-services/<str:name>", views.service, name="cds_service"),
    path("cds-services/<str:name>/feedback", views.feedback, name="cds_feedback"),
    path("devices/readings/", devices.device_readings, name="device_readings"),
    # As short as can be: people paste it into their calendar.
    path("c/<str:token>/times.ics", calendar.calendar_feed, name="calendar_feed"),
    path("cds-rules/<str:name>", views.rule, name="cds_rule"),
]
