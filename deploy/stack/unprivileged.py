"""PostgreSQL refuses to run as root: who runs it instead, without creating users or changing modes.

As root, a user namespace in which root is seen as `nobody`: the files stay root's. Where the machine refuses
namespaces (some containers), the real `nobody`, whose files then need a place that it can reach.
"""

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from deploy.stack.errors import NothingToRun
from deploy.stack.process import Account

# An account present on every machine: initdb asks the name of the user it runs as, even when told another.
NOBODY = "nobody"
USUAL = "postgres"
ELSEWHERE = "postgres.location"


@dataclass(frozen=True)
class Runner:
    """How to start a program that refuses root."""

    prefix: tuple[str, ...] = ()
    account: Account | None = None


def choose(user_namespaces: bool) -> Runner:
    """Return the least intrusive way that works here."""
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return Runner()
    try:
        nobody = pwd.getpwnam(NOBODY)
    except KeyError as missing:
        raise NothingToRun(
            f"PostgreSQL runs neither as root nor as a user without a name, and there is no user {NOBODY}. "
            "Start the stack as an ordinary user."
        ) from missing
    prefix = ("unshare", "--user", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}")
    if user_namespaces and _works(prefix):
        return Runner(prefix=prefix)
    if os.geteuid() != 0:
        raise NothingToRun(
            f"User {os.geteuid()} has no name on this machine and user namespaces are refused: "
            "PostgreSQL cannot start. Use a user listed in /etc/passwd."
        )
    return Runner(account=Account(nobody.pw_uid, nobody.pw_gid))


def _has_name(uid: int) -> bool:
    try:
        return bool(pwd.getpwuid(uid).pw_name)
    except KeyError:
        return False


def _works(prefix: tuple[str, ...]) -> bool:
    try:
        return subprocess.run([*prefix, "true"], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def known_home(data: Path) -> Path:
    """Return where the database of this data directory is, or would be."""
    elsewhere = data / ELSEWHERE
    if elsewhere.exists() and (place := Path(elsewhere.read_text())).is_dir():
        return place
    return data / USUAL


def home(data: Path, runner: Runner) -> Path:
    """Return the folder of the database: under `data`, or under /tmp when its user cannot reach `data`.

    The place under /tmp is remembered in `data`, and kept when a later start could do without it.
    """
    place = known_home(data)
    if place != data / USUAL or runner.account is None or _reachable(data):
        place.mkdir(mode=0o700, exist_ok=True)
    else:
        place = Path(tempfile.mkdtemp(prefix="vigie-postgres-"))
        if (data / USUAL).exists():
            shutil.copytree(data / USUAL, place, symlinks=True, dirs_exist_ok=True)
            shutil.rmtree(data / USUAL)
        (data / ELSEWHERE).write_text(str(place))
    give(place, runner)
    return place


def forget(data: Path) -> None:
    """Remove the database, wherever it is."""
    shutil.rmtree(known_home(data), ignore_errors=True)
    (data / ELSEWHERE).unlink(missing_ok=True)


def programs(installed: Path, place: Path, runner: Runner) -> Path:
    """Return a `bin` folder that the runner may read: the installed one, or else a copy beside the data."""
    if runner.account is None or _reachable(installed):
        return installed
    install, package = installed.parent, installed.parent.parent
    copy = place / "programs"
    if not copy.exists():
        shutil.copytree(install, copy / package.name / install.name, symlinks=True)
        # A wheel keeps the libraries of its programs beside its package, and the programs look for them there.
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, copy / libraries.name, symlinks=True)
        give(copy, runner)
    return copy / package.name / install.name / installed.name


def _reachable(folder: Path) -> bool:
    """Tell whether anybody may go down to this folder: a checkout under a 0700 /root is out of reach."""
    path = folder.resolve()
    return all(stat.S_IMODE(each.stat().st_mode) & stat.S_IXOTH for each in (path, *path.parents))


def give(path: Path, runner: Runner) -> None:
    """Make the runner the owner of a file, or of a folder and all it holds, as PostgreSQL demands."""
    account = runner.account or Account(os.geteuid(), os.getegid())
    below = (each for each in path.rglob("*")) if path.is_dir() else ()
    for each in (path, *below):
        if each.lstat().st_uid != account.uid:
            os.chown(each, account.uid, account.gid, follow_symlinks=False)
