"""Part I of the report: the main results, the counts, and where a count has two sides.

Sentences alone, made of what a review has judged: nothing here judges a value or makes a table.
"""

from models.domain.results.overview.part_one import overview
from models.domain.results.overview.two_sided import row_elsewhere

__all__ = ["overview", "row_elsewhere"]
