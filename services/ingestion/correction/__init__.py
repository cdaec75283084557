"""PURE a file + the remarks of its receipt -> a workbook in which each of them stands at its cell."""
