"""PURE bytes -> rows. Nothing here knows what a figure is."""
