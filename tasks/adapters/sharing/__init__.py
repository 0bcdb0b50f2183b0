"""Raw bytes and outputs in a store that several machines share, chosen by its address (fsspec).

What is kept there counts; the folders of a machine are what it has at hand of it. Nothing is judged
here of what the bytes mean.
"""
