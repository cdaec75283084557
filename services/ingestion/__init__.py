"""Takes the feeds that departments push and publishes observations."""
