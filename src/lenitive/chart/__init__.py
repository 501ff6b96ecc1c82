"""What was recorded: fact tables, and a patient's chart as of a day."""

from lenitive.chart.chart import Chart
from lenitive.chart.fact import Fact, Span
from lenitive.chart.request import Insurance, Request
from lenitive.chart.schema import TABLE_OF, TABLES

__all__ = ["TABLES", "TABLE_OF", "Chart", "Fact", "Insurance", "Request", "Span"]
