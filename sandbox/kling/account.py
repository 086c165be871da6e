"""The account's own pages: resource packs and what each task was charged.

The answers' fields are not in the wire paper in full: read them as a sketch of the real ones.
"""

from __future__ import annotations

from decimal import Decimal

from aiohttp import web

from sandbox.desk import Desk
from sandbox.kling.answers import Json, money
from sandbox.kling.bodies.models import UNIT_USD
from sandbox.kling.creating import json_body, success
from sandbox.kling.records import PROVIDER
from sandbox.kling.refusals import KlingRefusal

PACK_UNITS = Decimal(5000)
PACK_DAYS = 180
PACK_NAME = "Video Generation - Sandbox Pack"


class Account:
    """`/account/…`; costs may be asked once a second, as at the vendor."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._asked_at = 0.0

    async def costs(self, request: web.Request) -> web.StreamResponse:
        for field in ("start_time", "end_time"):
            if not request.query.get(field, "").isdecimal():
                raise KlingRefusal(1201, f"{field} is required")
        now = self.desk.clock.now()
        if now - self._asked_at < 1:
            raise KlingRefusal(1302)
        self._asked_at = now
        return success(
            {"code": 0, "msg": "success", "resource_pack_subscribe_infos": [self._pack()]}
        )

    async def deductions(self, request: web.Request) -> web.StreamResponse:
        """`POST /account/billing/package` and `/balance`: one line per charged task."""
        await json_body(request)
        lines = [
            {
                "task_id": line["task_id"],
                "model_name": line["model"],
                "amount": money(Decimal(line["amount"])),
                "currency": "USD",
                "time": line["at"],
            }
            for line in self.desk.invoice.shown()["lines"]
            if line["provider"] == PROVIDER
        ]
        return success({"result": lines, "count": len(lines), "has_more": False})

    def _pack(self) -> Json:
        spent = Decimal(self.desk.invoice.spent(PROVIDER)) / 1_000_000 / UNIT_USD
        day_ms = 86400 * 1000
        now_ms = int(self.desk.clock.now() * 1000)
        return {
            "resource_pack_name": PACK_NAME,
            "resource_pack_id": "sandbox-pack-1",
            "resource_pack_type": "decreasing_total",
            "total_quantity": float(PACK_UNITS),
            "remaining_quantity": float(round(PACK_UNITS - spent, 4)),
            "purchase_time": now_ms - day_ms,
            "effective_time": now_ms - day_ms,
            "invalid_time": now_ms + PACK_DAYS * day_ms,
            "status": "online",
        }
