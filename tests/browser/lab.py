"""A real JupyterLab with the extension, as a process of its own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

START_SECONDS = 60.0
LAYOUT_SECONDS = 20.0
TOKEN = "browser-tests"

SETTINGS = {
    # no questions in front of what is tested, and no requests to elsewhere
    "apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": False,
    },
    "docmanager-extension/plugin": {"autosave": False},
}


class JupyterLab:
    """A server on a free port of this machine, its root folder empty, its home its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._options = options
        self.root = folder / "root"
        self.root.mkdir()
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "LOGNAME": "ada",
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
            "JUPYTER_DOMINO_HOME": str(folder / "home"),
        }
        _write_settings(folder / "settings")
        self._workspaces = folder / "workspaces"
        self._log = folder / "server.log"
        self._process = self._start()

    def project(self, name: str, files: Mapping[str, str]) -> Path:
        """A project below the root, with some files, all synced."""
        folder = self.root / name
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        self.command(folder, "init")
        self.command(folder, "sync", "-m", "As it begins")
        return folder

    def command(self, folder: Path, *arguments: str) -> None:
        """Run `jupyter domino` in a folder, as from a terminal."""
        subprocess.run(
            [sys.executable, "-m", "jupyter_domino.frontends.cli", *arguments],
            cwd=folder,
            env=self.environment,
            check=True,
            capture_output=True,
            timeout=60,
        )

    def await_layout(self, *names: str) -> None:
        """Return when the layout that JupyterLab has saved names all of these."""
        deadline = time.monotonic() + LAYOUT_SECONDS
        while time.monotonic() < deadline:
            saved = "".join(path.read_text() for path in self._workspaces.glob("*"))
            if all(name in saved for name in names):
                return
            time.sleep(0.1)  # between two looks, not for something to have happened
        raise AssertionError(f"JupyterLab did not save a layout with {names}.")

    def set_theme(self, name: str) -> None:
        """Choose a theme; a page that is loaded after this has it."""
        request = urllib.request.Request(
            f"{self.url}/lab/api/settings/@jupyterlab/apputils-extension:themes",
            data=json.dumps({"raw": json.dumps({"theme": name})}).encode(),
            headers={"Authorization": f"token {TOKEN}"},
            method="PUT",
        )
        with urllib.request.urlopen(request, timeout=10):
            pass

    def stop(self) -> None:
        """End the server and its kernels."""
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start(self) -> "subprocess.Popen[bytes]":
        options = [
            "--no-browser",
            "--allow-root",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.root}",
            f"--IdentityProvider.token={TOKEN}",
            "--LabApp.extension_manager=readonly",
            *self._options,
        ]
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "jupyter", "lab", *options],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._await_answer(process)
        return process

    def _await_answer(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/api", timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)  # between two looks, not for something to have happened
        process.kill()
        process.wait()
        raise AssertionError(f"JupyterLab did not start:\n{self._log.read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _write_settings(folder: Path) -> None:
    for name, values in SETTINGS.items():
        path = folder / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
