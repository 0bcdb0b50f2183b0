"""What does not fit, as the report tells it: conflicts of sources, wholes against their parts.

Rows and sentences alone: what contradicts what is found by the consolidation.
"""

from models.domain.results.contradictions.conflict_rows import conflict_row, whole_notes

__all__ = ["conflict_row", "whole_notes"]
