"""What every message is: frozen, tolerant of unknown fields, with aware instants and decimals as strings."""

from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, PlainSerializer


def plain(number: Decimal) -> str:
    """Write a decimal without exponent and without trailing zeros, so that equal numbers read the same."""
    if number == 0:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


Number = Annotated[Decimal, PlainSerializer(plain, return_type=str, when_used="json")]
Instant = AwareDatetime


class Message(BaseModel):
    """Base of all messages. Unknown fields are ignored on read, so an older reader survives a newer writer."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    def encode(self) -> bytes:
        """The bytes that travel."""
        return self.model_dump_json().encode()
