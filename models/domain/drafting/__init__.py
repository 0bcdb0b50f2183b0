"""A printed directive read into draft rows of the catalogue, each cell with its place in print.

Nothing here opens a file, and nothing is guessed: what is not certain is a doubt for a person.
"""
