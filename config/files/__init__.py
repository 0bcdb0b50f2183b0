"""The code that reads and checks the office's files; the files themselves lie in `config`.

Every fault is data (`models.domain.faults`), all of them at once, each with file, line and column.
Nothing here writes a file but `toml_updates`, which gives back text.
"""
