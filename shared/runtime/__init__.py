"""Plumbing: settings, clock, logs, metrics, broker, database."""
