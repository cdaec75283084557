"""`make schemas`: write every frozen contract again. The difference is what the review is about."""

import asyncio
import importlib.metadata
from pathlib import Path

from tests.contracts import asyncapi, environment, openapi, schemas

ROOT = Path(__file__).parents[2]
ASYNCAPI = ROOT / "docs" / "asyncapi.json"


def asyncapi_text() -> str:
    return schemas.written(asyncapi.document(importlib.metadata.version("vigie")))


def openapi_text(service: str) -> str:
    """Call it inside an event loop."""
    return schemas.written(openapi.document(service))


def contracts() -> dict[Path, str]:
    """Frozen files that no service has a part in, with the text that the code now gives them."""
    return {
        **{schemas.frozen_path(topic): schemas.written(schemas.current(topic)) for topic in schemas.WITH_MESSAGE},
        ASYNCAPI: asyncapi_text(),
        environment.PATH: environment.with_current_settings(environment.PATH.read_text(encoding="utf-8")),
    }


async def main() -> int:
    """Write what changed and say which files; a service that cannot be built keeps its document and fails the run."""
    texts = contracts()
    failed = 0
    for service in openapi.SERVICES:
        try:
            texts[openapi.path(service)] = openapi_text(service)
        except Exception as error:  # noqa: BLE001 - the other documents are worth writing
            print(f"services.{service}: {error!r}")
            failed = 1
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(path.relative_to(ROOT))
    return failed


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
