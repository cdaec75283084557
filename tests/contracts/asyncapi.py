"""AsyncAPI 3.0 of the platform, from the registry of topics.

FastStream can describe a broker, but ours reads raw batches and publishes bytes: it would see topics without messages.
"""

from typing import Any

from shared.contracts.topics import TOPICS, Topic
from tests.contracts.schemas import schema_of

Document = dict[str, Any]


def document(version: str) -> Document:
    """Channels, operations of each service and messages, with the frozen schemas inside."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Vigie",
            "version": version,
            "description": "What crosses Kafka. Every topic is at least once; readers depend on no order.",
        },
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {
                "host": "kafka:9092",
                "pathname": "",
                "protocol": "kafka",
                "description": "VIGIE_KAFKA_BOOTSTRAP_SERVERS",
            }
        },
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": {name: operation for topic in TOPICS for name, operation in _operations(topic)},
        "components": {
            "messages": {_message_name(topic): _message(topic) for topic in TOPICS},
            "schemas": {name: schema for topic in TOPICS for name, schema in _schemas(topic).items()},
        },
    }


def _message_name(topic: Topic) -> str:
    return topic.message.__name__ if topic.message else "DeadLetter"


def _channel(topic: Topic) -> Document:
    name = _message_name(topic)
    return {
        "address": topic.name,
        "description": topic.description,
        "servers": [{"$ref": "#/servers/kafka"}],
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {"retention.ms": topic.retention_ms},
                "bindingVersion": "0.5.0",
            }
        },
    }


def _operations(topic: Topic) -> list[tuple[str, Document]]:
    roles = [("send", service) for service in topic.producers] + [("receive", service) for service in topic.consumers]
    return [
        (
            f"{service}.{action}.{topic.name}",
            {
                "action": action,
                "channel": {"$ref": f"#/channels/{topic.name}"},
                "messages": [{"$ref": f"#/channels/{topic.name}/messages/{_message_name(topic)}"}],
                "tags": [{"name": service}],
            },
        )
        for action, service in roles
    ]


def _message(topic: Topic) -> Document:
    if topic.message is None:
        return {
            "name": "DeadLetter",
            "summary": "The bytes that could not be read, as they came.",
            "contentType": "application/octet-stream",
            "headers": {
                "type": "object",
                "properties": {
                    "x-reason": {"type": "string", "description": "fields and faults, never content"},
                    "x-origin": {"type": "string", "description": "topic/partition/offset"},
                    "x-consumer": {"type": "string", "description": "the service that could not read it"},
                },
                "required": ["x-reason", "x-origin", "x-consumer"],
            },
            "payload": {"type": "string", "format": "binary"},
            "bindings": {"kafka": _key(topic)},
        }
    return {
        "name": topic.message.__name__,
        "summary": (topic.message.__doc__ or "").strip().split("\n")[0],
        "payload": {"$ref": f"#/components/schemas/{topic.message.__name__}"},
        "bindings": {"kafka": _key(topic)},
    }


def _key(topic: Topic) -> Document:
    return {"key": {"type": "string", "description": topic.key}, "bindingVersion": "0.5.0"}


def _schemas(topic: Topic) -> dict[str, Document]:
    """The schema of a message and of what it is made of, all side by side."""
    if topic.message is None:
        return {}
    schema = schema_of(topic.message, ref_template="#/components/schemas/{model}")
    parts: dict[str, Document] = schema.pop("$defs", {})
    return {topic.message.__name__: schema, **parts}
