"""The meaning (`models.domain`) and its storage (`models.tables`), nothing that runs."""
