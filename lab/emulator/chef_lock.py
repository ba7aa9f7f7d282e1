"""The run lock: only one client runs at a time on a machine; others wait up to their timeout, or forever if they have none.

https://github.com/chef/chef/blob/v18.8.72/lib/chef/run_lock.rb. The file remains and contains the process id of its last owner.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from chef_distribution import Distribution
from chef_server import Refused


@contextmanager
def run_lock(distribution: Distribution, timeout_seconds: float | None) -> Iterator[None]:
    distribution.cache.mkdir(parents=True, exist_ok=True)
    with open(distribution.cache / f"{distribution.client}-running.pid", "a+") as file:
        file.seek(0)
        _acquire(file, file.read().strip(), distribution.product, timeout_seconds)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _acquire(file: object, holder: str, product: str, timeout_seconds: float | None) -> None:
    started, said = time.monotonic(), False
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if timeout_seconds is not None and time.monotonic() - started >= timeout_seconds:
                waited = f"Waited {timeout_seconds:g} seconds for {holder} to release."
                raise Refused(f"Chef::Exceptions::RunLockTimeout: Unable to acquire lock. {waited}") from None
            if not said:
                print(f"WARN: {product} {holder} is running, will wait for it to finish and then run.", flush=True)
                said = True
            time.sleep(0.1)
