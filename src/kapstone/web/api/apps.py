from django.apps import AppConfig
from django.core.checks import register


class ApiConfig(AppConfig):
    name = "kapstone.web.api"
    label = "api"

    def ready(self) -> None:
        from kapstone.web.api import door  # noqa: PLC0415  settings are read by then, not before

        register(door.clients_are_readable)
