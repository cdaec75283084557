"""How a file relates to what the same sender reported before."""

from enum import Enum


class Mode(Enum):
    """patch: what the file says, and nothing else, changes. replace: the file is the whole report of its periods.

    In patch a blank erases nothing. In replace whatever the same reporter sent to the same feed for these periods and
    the file no longer holds is withdrawn, so the whole file has to be readable. Not a StrEnum: `replace` is a method of
    every string.
    """

    patch = "patch"
    replace = "replace"
