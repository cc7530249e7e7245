"""Where the rows are filled: in this process, in a pool of processes, or on a Dask cluster; one interface."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeVar

from docgen.errors import UsageError

T = TypeVar("T")
R = TypeVar("R")

_AHEAD = 3
"""Portions in flight for each worker: enough that none waits, few enough that memory stays flat."""
_TRIES = 3
"""How often a portion is tried whose worker died."""
_CLUSTER_SECONDS = 20


class Pool:
    """Runs ``function`` over portions and yields the results in their order, whatever worker was first."""

    def __init__(self, make: Callable[[], Executor] | None = None, workers: int = 1) -> None:
        """Without ``make`` everything runs in this process."""
        self._make = make
        self.workers = workers
        self._executor = make() if make else None

    def map(self, function: Callable[[T], R], portions: Iterable[T]) -> Iterator[R]:
        """Raises what ``function`` raises, and UsageError when workers keep dying on a portion."""
        make, executor = self._make, self._executor
        if make is None or executor is None:
            for portion in portions:
                yield function(portion)
            return
        waiting: deque[tuple[T, Future[R]]] = deque()
        for portion in portions:
            waiting.append((portion, self._submit(function, portion)))
            if len(waiting) >= self.workers * _AHEAD:
                yield self._result(function, waiting)
        while waiting:
            yield self._result(function, waiting)

    def _submit(self, function: Callable[[T], R], portion: T) -> Future[R]:
        if self._executor is None:
            raise RuntimeError("a pool that was closed")
        try:
            return self._executor.submit(function, portion)
        except BrokenProcessPool:
            return self._again().submit(function, portion)

    def _again(self) -> Executor:
        """Another executor in place of the one that died with its worker."""
        if self._make is None:
            raise RuntimeError("a pool without processes")
        self._executor = self._make()
        return self._executor

    def _result(self, function: Callable[[T], R], waiting: deque[tuple[T, Future[R]]]) -> R:
        portion, future = waiting.popleft()
        for _ in range(_TRIES):
            try:
                return future.result()
            except BrokenProcessPool:  # the whole pool is gone with its worker: ask again for all that was under way
                future = self._again().submit(function, portion)
                for n, (other, _) in enumerate(waiting):
                    waiting[n] = (other, self._submit(function, other))
        raise UsageError("工作进程接连意外退出（可能是内存不足），请减少 --workers 后加 --resume 接着做")

    def close(self, now: bool = False) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=not now, cancel_futures=True)


@contextmanager
def pool(workers: int = 1, cluster: str | None = None) -> Iterator[Pool]:
    """One process, ``workers`` processes, or the Dask scheduler at ``cluster`` (``tcp://…``). Raises UsageError."""
    client: Any = None
    if cluster:
        client, made = _cluster(cluster)
    elif workers > 1:
        made = Pool(lambda: ProcessPoolExecutor(workers, initializer=_leave_interrupts), workers)
    else:
        made = Pool()
    try:
        yield made
    except BaseException:
        made.close(now=True)
        raise
    else:
        made.close()
    finally:
        if client is not None:
            client.close()


def _leave_interrupts() -> None:
    """Ctrl-C reaches every process of a terminal; the parent alone decides what becomes of the run."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _cluster(address: str) -> tuple[Any, Pool]:
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise UsageError("没有安装 Dask：pip install 'docgen[cluster]'，或者改用 --workers") from None
    try:
        client = distributed.Client(address, timeout=_CLUSTER_SECONDS)
        threads = sum(client.nthreads().values())
    except (OSError, TimeoutError, ValueError) as error:
        raise UsageError(f"连不上集群 {address}：{error or '没有应答'}") from None
    if not threads:
        client.close()
        raise UsageError(f"集群 {address} 上没有工作节点")
    return client, Pool(lambda: client.get_executor(retries=_TRIES, pure=False), threads)
