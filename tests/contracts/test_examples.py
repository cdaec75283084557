"""Living examples: what once travelled is still readable, by today's models and by whoever trusts the frozen schema."""

import json
from datetime import datetime
from pathlib import Path

import jsonschema
import pytest

from shared.catalogue.files import read_catalogue
from shared.contracts.observation import ObservationReported, event_id
from shared.contracts.topics import OBSERVATIONS, TOPICS, Topic
from tests.contracts import schemas

CASES = [(topic, path) for topic in schemas.WITH_MESSAGE for path in sorted((schemas.EXAMPLES / topic.name).iterdir())]
EACH = pytest.mark.parametrize(("topic", "path"), CASES, ids=lambda value: getattr(value, "stem", ""))
CATALOGUE = Path(__file__).parents[2] / "deploy" / "catalogue"

FORMATS = jsonschema.FormatChecker(formats=["uuid"])


@FORMATS.checks("date-time", raises=ValueError)
def _aware(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@EACH
def test_today_reads_every_example(topic: Topic, path: Path) -> None:
    """A message written by an older or a newer version is read, and reads the same after another trip."""
    assert topic.message is not None
    message = topic.message.model_validate_json(path.read_bytes())
    assert topic.message.model_validate_json(message.encode()) == message


@EACH
def test_every_example_is_what_the_schema_promises(topic: Topic, path: Path) -> None:
    """The example satisfies the frozen schema, formats included, and so does what we would write for it."""
    assert topic.message is not None
    validator = jsonschema.Draft202012Validator(schemas.frozen(topic), format_checker=FORMATS)
    example = json.loads(path.read_bytes())
    validator.validate(example)
    validator.validate(json.loads(topic.message.model_validate(example).encode()))


@pytest.mark.parametrize("topic", schemas.WITH_MESSAGE, ids=lambda t: t.name)
def test_the_frozen_schema_is_a_schema(topic: Topic) -> None:
    """It is valid itself, and it refuses a message without its required fields."""
    schema = schemas.frozen(topic)
    jsonschema.Draft202012Validator.check_schema(schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({}, schema)


@pytest.mark.parametrize("topic", schemas.WITH_MESSAGE, ids=lambda t: t.name)
def test_a_newer_writer_is_among_the_examples(topic: Topic) -> None:
    """Each topic has an example with a field that today's code does not know, and one without."""
    known = set(schemas.current(topic)["properties"])
    unknown = [bool(set(json.loads(path.read_bytes())) - known) for t, path in CASES if t is topic]
    assert set(unknown) == {True, False}


def test_examples_speak_of_the_real_catalogue() -> None:
    """Indicators and territories exist, and an observation's id is the one that its receipt and cell give."""
    catalogue = read_catalogue(CATALOGUE)
    for topic, path in CASES:
        example = json.loads(path.read_bytes())
        assert example.get("indicator") is None or example["indicator"] in catalogue.indicators, path
        assert "territory" not in example or example["territory"] in catalogue.territories, path
        if topic is OBSERVATIONS:
            observation = ObservationReported.model_validate(example)
            assert observation.event_id == event_id(observation.receipt_id, observation.cell), path


def test_the_registry_has_no_two_topics_of_one_name() -> None:
    """A name is a topic."""
    assert len({topic.name for topic in TOPICS}) == len(TOPICS)
