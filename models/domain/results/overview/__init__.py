"""Part I of the report: the main results, the counts, and where a count has two sides.

Nothing here counts anything anew: it tells what the review has counted.
"""

from models.domain.results.overview.part_one import overview
from models.domain.results.overview.two_sided import row_elsewhere

__all__ = ["overview", "row_elsewhere"]
