"""The real server on a data directory of its own: prepared, started, stopped, killed, imaged."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from tests.seizure.client import Browser
from tests.seizure.image import PEPPER, Image, take

ROOT = Path(__file__).parent.parent.parent
PREPARE = (
    "import sys, pathlib; from deploy.serve import prepare;"
    "prepare(pathlib.Path(sys.argv[1]), demo=True)"
)


class Server:
    """The server as `make run` starts it, with production costs; plain http, so demo cookies.

    `folder` gets `data/`, the pepper outside of it, `logs/` and `temporary/`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        pepper = folder / "pepper"
        pepper.write_text(secrets.token_hex(32))
        pepper.chmod(0o600)
        for beside in ("logs", "temporary"):
            (folder / beside).mkdir()
        self.configuration = {
            "NIGHTJAR_DATA": str(self.data),
            "NIGHTJAR_PEPPER_FILE": str(pepper),
            "NIGHTJAR_DEMO": "1",
            "NIGHTJAR_BIND": f"127.0.0.1:{self.port}",
            "DJANGO_SETTINGS_MODULE": "safety_app.settings",
            "TMPDIR": str(folder / "temporary"),
            "PYTHONWARNINGS": "",
        }

    @property
    def environment(self) -> dict[str, str]:
        """What it and the programs beside it are started with."""
        kept = {name: value for name, value in os.environ.items() if "NIGHTJAR" not in name}
        return {**kept, **self.configuration}

    def prepare(self) -> None:
        """Make the tables and load the public pages."""
        self.run("-c", PREPARE, str(self.data))

    def run(self, *arguments: str, **environment: str) -> str:
        """Run Python beside the server and return what it prints."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
        return done.stdout

    def start(self) -> None:
        """Start and wait until it answers."""
        out, err = (
            (self.folder / "logs" / name).open("ab") for name in ("stdout.log", "stderr.log")
        )
        with out, err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "safety_app.server"],
                cwd=ROOT,
                env=self.environment,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        for _attempt in range(300):
            if self.process.poll() is not None:
                raise RuntimeError((self.folder / "logs" / "stderr.log").read_text())
            try:
                if Browser(self.port).get("/healthz").status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server does not answer")

    def stop(self) -> None:
        """Stop cleanly."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """`kill -9`, all processes at once."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            if how == signal.SIGKILL:
                os.killpg(self.process.pid, how)
            else:
                self.process.send_signal(how)
            self.process.wait(60)
        self.process = None

    def image(self, *, pepper: bool = False) -> Image:
        """Every byte of data, configuration, logs and temporary files; the pepper if asked for."""
        lines = [f"{name}={value}" for name, value in self.configuration.items()]
        config = {"config/environment": "\n".join(lines).encode()}
        beside = {
            f"{place}/{one.name}": one.read_bytes()
            for place in ("logs", "temporary")
            for one in (self.folder / place).iterdir()
            if one.is_file()
        }
        taken = take(self.data, {**config, **beside})
        if pepper:
            return taken.altered({PEPPER: (self.folder / "pepper").read_bytes()})
        return taken


def free_port() -> int:
    """A port nobody listens on."""
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
