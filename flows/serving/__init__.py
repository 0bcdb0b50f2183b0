"""The service: Prefect's server, deployments, schedules, automations.

What the flows do is theirs: nothing here does the office's work, it only runs what does.
"""
