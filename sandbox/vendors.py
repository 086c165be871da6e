"""The vendors that the server mounts."""

from sandbox.kling.vendor import KlingVendor
from sandbox.pika.vendor import PikaVendor
from sandbox.runway.api import Runway
from sandbox.vendor import Vendor

VENDORS: tuple[type[Vendor], ...] = (Runway, KlingVendor, PikaVendor)
