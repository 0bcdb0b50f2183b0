"""`baocao catalogue draft`: a directive's document into the workbook that the office edits.

What a document means is the domain's (`models/domain/drafting`); nothing here decides it.
"""
