"""A real S3 server for the tests: SeaweedFS on the loopback, in a folder of its own."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

BUCKET = "projects"
ACCESS_KEY = "tester"
SECRET_KEY = "correct-horse-battery-staple"
READER_KEY = "reader"

IDENTITIES = {
    "identities": [
        {
            "name": "tester",
            "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        },
        {
            "name": "reader",
            "credentials": [{"accessKey": READER_KEY, "secretKey": SECRET_KEY}],
            "actions": [f"Read:{BUCKET}", f"List:{BUCKET}"],
        },
    ]
}

ROLES = ("master", "volume", "filer", "s3")
READY_SECONDS = 60


class SeaweedServer:
    """Started when made, answering when made; `stop` ends it, and so does our own end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "data").mkdir()
        (folder / "s3.json").write_text(json.dumps(IDENTITIES))
        ports = free_ports(2 * len(ROLES))
        self.endpoint_url = f"http://127.0.0.1:{ports[-2]}"
        with (folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [*self._tether(), *self._command(ports)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "GOMEMLIMIT": "150MiB"},
            )
        try:
            self._make_bucket()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server, at once: nobody needs its files."""
        self._process.kill()
        self._process.wait()

    def _tether(self) -> list[str]:
        """The server must not outlive tests that are killed."""
        found = shutil.which("setpriv")
        return [found, "--pdeathsig", "KILL"] if found else []

    def _command(self, ports: list[int]) -> list[str]:
        pairs = zip(ROLES, zip(ports[::2], ports[1::2], strict=True), strict=True)
        beside = Path(sys.executable).parent / "weed"
        return [
            str(beside) if beside.exists() else "weed",
            f"-logdir={self._folder}",
            "server",
            f"-dir={self._folder / 'data'}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-filer",
            "-s3",
            *(f"-{role}.port={port}" for role, (port, _) in pairs),
            *(f"-{role}.port.grpc={port}" for role, port in zip(ROLES, ports[1::2], strict=True)),
            f"-filer.localSocket={self._folder / 'filer.sock'}",
            f"-s3.localSocket={self._folder / 's3.sock'}",
            f"-s3.config={self._folder / 's3.json'}",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-s3.iam=false",
            "-s3.autoCreateBucket=false",
            "-s3.cacheCapacityMB=0",
            "-master.telemetry=false",
            "-master.volumeSizeLimitMB=256",
            "-volume.max=40",
            "-volume.preStopSeconds=0",
        ]

    def _make_bucket(self) -> None:
        """Wait for the server by making the bucket and an object in it."""
        client = boto3.client(
            "s3",
            endpoint_url=self.endpoint_url,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
            region_name="us-east-1",
            config=Config(retries={"max_attempts": 1}, connect_timeout=1, read_timeout=5),
        )
        deadline = time.monotonic() + READY_SECONDS
        while True:
            try:
                client.create_bucket(Bucket=BUCKET)
                client.put_object(Bucket=BUCKET, Key="ready", Body=b"")
                return
            except client.exceptions.BucketAlreadyOwnedByYou:
                client.put_object(Bucket=BUCKET, Key="ready", Body=b"")
                return
            except (BotoCoreError, ClientError) as error:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    log = (self._folder / "log").read_text(errors="replace")[-2000:]
                    raise RuntimeError(f"SeaweedFS did not start:\n{log}") from error
                time.sleep(0.1)


def free_ports(count: int) -> list[int]:
    """Loopback ports that nobody listens on; held together, so that they differ."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
