"""Keeps every version of every observation and computes the rollups."""
