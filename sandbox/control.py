"""`/_control/…`: what tests and rehearsals say to the sandbox, in no vendor's words."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.desk import Desk
from sandbox.invoice import task_shown
from sandbox.words import provider_word

Handler = Callable[[web.Request], Awaitable[web.Response]]


def control_routes(desk: Desk) -> list[web.RouteDef]:
    """The control calls; each refuses bad input with 400 and `{"error": …}`."""
    control = _Control(desk)
    paths: dict[str, tuple[Handler | None, Handler | None]] = {
        "health": (control.health, None),
        "clock": (control.clock, control.set_clock),
        "faults": (control.faults, control.set_faults),
        "limits": (control.limits, control.set_limits),
        "catalogue": (control.catalogue, control.set_catalogue),
        "footage": (control.footage, control.set_footage),
        "invoice": (control.invoice, None),
        "tasks": (control.tasks, None),
        "reset": (None, control.reset),
    }
    routes = []
    for name, (get, post) in paths.items():
        if get:
            routes.append(web.get(f"/_control/{name}", get))
        if post:
            routes.append(web.post(f"/_control/{name}", _checked(post)))
    return routes


def _checked(handler: Handler) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except (ValueError, TypeError) as error:
            return web.json_response({"error": str(error)}, status=400)

    return answer


async def _body(request: web.Request) -> dict[str, Any]:
    text = await request.text()
    body = json.loads(text) if text.strip() else {}
    if not isinstance(body, dict):
        raise TypeError("the body must be a JSON object")
    return body


class _Control:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def health(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "catalogue": self.desk.catalogue.name})

    async def clock(self, request: web.Request) -> web.Response:
        return web.json_response(self.desk.clock.shown())

    async def set_clock(self, request: web.Request) -> web.Response:
        self.desk.clock.change(await _body(request))
        return await self.clock(request)

    async def faults(self, request: web.Request) -> web.Response:
        return web.json_response(self.desk.faults.shown())

    async def set_faults(self, request: web.Request) -> web.Response:
        self.desk.faults.change(await _body(request))
        return await self.faults(request)

    async def limits(self, request: web.Request) -> web.Response:
        return web.json_response(self.desk.database.records("limits"))

    async def set_limits(self, request: web.Request) -> web.Response:
        """`{"kling": {"slots": 3}}`; whole numbers, named by the vendor modules."""
        for word, numbers in (await _body(request)).items():
            kept = {name: int(value) for name, value in dict(numbers).items()}
            self.desk.database.set_record("limits", key=provider_word(word), value=kept)
        return await self.limits(request)

    async def catalogue(self, request: web.Request) -> web.Response:
        return web.json_response({"name": self.desk.catalogue.name})

    async def set_catalogue(self, request: web.Request) -> web.Response:
        """`{"name": "2026-11"}`: other lengths and prices from the next create on."""
        name = str((await _body(request)).get("name", ""))
        self.desk.catalogue.load(name)
        self.desk.database.set_record("catalogue", value=name)
        return await self.catalogue(request)

    async def footage(self, request: web.Request) -> web.Response:
        style = "plain" if self.desk.studio.plain else "full"
        return web.json_response({"style": style})

    async def set_footage(self, request: web.Request) -> web.Response:
        """`{"style": "plain"}` draws one clip per model, length and size, for load tests."""
        style = (await _body(request)).get("style")
        if style not in ("plain", "full"):
            raise ValueError("style must be 'plain' or 'full'")
        self.desk.database.set_record("footage", value={"style": style})
        return await self.footage(request)

    async def invoice(self, request: web.Request) -> web.Response:
        return web.json_response(self.desk.invoice.shown())

    async def tasks(self, request: web.Request) -> web.Response:
        """All tasks with their states, and the create calls by provider and outcome."""
        now = self.desk.clock.now()
        calls = self.desk.creates.counts()
        return web.json_response(
            {
                "tasks": [task_shown(task, now=now) for task in self.desk.tasks.all()],
                "creates": {word: sum(counts.values()) for word, counts in calls.items()},
                "create_outcomes": calls,
            }
        )

    async def reset(self, request: web.Request) -> web.Response:
        await self.desk.reset()
        return web.json_response({"status": "reset"})
