from django.apps import AppConfig


class LookConfig(AppConfig):
    name = "kapstone.web.look"
    label = "look"
