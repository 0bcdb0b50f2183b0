"""The flow that makes a backup every night, and nothing of how one is made."""
