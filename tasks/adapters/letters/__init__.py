"""Letters in the office's words, and as messages: templates filled, MIME built.

Nothing here decides who is written to, queues a letter or speaks to a server.
"""
