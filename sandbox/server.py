"""Puts the desk, the vendors and the control calls behind one loopback address."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

from sandbox.control import control_routes
from sandbox.desk import Desk
from sandbox.settings import LOOPBACK, SandboxSettings
from sandbox.vendors import VENDORS

LARGEST_BODY = 210 * 1024 * 1024  # Runway takes uploads of 200 MB
SWEEP_SECONDS = 3600.0


def build(settings: SandboxSettings) -> web.Application:
    """The whole application; its tasks go on where an earlier run left them."""
    desk = Desk(settings)
    app = web.Application(client_max_size=LARGEST_BODY)
    app.add_routes(control_routes(desk))
    app.add_routes([web.get("/files/{token}/{name}", desk.links.answer)])
    app.add_routes([web.get("/uploads/{token}/{name}", _upload_answer(desk))])
    for kind in VENDORS:
        vendor = kind(desk)
        desk.runner.vendors[vendor.name] = vendor
        app.add_subapp(vendor.prefix, vendor.application())

    async def lifetime(_: web.Application) -> AsyncIterator[None]:
        desk.runner.resume()
        sweeping = asyncio.create_task(_sweep(desk))
        yield
        sweeping.cancel()
        await desk.close()

    app.cleanup_ctx.append(lifetime)
    return app


async def serve(settings: SandboxSettings) -> None:
    """Runs until SIGTERM or SIGINT. Prints its address on one line once it listens."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    runner = web.AppRunner(build(settings), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, LOOPBACK, settings.port, backlog=1024)
    try:
        await site.start()
        port = runner.addresses[0][1]
        print(f"sandbox listening on http://{LOOPBACK}:{port}", flush=True)
        await stopped.wait()
    finally:
        await runner.cleanup()


def _upload_answer(desk: Desk) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        upload = desk.pictures.upload(request.match_info["token"])
        if upload is None or not upload.content:
            return web.Response(status=404, text="Not found")
        content = desk.pictures.read(upload.content)
        kind = upload.media_type or "application/octet-stream"
        return web.Response(body=content, content_type=kind)

    return answer


async def _sweep(desk: Desk) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            await asyncio.to_thread(desk.studio.sweep)
            await asyncio.sleep(SWEEP_SECONDS)
