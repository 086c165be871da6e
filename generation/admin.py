"""Registers all that the back desk shows of the catalogue and the engine."""

from generation.desk import bills, budgets, catalogue, money, news, people, work

__all__ = ["bills", "budgets", "catalogue", "money", "news", "people", "work"]
