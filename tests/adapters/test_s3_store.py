"""What a store in a bucket promises beyond the port: who is let in, and what is said if not."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from seaweed import BUCKET, READER_KEY, SECRET_KEY, SeaweedServer, free_ports

from jupyter_domino.adapters.s3 import S3Store
from jupyter_domino.errors import DominoError, Invalid, NotFound, Refused, Unavailable

pytestmark = pytest.mark.xdist_group("s3")

VERBS = {
    "get": lambda store: store.get("a"),
    "stat": lambda store: store.stat("a"),
    "list": lambda store: list(store.list("a/")),
    "delete": lambda store: store.delete("a"),
    "put": lambda store: store.put("a", b"x"),
    "put if absent": lambda store: store.put("a", b"x", if_absent=True),
    "large put": lambda store: store.put("a", bytes(2 << 20)),
}


def error_of(verb: str, store: S3Store) -> DominoError:
    with pytest.raises(DominoError) as error:
        VERBS[verb](store)
    assert "\n" not in str(error.value)
    assert SECRET_KEY not in str(error.value)
    assert store.url in str(error.value)
    return error.value


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("variable", ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"])
def test_wrong_credentials_are_refused_by_every_verb(
    s3_url: str, monkeypatch: pytest.MonkeyPatch, variable: str, verb: str
):
    monkeypatch.setenv(variable, "wrong")

    error = error_of(verb, S3Store.from_url(s3_url))

    assert isinstance(error, Refused)
    assert error.code == "credentials-refused"


@pytest.mark.parametrize("verb", ["delete", "put", "put if absent", "large put"])
def test_credentials_without_the_right_to_write_are_refused(
    s3_url: str, monkeypatch: pytest.MonkeyPatch, verb: str
):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", READER_KEY)
    store = S3Store.from_url(s3_url)

    error = error_of(verb, store)

    assert error.code == "credentials-refused"
    assert error.details["reason"] == "AccessDenied"
    assert list(store.list("")) == []


def test_no_credentials_at_all_are_refused(s3_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    error = error_of("get", S3Store.from_url(s3_url))

    assert error.code == "credentials-refused"
    assert "there are none" in str(error)


def test_an_unknown_profile_is_refused_by_name(s3_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_PROFILE", "nobody")

    error = error_of("get", S3Store.from_url(s3_url))

    assert error.code == "credentials-refused"
    assert "nobody" in str(error)


@pytest.mark.parametrize("verb", VERBS)
def test_a_missing_bucket_is_said_by_every_verb(s3_url: str, verb: str):
    error = error_of(verb, S3Store.from_url(s3_url.replace(BUCKET, "no-such-bucket")))

    assert isinstance(error, NotFound)
    assert error.code == "bucket-not-found"


@pytest.mark.parametrize("verb", ["get", "list", "put", "put if absent"])
def test_a_server_that_is_down_is_said_within_15_seconds(s3_environment: dict[str, str], verb: str):
    store = S3Store(BUCKET, endpoint_url=f"http://127.0.0.1:{free_ports(1)[0]}")

    began = time.monotonic()
    error = error_of(verb, store)

    assert time.monotonic() - began < 15
    assert isinstance(error, Unavailable)
    assert error.code == "store-unreachable"


@pytest.mark.parametrize(
    "url",
    [
        "s3://key:hunter2@bucket/prefix",
        "s3://bucket/prefix?endpoint_url=http://key:hunter2@host",
        "s3://bucket/prefix?secret=hunter2",
        "s3://bucket/prefix?endpoint_url=ftp://host",
        "s3://bucket/prefix?endpoint_url=",
        "s3://bucket/prefix#fragment",
        "s3://bucket/pre fix",
        "s3://bucket/a//b",
        "s3:///prefix",
        "s3://bücket",
    ],
)
def test_a_url_that_is_not_a_bucket_and_a_prefix_is_refused(url: str):
    with pytest.raises(Invalid) as error:
        S3Store.from_url(url)

    assert error.value.code == "bad-store-url"


@pytest.mark.parametrize(
    "url", ["s3://key:hunter2@bucket/p", "s3://b/p?endpoint_url=http://key:hunter2@host"]
)
def test_credentials_in_a_url_are_not_repeated(url: str):
    with pytest.raises(Invalid, match="AWS_ACCESS_KEY_ID") as error:
        S3Store.from_url(url)

    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(
    "url",
    ["s3://bucket", "s3://bucket/a/b", "s3://bucket/a?endpoint_url=http://127.0.0.1:8333"],
)
def test_a_url_is_kept(url: str):
    assert S3Store.from_url(url).url == url


def test_slashes_around_the_prefix_do_not_matter():
    assert S3Store.from_url("s3://bucket//a/b/").url == "s3://bucket/a/b"


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"])
def test_the_endpoint_comes_from_the_environment(
    s3_server: SeaweedServer, s3_url: str, monkeypatch: pytest.MonkeyPatch, variable: str
):
    monkeypatch.setenv(variable, s3_server.endpoint_url)

    S3Store.from_url(s3_url.partition("?")[0]).put("a", b"x")

    assert S3Store.from_url(s3_url).get("a") == b"x"


def test_the_endpoint_of_the_url_outranks_the_environment(
    s3_url: str, monkeypatch: pytest.MonkeyPatch
):
    nowhere = f"http://127.0.0.1:{free_ports(1)[0]}"
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", nowhere)
    monkeypatch.setenv("AWS_ENDPOINT_URL", nowhere)

    S3Store.from_url(s3_url).put("a", b"x")

    assert S3Store.from_url(s3_url).get("a") == b"x"


@pytest.mark.parametrize(
    "profile",
    [
        "endpoint_url = {url}",
        "services = ours\n[services ours]\ns3 =\n  endpoint_url = {url}",
    ],
    ids=["of the profile", "of its services"],
)
def test_a_profile_gives_credentials_and_endpoint(
    s3_server: SeaweedServer,
    s3_url: str,
    s3_environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    profile: str,
):
    S3Store.from_url(s3_url).put("a", b"x")
    (tmp_path / "config").write_text(
        "[profile ours]\n"
        f"aws_access_key_id = {s3_environment['AWS_ACCESS_KEY_ID']}\n"
        f"aws_secret_access_key = {SECRET_KEY}\n" + profile.format(url=s3_server.endpoint_url)
    )
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_PROFILE", "ours")

    assert S3Store.from_url(s3_url.partition("?")[0]).get("a") == b"x"


def test_stores_under_different_prefixes_do_not_meet(s3_url: str):
    one, other = (S3Store.from_url(re.sub(r"\?", f"/{name}?", s3_url)) for name in ("1", "11"))

    one.put("a/b", b"x")

    assert list(other.list("")) == []
    assert [info.key for info in one.list("")] == ["a/b"]
    assert [info.key for info in S3Store.from_url(s3_url).list("")] == ["1/a/b"]


def test_a_store_asks_nothing_until_its_first_verb():
    result = subprocess.run(
        [
            sys.executable,
            "-c",
            "import threading; from jupyter_domino.adapters.s3 import S3Store;"
            "S3Store.from_url('s3://b/p?endpoint_url=http://127.0.0.1:9');"
            "import os; print(len(os.listdir('/proc/self/task')))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )

    assert result.stdout == "1\n"
