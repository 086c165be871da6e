"""The vendors that the server mounts."""

from sandbox.kling.vendor import KlingVendor
from sandbox.openai.api import OpenAI
from sandbox.pika.vendor import PikaVendor
from sandbox.runway.api import Runway
from sandbox.vendor import Vendor

VENDORS: tuple[type[Vendor], ...] = (Runway, OpenAI, KlingVendor, PikaVendor)
