"""Where the rows are filled: in this process, in a pool of processes, or on a Dask cluster; one interface."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import lru_cache, partial
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
PORTION, CLUSTER_PORTION = 100, 500
"""Rows a worker gets at a time; on a cluster each portion goes through the scheduler, which takes its time."""


class Pool:
    """Runs ``function`` over portions and yields the results in their order, whatever worker was first."""

    def __init__(
        self,
        make: Callable[[], Executor] | None = None,
        workers: int = 1,
        lost: tuple[type[BaseException], ...] = (),
        portion: int = PORTION,
        *,
        primed: bool = False,
        packed: bool = False,
    ) -> None:
        """Without ``make`` everything runs in this process. ``lost``: what is raised when the workers are gone for good.

        ``primed``: each worker did once what ``pool`` was given as ``first``. ``packed``: what goes to a worker and comes
        back is pickled here, which takes a fraction of what the cluster's own way takes.
        """
        self._make = make
        self._lost = lost
        self.workers = workers
        self.portion = portion
        self.primed = primed
        self._packed = packed
        self._executor = make() if make else None

    def map(self, function: Callable[[T], R], portions: Iterable[T]) -> Iterator[R]:
        """Raises what ``function`` raises, and UsageError when workers keep dying on a portion."""
        make, executor = self._make, self._executor
        if make is None or executor is None:
            for portion in portions:
                yield function(portion)
            return
        if self._packed:
            packed = (pickle.dumps(portion, pickle.HIGHEST_PROTOCOL) for portion in portions)
            call = partial(_called, pickle.dumps(function, pickle.HIGHEST_PROTOCOL))
            yield from map(pickle.loads, self._ahead(call, packed))
        else:
            yield from self._ahead(function, portions)

    def _ahead(self, function: Callable[[T], R], portions: Iterable[T]) -> Iterator[R]:
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
                for n, (other, done) in enumerate(waiting):
                    if not done.done() or done.exception() is not None:
                        waiting[n] = (other, self._submit(function, other))
            except self._lost as error:
                raise UsageError(
                    f"集群没有做完（{type(error).__name__}）；已写完的都是完整的，"
                    "请查调度器和工作节点（都要装同一版 docgen，能写同一个文件夹），再加 --resume 接着做。"
                ) from error
        raise UsageError("工作进程接连意外退出（可能是内存不足），请减少 --workers 后加 --resume 接着做。")

    def close(self, now: bool = False) -> None:
        """``now``: what is not begun is dropped. Processes are waited for in any case: nobody writes after the run."""
        if isinstance(self._executor, ProcessPoolExecutor):
            self._executor.shutdown(wait=True, cancel_futures=now)
        elif self._executor is not None:
            self._executor.shutdown(wait=not now)  # Dask knows no other argument


@lru_cache(maxsize=4)
def _function(packed: bytes) -> Callable[[Any], Any]:
    found: Callable[[Any], Any] = pickle.loads(packed)  # noqa: S301  our own, over a cluster that runs our code anyway
    return found


def _called(function: bytes, portion: bytes) -> bytes:
    """On the worker of a cluster."""
    done = _function(function)(pickle.loads(portion))  # noqa: S301  as above
    return pickle.dumps(done, pickle.HIGHEST_PROTOCOL)


@contextmanager
def pool(workers: int = 1, cluster: str | None = None, first: Callable[[], object] | None = None) -> Iterator[Pool]:
    """One process, ``workers`` processes, or the Dask scheduler at ``cluster`` (``tcp://…``). ``first`` is what each
    process of a pool does once before its work. Raises UsageError."""
    client: Any = None
    if cluster:
        client, made = _cluster(cluster)
    elif workers > 1:
        begin = partial(ProcessPoolExecutor, workers, initializer=_as_worker, initargs=(first,))
        made = Pool(begin, workers, primed=first is not None)
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


def _as_worker(first: Callable[[], object] | None) -> None:
    """Ctrl-C reaches every process of a terminal, but the parent alone decides what becomes of the run; a worker whose
    parent was killed would wait for work for ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if first is not None:
        first()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _cluster(address: str) -> tuple[Any, Pool]:
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise UsageError("没有安装 Dask：pip install 'docgen[cluster]'，或者改用 --workers。") from None
    try:
        client = distributed.Client(address, timeout=_CLUSTER_SECONDS)
        threads = sum(client.nthreads().values())
    except (OSError, TimeoutError, ValueError) as error:
        why = "地址写得不对" if isinstance(error, ValueError) else "没有应答"
        raise UsageError(f"连不上集群 {address}：{why}，请查地址和调度器，或者改用 --workers。") from None
    if not threads:
        client.close()
        raise UsageError(f"集群 {address} 上没有工作节点。")
    lost = (distributed.KilledWorker, distributed.comm.CommClosedError, CancelledError, ImportError, RuntimeError)
    begin = partial(client.get_executor, retries=_TRIES, pure=False)
    return client, Pool(begin, threads, lost, CLUSTER_PORTION, packed=True)
