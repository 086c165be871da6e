"""Lengths and prices of Kling's models: the catalogue's where it lists them, else the vendor's."""

from __future__ import annotations

from sandbox.catalogue import MICROS, Terms
from sandbox.desk import Desk
from sandbox.kling.bodies.ask import KlingAsk
from sandbox.kling.bodies.models import BY_NAME, KlingModel
from sandbox.kling.bodies.new_standard import Lengths
from sandbox.kling.records import PROVIDER


def lengths(desk: Desk, *, kind: str) -> Lengths:
    """The check that a body's reader asks which whole seconds are sold."""

    def sold(model: KlingModel, name: str) -> frozenset[int]:
        terms = _listed(desk, model=model, name=name, kind=kind)
        return frozenset(terms.lengths) if terms else model.lengths

    return sold


def price(desk: Desk, ask: KlingAsk) -> int:
    """Micro-dollars for the asked clip."""
    model = BY_NAME[ask.version]
    terms = _listed(desk, model=model, name=ask.model, kind=ask.kind)
    if terms is None:
        per_second = int(model.price[(ask.resolution, ask.sound)] * MICROS)
        terms = Terms(lengths=tuple(model.lengths), micros_per_second=per_second)
    return terms.price(ask.seconds)


def _listed(desk: Desk, *, model: KlingModel, name: str, kind: str) -> Terms | None:
    """The catalogue's row under the name as sent, else under the new-standard name."""
    for wire_name in (name, model.name):
        terms = desk.terms(PROVIDER, model=wire_name, kind=kind, vendor=None)
        if terms:
            return terms
    return None
