"""What is costly and never changes is made once, however many ask for it at the same time."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class Cache(Generic[V]):
    """The latest `most` things that were asked for. What could not be made is made anew for the next who asks."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: OrderedDict[Hashable, V] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def clear(self) -> None:
        """Nothing is kept any more."""
        with self._lock:
            self._things.clear()

    def has(self, key: Hashable) -> bool:
        """Whether the thing of this key is kept at this moment."""
        with self._lock:
            return key in self._things

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """The thing of this key: kept, or made now by one of those who wait for it."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
                return self._things[key]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._things:
                    return self._things[key]
            try:
                return self._keep(key, make())
            finally:
                with self._lock:
                    self._making.pop(key, None)

    def _keep(self, key: Hashable, thing: V) -> V:
        with self._lock:
            self._things[key] = thing
            while len(self._things) > self._most:
                self._things.popitem(last=False)
        return thing
