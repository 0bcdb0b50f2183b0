"""Taking messages apart: headers, texts, files, delivery reports, whatever the bytes are.

Nothing here knows whose a message is, keeps it or answers it.
"""
