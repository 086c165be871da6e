"""Lengths and prices of Pika: the catalogue's where it lists the model, else the vendor's."""

from __future__ import annotations

from decimal import Decimal

from sandbox.catalogue import MICROS, Terms
from sandbox.desk import Desk
from sandbox.pika.fal.endpoints import PRICE, Endpoint
from sandbox.pika.fal.records import PROVIDER
from sandbox.pika.own.inputs import Operation


def fal_terms(desk: Desk, endpoint: Endpoint, *, resolution: str = "720p") -> Terms:
    """Terms of a fal endpoint; the catalogue may name it whole or without its last part."""
    names = (endpoint.endpoint_id, endpoint.version_id)
    return _terms(
        desk, names, kind=endpoint.kind, lengths=endpoint.lengths, price=PRICE[resolution]
    )


def own_terms(desk: Desk, operation: Operation, *, resolution: str = "720p") -> Terms:
    """Terms of an operation of Pika's own API, named in the same two ways."""
    names = (operation.api_id, operation.version_id)
    return _terms(
        desk, names, kind=operation.kind, lengths=operation.lengths, price=PRICE[resolution]
    )


def _terms(
    desk: Desk, names: tuple[str, ...], *, kind: str, lengths: frozenset[int], price: Decimal
) -> Terms:
    for name in names:
        listed = desk.terms(PROVIDER, model=name, kind=kind, vendor=None)
        if listed:
            return listed
    return Terms(lengths=tuple(sorted(lengths)), micros_per_second=int(price * MICROS))
