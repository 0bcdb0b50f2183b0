"""The office's desk: the web pages of the people who decide.

Routes ask read models and show them; decisions call what the decision flows call. No rule lives
here, no login (the door's), no run (the orchestrator's).
"""
