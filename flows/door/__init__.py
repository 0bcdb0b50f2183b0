"""The door: one address, one login, and behind it our pages and the orchestrator.

What may be asked by whom is said in tables, judged before anything behind the door sees it. No rule
of the office and no flow lives here; nothing behind the door is reached but through it.
"""
