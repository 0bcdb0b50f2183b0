"""All input and output, by rooms in layers. Imports neither the orchestrator nor the settings."""
