"""A document as JSON and back: how the child that reads it hands it over."""

from __future__ import annotations

from typing import Any

from models.domain.drafting.document import (
    DocumentBlock,
    DocumentCell,
    DocumentLine,
    DocumentTable,
    PrintedDocument,
)


def document_to_json(document: PrintedDocument) -> dict[str, Any]:
    """The document as JSON."""
    return {
        "name": document.name,
        "remarks": list(document.remarks),
        "blocks": [_block_to_json(block) for block in document.blocks],
    }


def document_from_json(said: dict[str, Any]) -> PrintedDocument:
    """The document of that JSON. Raises KeyError, TypeError, ValueError for another."""
    blocks = tuple(_block_from_json(block) for block in said["blocks"])
    return PrintedDocument(str(said["name"]), blocks, tuple(map(str, said["remarks"])))


def _block_to_json(block: DocumentBlock) -> dict[str, Any]:
    if isinstance(block, DocumentLine):
        return {"text": block.text, "place": block.place, "remarks": list(block.remarks)}
    rows = [
        [[c.text, c.place, c.column, c.span, c.continued, list(c.remarks)] for c in row]
        for row in block.rows
    ]
    return {"rows": rows, "place": block.place, "merging": block.shows_merging}


def _block_from_json(said: dict[str, Any]) -> DocumentBlock:
    if "rows" not in said:
        return DocumentLine(str(said["text"]), str(said["place"]), tuple(map(str, said["remarks"])))
    rows = [
        tuple(
            DocumentCell(
                str(text), str(place), int(column), int(span), bool(continued),
                tuple(map(str, remarks)),
            )
            for text, place, column, span, continued, remarks in row
        )
        for row in said["rows"]
    ]  # fmt: skip
    return DocumentTable(rows, str(said["place"]), bool(said["merging"]))
