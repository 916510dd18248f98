"""Made-up tests and people for the tests of many dimensions."""

from poise.measurement.people.manysimulation import draw_parameters as make_parameters
from poise.measurement.people.manysimulation import simulate_table, table_of

__all__ = ["make_parameters", "simulate_table", "table_of"]
