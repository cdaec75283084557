"""Services: started, watched, killed, started again."""

import socket
import time
from contextlib import ExitStack

import httpx
import pytest

from deploy.stack.errors import ChildDied, NotReady
from deploy.stack.options import StackOptions
from deploy.stack.ports import Reservation
from deploy.stack.stack import Stack


def test_a_service_gets_its_settings_and_a_restart_gives_it_others(stack: Stack):
    stack.start_service("alerting", {"VIGIE_TICK_SECONDS": "0.1"})
    seen = httpx.get(f"{stack.urls['alerting']}/readyz").json()
    assert seen["VIGIE_TICK_SECONDS"] == "0.1"
    assert seen["VIGIE_DATABASE_URL"] == stack.postgres.url()
    stack.kill("alerting")
    stack.check()  # somebody asked for it: not a death
    stack.restart("alerting", {"VIGIE_TICK_SECONDS": "0.2"})
    assert httpx.get(f"{stack.urls['alerting']}/readyz").json()["VIGIE_TICK_SECONDS"] == "0.2"


def test_a_killed_service_takes_its_own_children_along(stack: Stack, tmp_path, is_gone):
    pid_file = tmp_path / "pid"
    stack.start_service("ingestion", {"VIGIE_DUMMY_PID": str(pid_file)})
    below = int(pid_file.read_text())
    assert not is_gone(below)
    stack.kill("ingestion")
    assert is_gone(below)


def test_a_service_that_cannot_start_is_reported_with_its_last_lines(stack: Stack):
    began = time.monotonic()
    with pytest.raises(ChildDied, match="the catalogue has no indicator FAM-01") as died:
        stack.start_service("aggregator")
    assert died.value.name == "aggregator"
    assert "aggregator.log" in str(died.value)
    assert time.monotonic() - began < 20
    stack.kill("aggregator")  # the others go on


def test_a_child_that_ends_by_itself_is_noticed(stack: Stack):
    stack.children["mailbox"].popen.kill()
    stack.children["mailbox"].popen.wait()
    with pytest.raises(ChildDied, match="mailbox was killed by signal 9"):
        stack.check()
    stack.restart("mailbox")
    stack.check()


def test_a_service_that_never_gets_ready_says_what_it_answered(stack: Stack):
    alerting = stack.children["alerting"]
    with pytest.raises(NotReady, match=r"runs .* but the impossible did not come in 0.1 s"):
        alerting.wait_until(lambda: False, 0.1, "the impossible")


@pytest.mark.parametrize("part", ["broker", "mailbox", "postgres"])
def test_a_free_port_lost_to_somebody_faster_is_chosen_again_once(part, tmp_path, monkeypatch):
    taken: list[int] = []
    release = Reservation.release

    with ExitStack() as strangers:

        def lose_it_once(reservation: Reservation, name: str) -> int:
            port = release(reservation, name)
            if name == part and not taken:
                strangers.enter_context(socket.create_server(("127.0.0.1", port)))
                taken.append(port)
            return port

        monkeypatch.setattr(Reservation, "release", lose_it_once)
        options = StackOptions(data=tmp_path, ports="free", services=False, migrate=False, durable=False)
        with Stack(options) as stack:
            assert stack.ports[part] not in taken
            assert taken
            stack.check()
