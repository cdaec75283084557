"""What was agreed is written down: the frozen files say what the code says, and nothing else lies beside them."""

import importlib
import inspect
import json
import pkgutil
from typing import Any

import pytest

import shared.contracts
from shared.contracts.message import Message
from shared.contracts.topics import TOPICS, Topic
from tests.contracts import asyncapi, environment, freeze, openapi, schemas

ADVICE = "run `make schemas` and review the difference"
BY_TOPIC = pytest.mark.parametrize("topic", schemas.WITH_MESSAGE, ids=lambda t: t.name)


@BY_TOPIC
def test_a_message_cannot_change_unnoticed(topic: Topic) -> None:
    """The frozen schema of a topic is what its model says today."""
    assert schemas.frozen_path(topic).read_text(encoding="utf-8") == schemas.written(schemas.current(topic)), ADVICE


@pytest.mark.parametrize("service", openapi.SERVICES)
async def test_an_api_cannot_change_unnoticed(service: str) -> None:
    """The OpenAPI document of a service is what its application says today."""
    assert openapi.path(service).read_text(encoding="utf-8") == freeze.openapi_text(service), ADVICE


def test_the_description_of_the_topics_follows_the_registry() -> None:
    """docs/asyncapi.json is what the registry of topics says today."""
    assert freeze.ASYNCAPI.read_text(encoding="utf-8") == freeze.asyncapi_text(), ADVICE


def test_every_setting_stands_in_the_example_with_its_default() -> None:
    """.env.example lists exactly the settings, each with its sentence and its true default."""
    text = environment.PATH.read_text(encoding="utf-8")
    assert text == environment.with_current_settings(text), ADVICE


def test_nothing_frozen_is_left_behind() -> None:
    """Every frozen schema and every folder of examples belongs to a topic, and every topic has both."""
    names = {topic.name for topic in schemas.WITH_MESSAGE}
    assert {path.stem for path in schemas.FROZEN.iterdir()} == names
    assert {path.name for path in schemas.EXAMPLES.iterdir()} == names
    assert {path.stem for path in openapi.FOLDER.iterdir()} == set(openapi.SERVICES)


def test_every_message_travels_on_a_topic() -> None:
    """A model that is neither on a topic nor part of one that is would be a promise to nobody."""
    found = {
        name
        for module in pkgutil.iter_modules(shared.contracts.__path__, "shared.contracts.")
        for name, value in inspect.getmembers(importlib.import_module(module.name), inspect.isclass)
        if issubclass(value, Message) and value is not Message
    }
    described = set(asyncapi.document("0")["components"]["schemas"])
    assert found <= described, f"on no topic: {sorted(found - described)}"


@BY_TOPIC
def test_every_part_of_a_schema_is_used(topic: Topic) -> None:
    """No definition is left in a frozen schema that nothing refers to."""
    text = schemas.frozen_path(topic).read_text(encoding="utf-8")
    unused = [name for name in json.loads(text).get("$defs", {}) if f'"#/$defs/{name}"' not in text]
    assert unused == []


@BY_TOPIC
def test_every_field_has_one_type(topic: Topic) -> None:
    """A reader in any language finds one type per field, or null; never a float, since decimals travel as strings."""
    schema = schemas.frozen(topic)
    for owner in (schema, *schema.get("$defs", {}).values()):
        for name, field in owner.get("properties", {}).items():
            if "discriminator" in field:
                continue  # one of several models, told apart by the field that it names: as clear as one type
            kinds = [k for k in field.get("anyOf", [field]) if k.get("type") != "null"]
            assert len(kinds) == 1, f"{owner['title']}.{name} has {len(kinds)} types"
            assert "$ref" in kinds[0] or kinds[0]["type"] != "number", f"{owner['title']}.{name} is a float"


@pytest.mark.parametrize("topic", TOPICS, ids=lambda t: t.name)
def test_a_topic_says_what_it_is(topic: Topic) -> None:
    """Name with a version, a sentence, a writer, and a key that its message really has."""
    assert topic.name.startswith("vigie-")
    assert topic.name.rsplit("-", 1)[1].startswith("v")
    assert topic.description.endswith(".")
    assert topic.producers
    parts: list[Any] = [] if topic.message is None else [schemas.current(topic)["properties"]]
    # The key of a submission, say, is its reporter.
    assert all(topic.key in properties for properties in parts)
