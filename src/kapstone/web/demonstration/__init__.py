"""The demonstration practice: synthetic lives written into the chart by its own deeds."""

from kapstone.web.demonstration.building import build, is_built, wake
from kapstone.web.demonstration.heartbeat import beat_since

__all__ = ["beat_since", "build", "is_built", "wake"]
