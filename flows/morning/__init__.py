"""The morning mail: the flow that writes what waits for persons today, with the desk's links.

No page is made here and nothing is decided; what waits is gathered where the desk has it from.
"""
