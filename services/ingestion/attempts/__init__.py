"""Who tried to send what: the trail of tries, and the limits that are counted over it."""
