"""Small cells (secret statistique): what the public may not see, so that no suppressed figure can be computed. Pure."""
