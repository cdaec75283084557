"""The errors that decide a message's or a command's fate. Nothing else does."""


class RetryableError(Exception):
    """Something outside is away for now: pause, try again, drop nothing."""


class TooManyDeadLettersError(Exception):
    """So many unreadable messages in a row mean a broken deployment, not broken messages: stop and say so."""


class CommandError(Exception):
    """A command was asked something it cannot do; the message says the thing, the place and what to do."""
