"""PURE raw cell -> typed value, with every repair named. Nothing is repaired in silence, nothing is guessed."""
