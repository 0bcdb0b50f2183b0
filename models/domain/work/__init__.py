"""Which flows have something to do now, by what one cheap look found and what was asked before.

No run, no orchestrator, no mailbox and no database: facts in, wishes out.
"""
