"""python -m deploy.demo: the main job from nothing, then pages to look at. With --smoke: in one shot, for machines."""

import argparse
import json
import signal
import sys
import tempfile
import time
from pathlib import Path

from deploy.demo import narration
from deploy.demo.campaign import Campaign
from deploy.demo.inputs import InputError, find
from deploy.demo.preparation import load_catalogue, set_clock
from deploy.demo.sending import as_curl
from deploy.demo.timeline import CAMPAIGN, LAST_WORD, name_of
from deploy.stack.errors import StackError
from deploy.stack.options import CHECKOUT, StackOptions
from deploy.stack.programs import SERVICES
from deploy.stack.stack import Stack, discard

INPUT = Path(__file__).with_name("input")
DEMO_FOLDER = CHECKOUT / ".stack" / "demo"
WATCH_SECONDS = 0.3
TICK_SECONDS = "0.2"
"""The rules are passed over more often than in production: somebody is waiting for the mail."""


def main(arguments: list[str] | None = None) -> int:
    chosen = _parser().parse_args(arguments)
    for ask in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if ask is not signal.SIGHUP or signal.getsignal(ask) is not signal.SIG_IGN:  # nohup wants to stay
            signal.signal(ask, signal.default_int_handler)
    scratch = Path(tempfile.mkdtemp(prefix="vigie-smoke-")) if chosen.smoke and not chosen.stack_dir else None
    code = 1
    try:
        code = _run(chosen, chosen.stack_dir or scratch or DEMO_FOLDER)
    except (StackError, InputError) as failure:
        print(f"\n{failure}", file=sys.stderr)
    except KeyboardInterrupt:
        code = 130
    finally:
        if scratch is not None and code == 1:
            print(f"The logs are in {scratch}/logs.", file=sys.stderr)
        elif scratch is not None:
            discard(scratch)
    return code


def _run(chosen: argparse.Namespace, folder: Path) -> int:
    began = time.monotonic()
    clock = folder / "clock"
    folder.mkdir(parents=True, exist_ok=True)
    set_clock(clock, CAMPAIGN[0].at)
    options = StackOptions(
        data=folder,
        fresh=True,
        broker=chosen.broker,
        ports="free" if chosen.smoke else "default",
        durable=not chosen.smoke,
        services=False,
        clock=f"file:{clock}",
        extra_env={"VIGIE_TICK_SECONDS": TICK_SECONDS},
    )
    narration.say("Vigie démarre : courtier de messages, PostgreSQL, boîte aux lettres et quatre services.")
    with Stack(options) as stack:
        for name in SERVICES:
            stack.start_service(name, wait=False)
        narration.say(load_catalogue(stack))
        for name in SERVICES:
            stack.await_service(name)
        narration.say(f"Tout répond après {time.monotonic() - began:.1f} s.")
        campaign = Campaign(stack, clock, chosen.data.resolve())
        shown = campaign.run(began)
        narration.tell_end(shown)
        if chosen.smoke:
            shown["correction"] = campaign.correct()
        for failure in campaign.failures:
            print(f"NOT AS EXPECTED: {failure}", file=sys.stderr)
        if chosen.smoke:
            print(json.dumps(shown, ensure_ascii=False), flush=True)
        else:
            _invite(stack, campaign)
            _stay(stack)
    return 1 if campaign.failures else 0


def _invite(stack: Stack, campaign: Campaign) -> None:
    """The addresses, and something to try."""
    urls = stack.urls
    narration.say(
        "",
        narration.paint("À regarder", "bold"),
        f"  la région           {urls['dashboard']}/territoires/REG-76",
        f"  les alertes         {urls['dashboard']}/alertes",
        f"  les remontées       {urls['dashboard']}/remontees",
        f"  les courriels       {urls['mailbox']}/",
        f"  les données         {urls['dashboard']}/v1/rollups?territory=REG-76&period=2020",
    )
    file, who = find(campaign.folder, LAST_WORD.stem), name_of(LAST_WORD.sender)
    if file is not None:
        narration.say(
            "",
            narration.paint(f"À essayer : {who} corrige ses chiffres (données simulées)", "bold"),
            "  Ouvrez cette page et la boîte aux lettres, puis envoyez le classeur corrigé dans un autre terminal :",
            f"  {urls['dashboard']}/indicateurs/ax2.ase_exit.in_framework?territoire=REG-76&periode=2020",
            "",
            as_curl(urls["ingestion"], LAST_WORD, file, campaign.tokens[LAST_WORD.sender]),
            "",
            f"  La page change d'elle-même, l'alerte « {who} » est annulée et un courriel le dit.",
        )
    narration.say("", "Ctrl-C arrête tout.")


def _stay(stack: Stack) -> None:
    """Stay up until somebody asks for the end; a service that dies ends it too, with its last lines."""
    try:
        while True:
            stack.check()
            time.sleep(WATCH_SECONDS)
    except KeyboardInterrupt:
        narration.say("", "Arrêt.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.demo", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="free ports, one JSON object as the last line, then stop")
    parser.add_argument("--broker", choices=("embedded", "apache", "external"), default="embedded")
    parser.add_argument("--data", type=Path, default=INPUT, help="the files to send; default: deploy/demo/input")
    parser.add_argument("--stack-dir", type=Path, help="where the stack keeps its data, emptied first")
    return parser


if __name__ == "__main__":
    sys.exit(main())
