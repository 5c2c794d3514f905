"""A store in an S3 bucket, at Amazon or at any server that speaks S3.

Bytes go through obstore; boto3 finds the credentials (environment, profiles, SSO,
roles) and renews them. Both take 0.2 s to load: wiring imports this module only for
`s3://`. obstore runs threads from the first verb on, which `os.fork` does not copy: a
process that has used a store must not fork.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

import botocore.session
import obstore
from botocore.exceptions import BotoCoreError
from obstore.auth.boto3 import Boto3CredentialProvider
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    GenericError,
    UnauthenticatedError,
)
from obstore.store import S3Store as Client

from jupyter_domino.errors import Conflict, DominoError, Invalid, NotFound, Refused, Unavailable
from jupyter_domino.store import ObjectInfo, check_key, check_prefix

if TYPE_CHECKING:
    from obstore import GetOptions, PutMode
    from obstore.store import ClientConfig, S3Config

GIVE_UP = timedelta(seconds=8)
"""Nothing is tried again after this long; with the last try, 12 s in all for a dead address."""

CONNECT = timedelta(seconds=3)
SILENCE = timedelta(seconds=20)
"""A server that sends nothing for this long, while its answer is awaited or read, is gone."""

BULK = timedelta(minutes=5)
"""For one large put or get: 64 MiB in 5 minutes are 1.8 Mbit/s."""

BULK_SIZE = 1 << 20
"""Bytes. The server is silent while it is sent to, so larger puts are timed as a whole only."""

CREDENTIALS = timedelta(minutes=9)
"""How long credentials are used before boto3 is asked again. boto3 renews those with less than
10 minutes left, and obstore asks 5 minutes early."""

PAGE = 1000
"""Keys in one answer to a listing: S3's own limit."""

Data = bytes | list[bytes]

REPEAT_SECONDS = 3
"""Within this time from its start, a conditional put is tried again, after these pauses."""

_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)

_STATUS = re.compile(r"status code: (\d{3})")
_CODE = re.compile(r"<Code>(\w+)</Code>|\(code: (\w+)\)")


class S3Store:
    """An `ObjectStore` in a bucket, which must exist.

    Args:
        bucket: its name.
        prefix: what all keys begin with in the bucket; without slashes at its ends.
        endpoint_url: the server; None: from AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL or the
            AWS profile, else Amazon's.
    """

    def __init__(self, bucket: str, prefix: str = "", *, endpoint_url: str | None = None) -> None:
        self._bucket = bucket
        self._prefix = prefix
        self._endpoint_url = endpoint_url
        self._has_bucket = False

    @classmethod
    def from_url(cls, url: str) -> "S3Store":
        """The store at `s3://bucket/prefix`, optionally with `?endpoint_url=http://host:port`.

        Raises:
            Invalid: `bad-store-url`, also for credentials in the URL, which would end in logs.
        """
        parts = urlsplit(url)
        options = parse_qs(parts.query, keep_blank_values=True)
        endpoint = options.pop("endpoint_url", [None])[-1]
        if "@" in f"{parts.netloc}{endpoint}":
            raise _bad_url(
                f"The URL of the store s3://{parts.hostname}{parts.path} holds credentials: leave "
                "them out, and put them into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or "
                "into an AWS profile."
            )
        if options or parts.fragment or not re.fullmatch(r"[A-Za-z0-9._-]+", parts.netloc):
            raise _bad_url(f"{url!r} is not s3://bucket/prefix with, at most, ?endpoint_url=….")
        if endpoint is not None and not re.match(r"https?://[^/]", endpoint):
            raise _bad_url(f"The endpoint_url of {url!r} must begin with http:// or https://.")
        prefix = parts.path.strip("/")
        try:
            check_prefix(f"{prefix}/" if prefix else "")
        except Invalid as error:
            raise _bad_url(f"{url!r} has a prefix that keys cannot begin with.") from error
        return cls(parts.netloc, prefix, endpoint_url=endpoint)

    @property
    def url(self) -> str:
        """`s3://bucket/prefix`, with the endpoint if the store was given one."""
        place = f"s3://{self._bucket}/{self._prefix}".rstrip("/")
        if self._endpoint_url is None:
            return place
        return f"{place}?endpoint_url={quote(self._endpoint_url, safe=':/')}"

    def put(self, key: str, data: bytes | list[bytes], *, if_absent: bool = False) -> None:
        """Write the whole object in one request (see `ObjectStore.put`)."""
        check_key(key)
        if not if_absent:
            return self._put(key, data, "overwrite")
        # obstore does not repeat a conditional put whose reply was lost. We may: who is then
        # told that the object is there reads it back.
        deadline = time.monotonic() + REPEAT_SECONDS
        for pause in _PAUSES:
            try:
                return self._put(key, data, "create")
            except (Conflict, Unavailable) as error:
                # 412: it is there. 409: a rival is writing it and may yet fail.
                if isinstance(error, Conflict) and self._is_there(key):
                    raise
                if time.monotonic() > deadline:
                    raise
            time.sleep(pause)
        return self._put(key, data, "create")

    def get(self, key: str, *, start: int = 0, length: int | None = None) -> bytes:
        """The object's bytes (see `ObjectStore.get`)."""
        check_key(key)
        if length == 0:
            self.stat(key)
            return b""
        with self._reported(key):
            try:
                if length is not None:
                    return bytes(obstore.get_range(self._client, key, start=start, length=length))
                options: GetOptions = {"range": {"offset": start}} if start else {}
                return bytes(obstore.get(self._client, key, options=options).bytes())
            except GenericError as error:
                if _status(error) == "416":  # the object ends before `start`
                    return b""
                raise

    def stat(self, key: str) -> ObjectInfo:
        """Key and size (see `ObjectStore.stat`)."""
        check_key(key)
        with self._reported(key):
            return ObjectInfo(key, obstore.head(self._client, key)["size"])

    def list(self, prefix: str, *, limit: int | None = None) -> Iterator[ObjectInfo]:
        """Objects in ascending order of key (see `ObjectStore.list`)."""
        check_prefix(prefix)
        found: list[ObjectInfo] = []
        with self._reported(prefix):
            for page in obstore.list(self._client, prefix or None, chunk_size=PAGE):
                found += [ObjectInfo(item["path"], item["size"]) for item in page]
                if limit is not None and _is_settled(found[:limit], prefix, limit):
                    break
        found.sort(key=lambda info: info.key)
        yield from found[:limit]

    def delete(self, key: str) -> None:
        """Remove the object; without effect when it is not there."""
        check_key(key)
        with self._reported(key):
            obstore.delete(self._client, key)

    def _put(self, key: str, data: Data, mode: "PutMode") -> None:
        size = len(data) if isinstance(data, bytes) else sum(map(len, data))
        with self._reported(key):
            client = self._client if size < BULK_SIZE else self._bulk_client
            # Not in parts: those cannot be conditional, and what a crash leaves of them costs.
            obstore.put(client, key, data, mode=mode, use_multipart=False)

    def _is_there(self, key: str) -> bool:
        try:
            self.stat(key)
        except NotFound as error:
            if error.code != "not-found":
                raise
            return False
        return True

    @cached_property
    def _client(self) -> Client:
        return self._connect({"timeout": BULK, "read_timeout": SILENCE})

    @cached_property
    def _bulk_client(self) -> Client:
        return self._connect({"timeout": BULK})

    def _connect(self, timeouts: "ClientConfig") -> Client:
        account = self._account
        is_open = account.endpoint_url is not None and account.endpoint_url.startswith("http:")
        config: S3Config = {"region": account.region}
        if account.endpoint_url is not None:
            config["aws_endpoint_url_s3"] = account.endpoint_url  # the one no variable outranks
        return Client(
            self._bucket,
            prefix=self._prefix or None,
            config=config,
            client_options={**timeouts, "connect_timeout": CONNECT, "allow_http": is_open},
            retry_config={"max_retries": 10, "retry_timeout": GIVE_UP},
            credential_provider=account.credentials,
        )

    @cached_property
    def _account(self) -> "_Account":
        return _find_account(self.url, self._endpoint_url)

    @contextmanager
    def _reported(self, key: str) -> Iterator[None]:
        """Tell obstore's errors in our words."""
        try:
            yield
        except (BaseError, FileNotFoundError) as error:
            raise self._report(error, key) from error

    def _report(self, error: Exception, key: str) -> DominoError:
        status, code = _status(error), _code(error)
        details: dict[str, object] = {"store": self.url, "key": key, "reason": code}
        if isinstance(error, AlreadyExistsError):
            message = f"The store {self.url} has {key} already."
            return Conflict(message, code="already-exists", details=details)
        if isinstance(error, UnauthenticatedError) or status in ("401", "403") or code in _DENIED:
            return _refused(self.url, code)
        if code in ("NoSuchBucket", "InvalidBucketName"):
            return self._no_bucket()
        if isinstance(error, FileNotFoundError):
            return self._absent(key)
        if status == "301" or code in ("PermanentRedirect", "AuthorizationHeaderMalformed"):
            return _bad_url(
                f"The bucket of {self.url} is in another region: set AWS_DEFAULT_REGION to its."
            )
        if status == "507":
            return Unavailable(
                f"No space is left in the store {self.url}: free some, then try again.",
                code="disk-full",
                details=details,
            )
        server = self._account.endpoint_url or "Amazon S3"
        return Unavailable(
            f"The store {self.url} does not answer as it should ({_reason(error)}): see that "
            f"{server} is running and can be reached, then try again.",
            code="store-unreachable",
            details=details,
        )

    def _absent(self, key: str) -> NotFound:
        """An answer without a body does not say whether the object or the bucket is absent."""
        if not self._has_bucket:
            try:
                next(self.list("", limit=1), None)
            except NotFound as error:
                return error
            self._has_bucket = True
        return NotFound(f"The store {self.url} has no object {key}.")

    def _no_bucket(self) -> NotFound:
        return NotFound(
            f"There is no bucket {self._bucket} for the store {self.url}: make it, or mend the "
            "store's URL.",
            code="bucket-not-found",
            details={"store": self.url},
        )


@dataclass(frozen=True)
class _Account:
    """Who we are to the server, and where it is."""

    credentials: Boto3CredentialProvider
    region: str
    endpoint_url: str | None


_DENIED = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken"}


def _find_account(url: str, endpoint_url: str | None) -> _Account:
    """What boto3 knows of this user, asked once so that what is wrong shows here."""
    try:
        session = botocore.session.Session()
        region = session.get_config_variable("region") or os.environ.get("AWS_REGION")
        endpoint_url = endpoint_url or _configured_endpoint(session)
        if session.get_credentials() is None:
            raise _refused(url, "there are none")
        credentials = Boto3CredentialProvider(session, ttl=CREDENTIALS)
        credentials()
    except BotoCoreError as error:
        raise _refused(url, str(error)) from error
    return _Account(credentials, region or "us-east-1", endpoint_url)


def _configured_endpoint(session: botocore.session.Session) -> str | None:
    """The endpoint of the environment, else of the profile, in boto3's order.

    boto3 tells it publicly only through a client, which takes 0.1 s to make.
    """
    profile = session.get_scoped_config()
    services = session.full_config.get("services", {}).get(profile.get("services"), {})
    found = (
        os.environ.get("AWS_ENDPOINT_URL_S3")
        or os.environ.get("AWS_ENDPOINT_URL")
        or services.get("s3", {}).get("endpoint_url")
        or profile.get("endpoint_url")
    )
    return str(found) if found else None


def _is_settled(found: list[ObjectInfo], prefix: str, limit: int) -> bool:
    """Nothing that is still to be listed can come before these.

    Some servers list folder by folder, so that `a/x` comes before `a-b`, unlike in the order
    of keys. The two orders agree as long as no slash has followed the prefix.
    """
    return len(found) == limit and not any("/" in info.key[len(prefix) :] for info in found)


def _status(error: Exception) -> str | None:
    match = _STATUS.search(str(error))
    return match.group(1) if match else None


def _code(error: Exception) -> str | None:
    match = _CODE.search(str(error))
    return match.group(1) or match.group(2) if match else None


def _reason(error: Exception) -> str:
    """What went wrong, from obstore's first line: it ends in ' - ' and the cause."""
    return _code(error) or str(error).partition("\n")[0].rpartition(" - ")[2][:200]


def _refused(url: str, reason: str | None) -> Refused:
    return Refused(
        f"The store {url} refused the credentials ({reason or 'no reason was given'}): check "
        "AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and their rights.",
        code="credentials-refused",
        details={"store": url, "reason": reason},
    )


def _bad_url(message: str) -> Invalid:
    return Invalid(message, code="bad-store-url")
