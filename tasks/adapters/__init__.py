"""All input and output. Imports neither the orchestrator nor the settings."""
