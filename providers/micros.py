"""Money between its three shapes: integer micro-dollars, Decimal, and a JSON number.

Stored and added up as micro-dollars (1_000_000 = 1 USD), shown as Decimal, and a float only at
the JSON edge. Free of Django, so that adapters and the catalogue can use it too.
"""

from decimal import ROUND_HALF_UP, Decimal

MICROS = 1_000_000
CENT = 10_000


def micros_from_decimal(amount: Decimal) -> int:
    """Micro-dollars of an amount in dollars. The one place where money is rounded: half up."""
    return int((amount * MICROS).to_integral_value(rounding=ROUND_HALF_UP))


def decimal_from_micros(micros: int) -> Decimal:
    """The exact amount in dollars, with six places."""
    return Decimal(micros).scaleb(-6)


def shown(micros: int) -> Decimal:
    """Dollars as people read them: two places, four for what is under one cent."""
    places = Decimal("0.0001") if 0 < abs(micros) < CENT else Decimal("0.01")
    return decimal_from_micros(micros).quantize(places, rounding=ROUND_HALF_UP)


def dollars(micros: int) -> str:
    """As in a sentence: "$1.15", "$0.0042", "-$3.00"."""
    sign = "-" if micros < 0 else ""
    return f"{sign}${abs(shown(micros)):,}"


def as_json_number(micros: int) -> float:
    """The amount for a JSON body: 0.25, 1.18, 0.0042."""
    return float(shown(micros))


def per_second(micros: int) -> str:
    """A price as the providers endpoint writes it: "$0.05/second", "$0.112/second"."""
    amount = decimal_from_micros(micros).normalize()
    exponent = amount.as_tuple().exponent
    places = max(2, -exponent if isinstance(exponent, int) else 2)
    return f"${amount:.{places}f}/second"
