from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "kapstone.web.portal"
    label = "portal"
