"""What a vendor module gives to the core: routes, and its own words for the usual refusals."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from aiohttp import web

from sandbox.tasks import Task

if TYPE_CHECKING:
    from sandbox.desk import Desk


class Vendor(ABC):
    """One provider behind its prefix. Listed in `sandbox/vendors.py`, built once per server.

    A create handler authenticates and validates by the vendor's own rules, builds a
    `tasks.Draft` and returns `await admission.admit(...)`. A status handler returns
    `await status.show(...)`. Both inject the faults that were asked for, so the module itself
    only knows how its vendor answers.
    """

    name: ClassVar[str]  # the provider word: pika, kling, runway, sora
    prefix: ClassVar[str]  # where it is mounted, for example /kling

    def __init__(self, desk: "Desk") -> None:
        self.desk = desk

    @abstractmethod
    def application(self) -> web.Application:
        """Routes without the prefix, with the vendor's middlewares."""

    @abstractmethod
    def rate_limited(self) -> web.Response:
        """The vendor's "too many requests"."""

    @abstractmethod
    def out_of_credits(self) -> web.Response:
        """The vendor's answer to a create on an empty account."""

    @abstractmethod
    def invalid(self) -> web.Response:
        """A validation refusal of a create, for `fail=invalid`."""

    @abstractmethod
    def broken(self, status: int) -> web.Response:
        """The vendor's 5xx answer."""

    @abstractmethod
    def not_found(self) -> web.Response:
        """The vendor's answer about a task that it does not know."""

    def changed(self, task: Task) -> None:
        """Called when a task was accepted, started and finished; callbacks go out from here."""
        return
