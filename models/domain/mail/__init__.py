"""Mail as the domain sees it: messages, letters, what a server's answer or a returned letter means.

Nothing here speaks to a server or parses a message, and nothing knows what a letter says.
"""
