"""What an order says besides its milligrams, by route."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Literal

from kapstone.knowledge import Knowledge, KnowledgeError, rows
from kapstone.knowledge.dose_day import route_named, routes

Asked = Literal["pump_mg_ml", "pump_steps", "booster", "nasal", "hold_min", "spit"]


class OrderPart(Knowledge):
    """The fields of a route's order; `device_mg` where it is given in whole devices.

    `often` are ids of the reference figures of frequency, which stand with the screening.
    """

    id: str
    route: str
    often: tuple[str, ...]
    asks: tuple[Asked, ...]
    booster: str | None = None
    device_mg: Decimal | None = None
    devices_apart_min: int | None = None
    says: str
    basis: str
    sources: tuple[str, ...]

    def devices(self, mg: Decimal) -> int | None:
        """How many whole devices hold the dose; None when it is not given so, or none add up."""
        if self.device_mg is None or mg % self.device_mg:
            return None
        return int(mg / self.device_mg)


@cache
def order_parts() -> Mapping[str, OrderPart]:
    """The parts by route, one for each; raises KnowledgeError when one is missing or unknown."""
    found = {row.route: row for row in rows("monitoring/order_parts.toml", "part", OrderPart)}
    if found.keys() != routes().keys():
        raise KnowledgeError(f"order_parts.toml: {found.keys() ^ routes().keys()}")
    return found


def order_part(route: str) -> OrderPart:
    """What an order of the route asks; raises as `route_named` does for one that is not known."""
    return order_parts()[route_named(route).id]
