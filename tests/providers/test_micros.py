"""Money between integer, Decimal and JSON."""

from decimal import Decimal

import pytest

from providers.micros import (
    as_json_number,
    decimal_from_micros,
    dollars,
    micros_from_decimal,
    per_second,
)


@pytest.mark.parametrize(
    ("amount", "micros"),
    [
        ("0.05", 50_000),
        ("1.18", 1_180_000),
        ("0.0000005", 1),
        ("0.0000004", 0),
        ("-0.25", -250_000),
    ],
)
def test_rounds_half_up_to_the_micro_dollar(amount, micros):
    assert micros_from_decimal(Decimal(amount)) == micros


def test_decimal_is_exact():
    assert decimal_from_micros(1_180_000) == Decimal("1.18")
    assert sum((decimal_from_micros(100_000) for _ in range(3)), Decimal()) == Decimal("0.30")


@pytest.mark.parametrize(
    ("micros", "number"),
    [(0, 0.0), (250_000, 0.25), (1_180_000, 1.18), (4_200, 0.0042), (336_000, 0.34), (9_999, 0.01)],
)
def test_json_numbers_have_two_decimals_or_four_under_a_cent(micros, number):
    assert as_json_number(micros) == number


def test_sentences():
    assert dollars(1_150_000) == "$1.15"
    assert dollars(-3_000_000) == "-$3.00"
    assert dollars(1_234_500_000) == "$1,234.50"
    assert per_second(50_000) == "$0.05/second"
    assert per_second(112_000) == "$0.112/second"
    assert per_second(1_000_000) == "$1.00/second"
