"""Model Router configurations: kept as records, referred to by slug in create calls."""

import re
import uuid
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox.desk import Desk
from sandbox.invoice import moment
from sandbox.runway import issues
from sandbox.runway.answers import credits_of
from sandbox.runway.models import IMAGE, TEXT
from sandbox.tasks import Task

KIND = "runway-router"
REFUSED = "runway-routing"
SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
CHANGEABLE = {"name", "description", "settings"}


class Routers:
    """CRUD and the routing log. The log is read from the tasks, so it never forgets one."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def find(self, name: str) -> dict[str, Any] | None:
        """By id or slug."""
        known = self.desk.database.records(KIND)
        return known.get(name) or next(
            (router for router in known.values() if router["slug"] == name), None
        )

    async def create(self, request: web.Request) -> web.Response:
        body = await request.json()
        found = _wrong(body, allowed=CHANGEABLE | {"slug"})
        slug = body.get("slug")
        if not isinstance(slug, str) or not SLUG.fullmatch(slug):
            found.append(issues.custom(["slug"], message="Invalid slug"))
        if found:
            return issues.validation_failed(found)
        if self.find(slug):
            return issues.refused("A router with this slug already exists", status=409)
        now = self.desk.clock.now()
        router = {
            "id": str(uuid.uuid4()),
            "slug": slug,
            "name": body.get("name", slug),
            "description": body.get("description"),
            "settings": {"schemaVersion": 1, "optimizeFor": "cost", **body.get("settings", {})},
            "version": 1,
            "createdAt": moment(now),
            "updatedAt": moment(now),
        }
        self.desk.database.set_record(KIND, key=router["id"], value=router, at=now)
        return web.json_response(router)

    async def list(self, request: web.Request) -> web.Response:
        known = [*reversed(self.desk.database.records(KIND).values())]
        return _page(request, known)

    async def retrieve(self, request: web.Request) -> web.Response:
        router = self.find(request.match_info["id"])
        return web.json_response(router) if router else _no_router()

    async def update(self, request: web.Request) -> web.Response:
        router, body = self.find(request.match_info["id"]), await request.json()
        if router is None:
            return _no_router()
        if found := _wrong(body, allowed=CHANGEABLE):
            return issues.validation_failed(found)
        changed = {**router, **body, "updatedAt": moment(self.desk.clock.now())}
        if "settings" in body:
            changed["settings"] = {"schemaVersion": 1, **body["settings"]}
            changed["version"] = router["version"] + 1
        self.desk.database.set_record(KIND, key=router["id"], value=changed)
        return web.json_response(changed)

    async def delete(self, request: web.Request) -> web.Response:
        router = self.find(request.match_info["id"])
        if router is None:
            return _no_router()
        self.desk.database.drop_record(KIND, key=router["id"])
        return web.Response(status=204)

    async def requests(self, request: web.Request) -> web.Response:
        """The routing log, newest first: one entry per routed task and per refusal."""
        router = self.find(request.match_info["id"])
        if router is None:
            return _no_router()
        tasks = self.desk.tasks.with_client_ref("runway", client_ref=router["slug"])
        entries = [_entry(task) for task in tasks]
        refusals = self.desk.database.records(REFUSED)
        entries += [entry for entry in refusals.values() if entry.pop("slug") == router["slug"]]
        entries.sort(key=lambda entry: str(entry["createdAt"]), reverse=True)
        return _page(request, entries)

    def note_refusal(self, slug: str, *, status: str, emptied_by: str) -> None:
        """Logs a create call that found no model."""
        now, entry_id = self.desk.clock.now(), str(uuid.uuid4())
        entry = {
            "slug": slug,
            "id": entry_id,
            "requestId": str(uuid.uuid4()),
            "taskId": None,
            "status": status,
            "createdAt": moment(now),
            "estimatedCredits": None,
            "model": None,
            "provider": None,
            "reason": None,
            "reasonCode": None,
            "emptiedBy": [emptied_by],
            "pipeline": [{"type": "filter", "filter": emptied_by, "models": []}],
        }
        self.desk.database.set_record(REFUSED, key=entry_id, value=entry, at=now)


def _entry(task: Task) -> dict[str, Any]:
    one = uuid.uuid5(uuid.NAMESPACE_URL, f"routing {task.task_id}")
    return {
        "id": str(one),
        "requestId": str(uuid.uuid5(one, "request")),
        "taskId": task.task_id,
        "status": "routed",
        "createdAt": moment(task.created_at),
        "estimatedCredits": credits_of(task.amount_micros),
        "model": task.model,
        "provider": "runway",
        "reason": "The cheapest model that fits the request.",
        "reasonCode": "lowest_cost",
        "emptiedBy": [],
        "pipeline": [
            {"type": "filter", "filter": "capability", "models": [task.model]},
            {"type": "rank", "outcome": "cost"},
        ],
    }


def _wrong(body: Mapping[str, Any], *, allowed: set[str]) -> list[issues.Issue]:
    found = []
    if unknown := sorted(set(body) - allowed):
        found.append(issues.unknown_keys(unknown))
    models = body.get("settings", {}).get("models")
    if models is None:
        return found
    if models.get("mode") not in ("allow_new_except", "allowlist_only"):
        values = ["allow_new_except", "allowlist_only"]
        found.append(issues.not_listed(["settings", "models", "mode"], values=values))
    for number, model in enumerate(models.get("ids", [])):
        if model not in TEXT and model not in IMAGE:
            path: issues.Path = ["settings", "models", "ids", number]
            found.append(issues.custom(path, message=f"Unknown model: {model}"))
    return found


def _page(request: web.Request, rows: list[dict[str, Any]]) -> web.Response:
    """A page by `limit` and `cursor`, where the cursor is the id of the last row shown."""
    limit = request.query.get("limit", "")
    if not limit.isdigit() or not 1 <= int(limit) <= 100:
        return issues.refused("Validation of query failed")
    ids = [row["id"] for row in rows]
    cursor = request.query.get("cursor")
    start = ids.index(cursor) + 1 if cursor in ids else 0
    shown = rows[start : start + int(limit)]
    more = start + len(shown) < len(rows)
    return web.json_response({"data": shown, "nextCursor": shown[-1]["id"] if more else None})


def _no_router() -> web.Response:
    return issues.refused("Could not find router", status=404)
