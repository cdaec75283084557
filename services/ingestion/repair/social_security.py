"""Numbers that identify a person: the social security number (NIR) and the number of a CAF file."""

import re

_SEP = r"[ \u00a0\u202f\u2009.\-/]?"
# Sex, year, month (1 to 12, or a code of civil status), department, commune, rank, and maybe the key.
_MONTH = r"(?:0[1-9]|1[0-2]|2[0-9]|3[0-9]|4[0-2]|[5-9][0-9])"
_DEPARTMENT = r"(?:0[1-9]|[1-8][0-9]|9[0-9]|2[AB])"
_SOLID = re.compile(rf"^[1278][0-9]{{2}}{_MONTH}{_DEPARTMENT}[0-9]{{6}}(?:[0-9]{{2}})?$")
_SPACED = re.compile(
    rf"(?<![0-9])[1278]{_SEP}[0-9]{{2}}{_SEP}{_MONTH}{_SEP}{_DEPARTMENT}{_SEP}[0-9]{{3}}{_SEP}[0-9]{{3}}"
    rf"(?:\s*(?:cl[ée]|/|-)?\s*[0-9]{{2}})?(?![0-9])",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"^[0-9]{1,3}(?:[ \u00a0\u202f\u2009.,'][0-9]{3})+$")
_PLAUSIBLE_MONTH = re.compile(r"^...(?:0[1-9]|1[0-2]|20|[34][0-9]|[5-9][0-9])")
_CAF = re.compile(r"^[0-9]{7}\s?-?\s?[A-Z]$")


def spaced_nir(text: str) -> bool:
    """Say whether a text holds a NIR written in its groups, `2 03 03 31 555 123`, or alone with its right key."""
    if sum(c.isdigit() for c in text) < 12:
        return False
    for found in _SPACED.finditer(text):
        if not any(c in found[0] for c in " \u00a0\u202f\u2009.-/"):
            if _has_key(found[0].upper()):
                return True
        elif not _THOUSANDS.match(found[0]):
            return True
    return False


def solid_nir(text: str) -> bool:
    """Say whether 13 or 15 characters without separators may be a NIR. An amount of 13 digits may look the same."""
    text = text.upper()
    return bool(_SOLID.match(text)) and (len(text) == 13 or _has_key(text))


def caf_number(text: str) -> bool:
    """Say whether a text is shaped as the number of a file of the CAF: seven digits and a letter."""
    return bool(_CAF.match(text.strip().upper()))


def _has_key(text: str) -> bool:
    """Say whether the last two of 15 digits are the key of the others."""
    if len(text) != 15:
        return False
    body = text[:13].replace("2A", "19").replace("2B", "18") if text[5:7] in ("2A", "2B") else text[:13]
    return body.isdigit() and 97 - int(body) % 97 == int(text[13:])
