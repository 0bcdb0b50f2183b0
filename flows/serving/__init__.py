"""The service: Prefect's server, deployments, schedules, automations, runs that were lost.

What the flows do is theirs; here is only what runs them.
"""
