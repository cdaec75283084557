"""A failure of our own is answered as a problem that gives nothing away."""

import httpx
from fastapi import FastAPI

from services.alerting import problems


async def test_a_failure_is_a_problem_without_details() -> None:
    app = FastAPI()
    problems.install(app)

    @app.get("/")
    async def fail() -> None:
        raise RuntimeError("password of the database")

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://alerting") as client:
        answer = await client.get("/")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.json().keys() == {"type", "title", "status", "detail"}
    assert "password" not in answer.text
