"""`python -m deploy.stack up`, as people run it and as they end it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.stack import ports, unprivileged
from deploy.stack.errors import AlreadyRunning, PortBusy
from deploy.stack.options import CHECKOUT, StackOptions
from deploy.stack.ports import Fixed, Reservation
from deploy.stack.programs import SERVICES
from deploy.stack.runfile import RunFile
from deploy.stack.stack import Stack


def pids(run: dict) -> list[int]:
    return [each["pid"] for each in run["processes"].values()]


def wait_until_gone(is_gone, wanted: list[int], seconds: float) -> list[int]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not all(is_gone(pid) for pid in wanted):
        time.sleep(0.05)
    return [pid for pid in wanted if not is_gone(pid)]


def test_everything_is_ready_in_ten_seconds_and_gone_in_three(tmp_path, is_gone):
    dummies = dict.fromkeys(SERVICES, "tests.integration.stack.dummy_services:healthy")
    began = time.monotonic()
    stack = Stack(StackOptions(data=tmp_path, ports="free", service_factories=dummies)).start()
    try:
        assert time.monotonic() - began < 10
        assert set(stack.children) >= {"broker", "postgres", "mailbox", *SERVICES}
        assert stack.postgres.sql("SELECT count(*) > 0 FROM schema_migrations", "vigie") == "t"
        stack.check()
    finally:
        running = [child.pid for child in stack.children.values()]
        began = time.monotonic()
        stack.stop()
    assert time.monotonic() - began < 3
    assert all(is_gone(pid) for pid in running)


@pytest.mark.parametrize("ask", [signal.SIGTERM, signal.SIGINT])
def test_a_polite_end_leaves_no_process(launch, is_gone, ask):
    process, run = launch()
    assert len(pids(run)) == 3
    assert not any(is_gone(pid) for pid in pids(run))
    began = time.monotonic()
    process.send_signal(ask)
    said, _ = process.communicate(timeout=15)
    assert time.monotonic() - began < 3
    assert process.returncode == 0
    assert "Stopped in" in said
    assert all(is_gone(pid) for pid in pids(run))


def test_a_killed_launcher_takes_its_children_along(launch, is_gone):
    process, run = launch()
    process.kill()
    process.wait()
    assert wait_until_gone(is_gone, pids(run), 5) == []


def test_the_next_start_ends_what_was_left(launch, is_gone, tmp_path):
    """Even children that the death signal could not reach, stood for by a stranger to the launcher."""
    process, run = launch()
    process.kill()
    process.wait()
    left = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"],
        env={**os.environ, "VIGIE_STACK_RUN": f"{run['run']}:ingestion:"},
    )
    try:
        _, again = launch()
        assert left.wait(10) != 0
        assert wait_until_gone(is_gone, pids(run), 1) == []
        assert not any(is_gone(pid) for pid in pids(again))
    finally:
        left.kill()


def test_a_recorded_pid_that_is_somebody_else_now_is_left_alone(tmp_path, is_gone):
    runfile = RunFile(tmp_path)
    broker = {"pid": os.getpid(), "started": 1}
    runfile.path.write_text(json.dumps({"run": "gone", "processes": {"broker": broker}}))
    assert runfile.clean_leftovers() == []


def test_two_launchers_never_share_a_directory(launch, tmp_path):
    process, _ = launch()
    with pytest.raises(AlreadyRunning, match=rf"launcher pid {process.pid}.*--data"):
        Stack(StackOptions(data=tmp_path / "data", ports="free", services=False)).start()
    assert process.poll() is None
    assert (tmp_path / "data" / "stack.json").exists()


def test_the_run_file_is_for_its_owner_only(launch, tmp_path):
    launch()
    assert (tmp_path / "data" / "stack.json").stat().st_mode & 0o777 == 0o600


def test_a_busy_port_names_the_port_its_wish_and_its_holder(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setitem(ports.DEFAULT_PORTS, "postgres", port)
        with pytest.raises(PortBusy) as busy:
            Fixed(["postgres"])
    assert f"Port {port}, wanted by postgres, is held by pid {os.getpid()} (" in str(busy.value)
    assert "--ports free" in str(busy.value)


def test_free_ports_are_all_different_and_held_until_used():
    names = [f"part-{n}" for n in range(50)]
    reservation = Reservation(names)
    try:
        assert len(set(reservation.ports.values())) == 50
        with pytest.raises(OSError, match="in use"), socket.socket() as other:
            other.bind(("127.0.0.1", reservation.ports["part-0"]))
        with socket.socket() as owner:
            owner.bind(("127.0.0.1", reservation.release("part-0")))
    finally:
        reservation.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to run the database as somebody else")
def test_root_without_user_namespaces_runs_the_database_as_nobody(tmp_path):
    options = StackOptions(
        data=tmp_path, ports="free", services=False, migrate=False, durable=False, user_namespaces=False
    )
    before = tmp_path.stat().st_mode
    try:
        with Stack(options) as stack:
            assert stack.postgres.sql("SELECT 1") == "1"
            owner = unprivileged.pwd.getpwnam("nobody").pw_uid
            assert Path(f"/proc/{stack.postgres.child.pid}").stat().st_uid == owner
            assert stack.postgres.cluster.stat().st_uid == owner
        assert tmp_path.stat().st_mode == before  # no mode changed to let nobody in
    finally:
        unprivileged.forget(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="the programs of root are in reach of root")
def test_programs_out_of_reach_are_copied_beside_the_data(tmp_path):
    wheel = tmp_path / "hidden"
    hidden = wheel / "package" / "install" / "bin"
    hidden.mkdir(parents=True)
    (hidden / "postgres").write_text("#!/bin/sh\n")
    (wheel / "package.libs").mkdir()
    (wheel / "package.libs" / "libpq.so").write_text("")
    wheel.chmod(0o700)
    nobody = unprivileged.Account(65534, 65534)
    copied = unprivileged.programs(hidden, tmp_path / "home", unprivileged.Runner(account=nobody))
    assert copied == tmp_path / "home" / "programs" / "package" / "install" / "bin"
    assert (copied.parents[2] / "package.libs" / "libpq.so").exists()  # where the programs look for it
    assert (copied / "postgres").stat().st_uid == nobody.uid


def test_an_unknown_command_explains_itself():
    done = subprocess.run(
        [sys.executable, "-m", "deploy.stack"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "COMMAND" in done.stderr
