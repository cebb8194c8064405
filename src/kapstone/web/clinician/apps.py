from django.apps import AppConfig


class ClinicianConfig(AppConfig):
    name = "kapstone.web.clinician"
    label = "clinician"
