"""Registers all that the back desk shows of the catalogue and the engine."""

from generation.desk import bills, budgets, catalogue, headers, money, news, people, work

headers.take_over()

__all__ = ["bills", "budgets", "catalogue", "money", "news", "people", "work"]
