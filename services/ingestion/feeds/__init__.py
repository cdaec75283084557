"""Feeds are declared, not programmed: one YAML file each, in French where people read it."""
