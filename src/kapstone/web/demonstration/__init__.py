"""The demonstration practice: synthetic lives written into the chart by its own deeds."""

from kapstone.web.demonstration.building import build, is_built, wake
from kapstone.web.demonstration.heartbeat import beat

__all__ = ["beat", "build", "is_built", "wake"]
