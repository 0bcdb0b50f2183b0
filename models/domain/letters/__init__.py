"""What letters say: their facts, by kind, without the office's words around them.

The wording is in `config/letters`. Nothing here renders, queues or sends, and no letter about a
consolidation or a review lives here: those belong to `results`.
"""
