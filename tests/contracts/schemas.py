"""JSON Schemas of the messages, as they travel."""

import json
from pathlib import Path
from typing import Any

from shared.contracts.message import Message
from shared.contracts.topics import TOPICS, Topic

CONTRACTS = Path(__file__).parents[2] / "shared" / "contracts"
FROZEN = CONTRACTS / "frozen"
EXAMPLES = CONTRACTS / "examples"
WITH_MESSAGE = [topic for topic in TOPICS if topic.message is not None]


def schema_of(model: type[Message], ref_template: str = "#/$defs/{model}") -> dict[str, Any]:
    """What a reader in any language may rely on. Fields with a default are optional, so that they can be added."""
    return model.model_json_schema(mode="serialization", ref_template=ref_template)


def current(topic: Topic) -> dict[str, Any]:
    """The schema of a topic as the code now says it."""
    assert topic.message is not None
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": topic.name,
        **schema_of(topic.message),
    }


def frozen_path(topic: Topic) -> Path:
    return FROZEN / f"{topic.name}.json"


def frozen(topic: Topic) -> dict[str, Any]:
    """The schema of a topic as it was reviewed."""
    schema: dict[str, Any] = json.loads(frozen_path(topic).read_text(encoding="utf-8"))
    return schema


def written(document: Any) -> str:
    """One text for one document, easy to compare line by line."""
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
