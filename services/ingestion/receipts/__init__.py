"""The receipt of a file: what it says, what proves it, and the file given back with its remarks."""
