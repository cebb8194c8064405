"""The chart as a Django application."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class RecordsConfig(AppConfig):
    name = "kapstone.web.records"
    label = "records"

    def ready(self) -> None:
        from kapstone.web.records import checks, door, guards  # noqa: PLC0415  # models must be loaded first

        pre_migrate.connect(guards.tell_before_migrate, sender=self)
        post_migrate.connect(guards.install_after_migrate, sender=self)
        checks.register_all()
        door.watch()
