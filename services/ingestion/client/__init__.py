"""The sender's side: one command, and nothing of the service that it sends to."""
