from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "kapstone.web.accounts"
    label = "accounts"
