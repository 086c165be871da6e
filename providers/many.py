"""A transport that asks many vendors at once, for polls. Free of Django.

Reads only: a call that may spend money goes through `providers.http`, one at a time. A vendor that
does not answer keeps its own questions waiting and no others: `begin` asks, and `answered` tells
what has been answered meanwhile.
"""

import asyncio
import logging
import time
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from providers import call_figures
from providers.base import Steps
from providers.errors import ProviderError, Unavailable
from providers.http import USER_AGENT
from providers.types import Call, Reply

# Imported where it is used: the web shares this file's rooms and asks nobody by it.
if TYPE_CHECKING:
    import aiohttp

log = logging.getLogger(__name__)

T = TypeVar("T")
MOST_AT_ONCE = 64  # of one host
MOST_BYTES = 4 * 1024 * 1024


class ManyTransport:
    """Holds one event loop and its connections; use as a context manager, in one thread."""

    def __enter__(self) -> "ManyTransport":
        self._loop = asyncio.new_event_loop()
        self._gates: dict[str, asyncio.Semaphore] = {}
        self._asked: dict[asyncio.Task[Any], Any] = {}
        self._session = self._loop.run_until_complete(self._open())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.run_until_complete(self._close())
        self._loop.close()

    def begin(self, about: object, question: Steps[Any]) -> None:
        """Ask beside everything else; the answer comes out of `answered` with `about`."""
        self._asked[self._loop.create_task(self._ask(question))] = about

    @property
    def waiting(self) -> list[Any]:
        """What was begun and has not been answered yet."""
        return list(self._asked.values())

    def answered(self, *, seconds: float) -> list[tuple[Any, Any]]:
        """What has been answered and not been told yet, as `about` and the answer or the failure:
        as soon as that is everything, or after `seconds`."""
        if not self._asked:
            return []
        done, _ = self._loop.run_until_complete(asyncio.wait(self._asked, timeout=seconds))
        in_order = [question for question in self._asked if question in done]
        return [(self._asked.pop(question), question.result()) for question in in_order]

    def ask_all(self, questions: Iterable[Steps[T]]) -> list[T | ProviderError]:
        """Drive every adapter's steps side by side; a failure stands in its question's place."""
        return self._loop.run_until_complete(self._ask_all(list(questions)))

    async def _open(self) -> "aiohttp.ClientSession":
        import aiohttp

        return aiohttp.ClientSession(
            headers={"User-Agent": USER_AGENT},
            cookie_jar=aiohttp.DummyCookieJar(),
            connector=aiohttp.TCPConnector(limit=0),
            auto_decompress=True,
        )

    async def _close(self) -> None:
        for question in self._asked:
            question.cancel()
        await asyncio.gather(*self._asked, return_exceptions=True)
        self._asked.clear()
        await self._session.close()

    async def _ask_all(self, questions: list[Steps[T]]) -> list[T | ProviderError]:
        return await asyncio.gather(*(self._ask(question) for question in questions))

    async def _ask(self, steps: Steps[T]) -> T | ProviderError:
        try:
            call = next(steps)
            while True:
                async with self._gate(call):
                    reply = await self._counted(call)
                call = steps.send(reply)
        except StopIteration as end:
            outcome: T = end.value
            return outcome
        except ProviderError as failure:
            return failure
        except Exception:
            # Outermost for this one question: an answer that its adapter stumbles over must
            # not keep the others from theirs.
            log.exception("answer_not_understood steps=%r", steps)
            return Unavailable("its answer could not be understood")

    def _gate(self, call: Call) -> asyncio.Semaphore:
        """Its host's: who waits here does so before the call's own time begins."""
        host = urlsplit(call.url).netloc
        return self._gates.setdefault(host, asyncio.Semaphore(MOST_AT_ONCE))

    async def _counted(self, call: Call) -> Reply:
        status, began = 0, time.perf_counter()
        try:
            reply = await self._send(call)
            status = reply.status
            return reply
        except ProviderError as failure:
            status = failure.status or 0
            raise
        finally:
            call_figures.note(call, status, time.perf_counter() - began)

    async def _send(self, call: Call) -> Reply:
        import aiohttp

        if call.creates:
            raise RuntimeError("A create never goes through the many-at-once transport.")
        timeout = aiohttp.ClientTimeout(
            total=call.read_timeout + call.connect_timeout, sock_connect=call.connect_timeout
        )
        extra: dict[str, Any] = {"json": call.json} if call.json is not None else {}
        if call.body is not None:
            extra = {"data": call.body}
        try:
            async with self._session.request(
                call.method,
                call.url,
                params=dict(call.params),
                headers=dict(call.headers),
                allow_redirects=False,
                timeout=timeout,
                **extra,
            ) as answer:
                body = await answer.content.read(MOST_BYTES + 1)
                while len(body) <= MOST_BYTES and not answer.content.at_eof():
                    body += await answer.content.read(MOST_BYTES + 1 - len(body))
                if len(body) > MOST_BYTES:
                    raise Unavailable("the answer was far too long", status=answer.status)
                headers = {name.lower(): value for name, value in answer.headers.items()}
                return Reply(status=answer.status, headers=headers, body=body)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unavailable(f"no answer ({type(error).__name__})") from error
