"""docs/asyncapi.json is a sound AsyncAPI 3.0 document."""

import json
from collections.abc import Iterator
from typing import Any

from faststream.specification.asyncapi.v3_0_0.schema import ApplicationSchema

from shared.contracts.topics import TOPICS
from tests.contracts import freeze

DOCUMENT: dict[str, Any] = json.loads(freeze.ASYNCAPI.read_text(encoding="utf-8"))


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _resolve(reference: str) -> Any:
    node: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        node = node[step]
    return node


def test_it_has_the_shape_of_asyncapi() -> None:
    """FastStream's own model of AsyncAPI 3.0 reads it."""
    read = ApplicationSchema.model_validate(DOCUMENT)
    assert set(read.channels) == {topic.name for topic in TOPICS}


def test_every_reference_leads_somewhere() -> None:
    """No link to a channel, message or schema that is not in the document."""
    references = set(_references(DOCUMENT))
    assert references
    for reference in references:
        assert _resolve(reference), reference


def test_every_component_is_used() -> None:
    """Nothing is described that nobody sends."""
    references = set(_references(DOCUMENT))
    for kind, components in DOCUMENT["components"].items():
        assert {name for name in components if f"#/components/{kind}/{name}" not in references} == set()
