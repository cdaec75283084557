"""python -m deploy.stack up: run Vigie on this machine until Ctrl-C."""

import argparse
import signal
import sys
import time
from pathlib import Path

from deploy.stack.errors import StackError
from deploy.stack.options import StackOptions
from deploy.stack.stack import Stack

WATCH_SECONDS = 0.3


def main(arguments: list[str] | None = None) -> int:
    chosen = _parser().parse_args(arguments)
    options = StackOptions(
        data=chosen.data,
        fresh=chosen.fresh,
        broker=chosen.broker,
        ports=chosen.ports,
        services=not chosen.without_services,
        migrate=not chosen.without_migrations,
        clock=chosen.clock,
    )
    # Also when started in the background, where a shell makes its children deaf to Ctrl-C.
    for ask in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if ask is not signal.SIGHUP or signal.getsignal(ask) is not signal.SIG_IGN:  # nohup wants to stay
            signal.signal(ask, signal.default_int_handler)
    try:
        return _run(options)
    except StackError as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(options: StackOptions) -> int:
    began = time.monotonic()
    stack = Stack(options)
    try:
        stack.start()
        _welcome(stack, time.monotonic() - began)
        while True:
            stack.check()
            time.sleep(WATCH_SECONDS)
    except KeyboardInterrupt:
        began = time.monotonic()
        print("\nStopping.", flush=True)
        stack.stop()
        print(f"Stopped in {time.monotonic() - began:.1f} s.", flush=True)
        return 0
    finally:
        stack.stop()


def _welcome(stack: Stack, seconds: float) -> None:
    running = {name: url for name, url in stack.urls.items() if name in stack.children}
    lines = [
        f"Ready in {seconds:.1f} s.",
        *(f"  {name:<11} {url}" for name, url in running.items()),
        f"  {'broker':<11} {stack.broker.bootstrap_servers}",
        f"  {'postgres':<11} 127.0.0.1:{stack.postgres.port} (address with password: {stack.data}/stack.json)",
        f"  {'logs':<11} {stack.data}/logs",
        "Ctrl-C stops everything.",
    ]
    print("\n".join(lines), flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.stack", description=__doc__)
    up = parser.add_subparsers(required=True, metavar="COMMAND").add_parser(
        "up", help="start everything, watch it, stop it on Ctrl-C"
    )
    up.add_argument("--broker", choices=("embedded", "apache", "external"), default="embedded")
    up.add_argument("--ports", choices=("default", "free"), default="default")
    up.add_argument("--data", type=Path, default=StackOptions().data, help="default: .stack in the checkout")
    up.add_argument("--fresh", action="store_true", help="begin with an empty database, broker and mailbox")
    up.add_argument("--without-services", action="store_true", help="broker, database and mailbox only")
    up.add_argument("--without-migrations", action="store_true", help="leave the database as it is")
    up.add_argument("--clock", default="system", help="system, or file:PATH holding one ISO instant")
    return parser


if __name__ == "__main__":
    sys.exit(main())
