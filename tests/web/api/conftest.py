from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture
def demo(settings: Settings) -> None:
    """The demonstration answers without a token, so that what is asked can be tried by itself.

    No test that uses it may touch the database: the services keep nothing and read nothing there.
    """
    settings.DEMO = True
