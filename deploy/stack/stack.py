"""The whole platform on one machine, as one object: the demo and the tests drive it.

with Stack(StackOptions(ports="free", data=tmp_path)) as stack:
    client = httpx.Client(base_url=stack.urls["ingestion"])
"""

import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.stack import broker, postgres, procfs, programs, readiness, runfile, unprivileged
from deploy.stack.broker import Broker
from deploy.stack.errors import ChildDied, StackError
from deploy.stack.kept_secret import kept_secret
from deploy.stack.options import StackOptions
from deploy.stack.ports import DEFAULT_PORTS, Fixed, Reservation
from deploy.stack.postgres import Postgres
from deploy.stack.process import Child, stop
from deploy.stack.programs import SERVICES
from deploy.stack.runfile import RunFile

MIGRATE_SECONDS = 60.0
# In the order of their start: initdb takes longest and is waited for, the other two come up meanwhile.
PARTS = ("broker", "mailbox", "postgres")


class Stack:
    """Broker, database, mailbox and services; started and stopped together, or one by one."""

    broker: Broker
    postgres: Postgres

    def __init__(self, options: StackOptions | None = None) -> None:
        self.options = options or StackOptions()
        self.data = self.options.data.resolve()
        self.children: dict[str, Child] = {}
        self.environment: dict[str, str] = {}
        """Every VIGIE_ variable that a client or another process needs."""
        self._runfile = RunFile(self.data)
        self._ports = Reservation(())
        self._run = ""

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def ports(self) -> dict[str, int]:
        return dict(self._ports.ports)

    @property
    def urls(self) -> dict[str, str]:
        """Return the HTTP address of each service and of the mailbox."""
        return {name: f"http://127.0.0.1:{self._ports.ports[name]}" for name in (*SERVICES, "mailbox")}

    def start(self) -> Self:
        """Start everything that the options ask for; returns once it is ready.

        Raises StackError, which says what to do; nothing is left running then.
        """
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            self._runfile.lock()
        except PermissionError as refused:
            raise StackError(
                f"User {os.geteuid()} may not write in {self.data}: choose another directory with --data."
            ) from refused
        try:
            self._clean()
            try:
                self._start()
            except ChildDied as died:
                if self.options.ports != "free" or not died.lost_port:
                    raise
                self._stop_all()  # somebody was faster on a free port: choose others, once
                self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def start_service(self, name: str, extra_env: Mapping[str, str] | None = None, *, wait: bool = True) -> None:
        """Start one service, with more settings if wanted; `wait` until it is ready."""
        factory = self.options.service_factories.get(name, f"services.{name}.app:build")
        port = self._ports.release(name)
        self._track(programs.service(name, factory, port, self.data, self._environment_of(name, extra_env)))
        if wait:
            self.await_service(name)

    def await_service(self, name: str) -> None:
        """Wait until a service (or the mailbox) is ready; raise as soon as it dies."""
        readiness.await_ready(self.children[name], self._ports.ports[name], self.options.ready_seconds, self.check)

    def kill(self, name: str) -> None:
        """End a child as a crash would, with SIGKILL and without a word."""
        self.children[name].kill()
        self._sweep(f"{self._run}:{name}:")

    def restart(self, name: str, extra_env: Mapping[str, str] | None = None) -> None:
        """Stop a child if it still runs, start it again on the same port, wait until it is ready."""
        stop([self.children[name]])
        if name in SERVICES:
            self.start_service(name, extra_env)
        else:
            self._start_part(name)
            self._await_part(name)
        self._write(ready=True)

    def tail(self, name: str, lines: int = 30) -> str:
        """Return the last lines of the log of a child."""
        return self.children[name].tail(lines)

    def check(self) -> None:
        """Raise ChildDied, with its last log lines, if a child ended although nobody asked it to."""
        for child in list(self.children.values()):
            child.check()

    def stop(self) -> None:
        """Stop everything and leave no process; doing it twice does nothing more."""
        try:
            self._stop_all()
        finally:
            self._ports.close()
            self._runfile.remove()

    def _clean(self) -> None:
        self._runfile.clean_leftovers()
        postgres.end_leftover(self.data)
        shutil.rmtree(self.data / "logs", ignore_errors=True)
        if self.options.fresh:
            unprivileged.forget(self.data)
            broker.forget(self.data)
            shutil.rmtree(self.data / "mails", ignore_errors=True)

    def _start(self) -> None:
        self._run = secrets.token_hex(8)
        self._choose_ports()
        for name in PARTS:
            self._start_part(name)
        self.environment = self._client_environment()
        for name in PARTS:
            self._await_part(name)
        if self.options.migrate:
            migration = programs.migrate(self.data, self._environment_of("migrate"))
            self._track(migration)
            migration.finish(MIGRATE_SECONDS)
        if self.options.services:
            for name in SERVICES:
                self.start_service(name, wait=False)
            for name in SERVICES:
                self.await_service(name)
        self.check()  # what answered on a port may be a stranger, and our child dead for want of it
        self._write(ready=True)

    def _choose_ports(self) -> None:
        self._ports.close()
        if self.options.ports == "free":
            self._ports = Reservation(DEFAULT_PORTS)
        else:
            unused = {"broker"} if self.options.broker == "external" else set()
            unused |= set() if self.options.services else set(SERVICES)
            self._ports = Fixed(name for name in DEFAULT_PORTS if name not in unused)

    def _start_part(self, name: str) -> None:
        environment = self._environment_of(name)
        if name == "broker":
            port = 0 if self.options.broker == "external" else self._ports.release(name)
            self.broker = broker.start(self.options.broker, self.data, port, environment)
            if self.broker.child is not None:
                self._track(self.broker.child)
        elif name == "mailbox":
            smtp, page = self._ports.release("smtp"), self._ports.release(name)
            self._track(programs.mailbox(smtp, page, self.data, environment))
        else:
            self.postgres = postgres.start(
                self.data,
                self._ports.release(name),
                environment,
                durable=self.options.durable,
                user_namespaces=self.options.user_namespaces,
            )
            self._track(self.postgres.child)

    def _await_part(self, name: str) -> None:
        if name == "broker":
            broker.await_ready(self.broker)
        elif name == "mailbox":
            self.await_service(name)
        else:
            postgres.await_ready(self.postgres)

    def _client_environment(self) -> dict[str, str]:
        kind, _, path = self.options.clock.partition(":")
        return {
            "VIGIE_DATABASE_URL": self.postgres.url(),
            "VIGIE_KAFKA_BOOTSTRAP_SERVERS": self.broker.bootstrap_servers,
            "VIGIE_KAFKA_IDEMPOTENCE": str(self.broker.idempotence).lower(),
            "VIGIE_PUBLIC_URL": self.urls["dashboard"],
            "VIGIE_INGESTION_URL": self.urls["ingestion"],
            "VIGIE_ALERTING_URL": self.urls["alerting"],
            "VIGIE_RECEIPT_KEYS": kept_secret(self.data / "receipts.key", 48),
            "VIGIE_SMTP_HOST": "127.0.0.1",
            "VIGIE_SMTP_PORT": str(self._ports.ports["smtp"]),
            "VIGIE_CLOCK": f"file:{Path(path).resolve()}" if kind == "file" else self.options.clock,
            **self.options.extra_env,
        }

    def _environment_of(self, name: str, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        mark = {procfs.RUN_MARK: f"{self._run}:{name}:", "PYTHONUNBUFFERED": "1"}
        return {**os.environ, **self.environment, **(extra or {}), **mark}

    def _track(self, child: Child) -> None:
        self.children[child.name] = child
        self._write()

    def _write(self, *, ready: bool = False) -> None:
        self._runfile.write(
            self._run, self.children, ready=ready, urls=self.urls, ports=self.ports, environment=self.environment
        )

    def _stop_all(self) -> None:
        """Services first: they commit what they hold while broker and database still answer."""
        try:
            stop(child for name, child in self.children.items() if name not in PARTS)
            stop(child for name, child in self.children.items() if name in PARTS)
        finally:  # also when a second Ctrl-C interrupts the lines above
            for child in self.children.values():
                if child.running:
                    child.kill()
            self._sweep(f"{self._run}:")
            self.children.clear()

    def _sweep(self, mark: str) -> None:
        """End what our children started and left behind."""
        if self._run:
            runfile.end({pid: procfs.start_time(pid) for pid in procfs.marked(mark)}, patience=0)


def discard(data: Path) -> None:
    """Remove all that a stopped stack kept, also the database that had to live elsewhere."""
    unprivileged.forget(data.resolve())
    shutil.rmtree(data, ignore_errors=True)
