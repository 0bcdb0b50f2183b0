"""What several machines share: raw bytes and outputs in one store, and one PostgreSQL.

Here lives what keeps workers out of each other's way (locks, what one has drawn, the pace of
letters, the program all run) and what makes each machine's bytes every machine's. What the bytes
mean, and what is done with what was drawn, may not live here: the rooms above do it.
"""
