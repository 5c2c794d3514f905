"""Real stores for everybody: in memory, in a folder, and in a bucket of a server of our own."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from seaweed import ACCESS_KEY, BUCKET, SECRET_KEY, SeaweedServer

from jupyter_domino.adapters.directory import DirectoryStore
from jupyter_domino.adapters.memory import MemoryStore
from jupyter_domino.adapters.s3 import S3Store
from jupyter_domino.store import ObjectStore

S3 = pytest.param("s3", marks=pytest.mark.xdist_group("s3"))
"""One worker runs all that needs the server, so that one server is enough."""


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeaweedServer]:
    server = SeaweedServer(tmp_path_factory.mktemp("seaweed"))
    yield server
    server.stop()


@pytest.fixture
def s3_environment(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The right credentials, in this process's environment, and no others to be found."""
    variables = {
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


@pytest.fixture
def s3_url(s3_server: SeaweedServer, s3_environment: dict[str, str]) -> str:
    """A store of one's own in the bucket."""
    return f"s3://{BUCKET}/{uuid.uuid4().hex}?endpoint_url={s3_server.endpoint_url}"


@pytest.fixture
def memory_store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def directory_store(tmp_path: Path) -> DirectoryStore:
    store = DirectoryStore(tmp_path / "store")
    store.create()
    return store


@pytest.fixture
def s3_store(s3_url: str) -> S3Store:
    return S3Store.from_url(s3_url)


@pytest.fixture(params=["memory", "directory", S3])
def store(request: pytest.FixtureRequest) -> ObjectStore:
    """Each kind of store, empty."""
    made: ObjectStore = request.getfixturevalue(f"{request.param}_store")
    return made
