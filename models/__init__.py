"""The meaning (`models.domain`) and its storage (`models.tables`)."""
