"""What hundreds of applications have in common is made once in a process: templates, addresses, statements, documents.

Each of these fixtures keeps what a function made of something, and gives it to the next who has the very same thing.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType
from typing import Any

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, create_engine
from werkzeug.routing import Rule

from models import database, sealed, snapshots
from planner import edits, stored_scenario
from planner.files import parse_operation
from planner.operation import Operation

MOST = 200  # documents or keys that are kept: the examples and what a few tests in a row make of them


class Compiled(BytecodeCache):
    """Templates that another test's application has compiled: they are the same for all of them."""

    def __init__(self) -> None:
        self._codes: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """The bucket has its code, where it was made from the same source."""
        checksum, code = self._codes.get(bucket.key, ("", None))
        bucket.code = code if checksum == bucket.checksum else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        """The bucket's code is kept."""
        assert bucket.code is not None
        self._codes[bucket.key] = bucket.checksum, bucket.code


@pytest.fixture(scope="session", autouse=True)
def templates_are_compiled_once() -> Iterator[None]:
    """Hundreds of applications are made of the same templates."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {**Flask.jinja_options, "bytecode_cache": Compiled()})
        yield


@pytest.fixture(scope="session", autouse=True)
def addresses_are_compiled_once() -> Iterator[None]:
    """Hundreds of applications have the same rules of addresses: what builds one from such a rule is made once."""
    compiled, builders = Rule._compile_builder, dict[tuple[Any, ...], Any]()

    def builder(rule: Rule, append_unknown: bool = True) -> Any:
        key = (*rule._trace, *sorted((rule.defaults or {}).items()), append_unknown)
        if key not in builders:
            builders[key] = compiled(rule, append_unknown)
        return builders[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", builder)
        yield


@pytest.fixture(scope="session", autouse=True)
def statements_are_compiled_once() -> Iterator[None]:
    """Hundreds of files of SQLite are asked the same: they share one dialect and, by it, the compiled statements."""
    compiled, first = dict[Any, Any](), list[Engine]()

    def shared(*words: Any, **more: Any) -> Engine:
        engine = create_engine(*words, **more)
        if engine.dialect.name == "sqlite":
            first[:] = first or [engine]
            engine.dialect = first[0].dialect  # statements are kept by the dialect that they were compiled for
            engine.update_execution_options(compiled_cache=compiled)
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "create_engine", shared)
        yield


@pytest.fixture(scope="session", autouse=True)
def keys_of_backups_are_derived_once() -> Iterator[None]:
    """A backup is read with the key that it was written with: Scrypt, costly by intent, makes it of each salt once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealed, "_keys", lru_cache(MOST)(sealed._keys))
        yield


@pytest.fixture(scope="session", autouse=True)
def documents_are_read_once() -> Iterator[None]:
    """An example is stored and shown by hundreds of tests: the same text is the same operation, which never changes."""
    known = dict[str, Operation]()

    def read(data: Any) -> Operation:
        try:
            text = json.dumps(data)
        except (TypeError, ValueError, RecursionError):  # no document: its reader says what is wrong
            return parse_operation(data)
        found = known.get(text)
        if found is None:
            found = parse_operation(data)
            if len(known) >= MOST:
                known.clear()
            known[text] = found
        return found

    with pytest.MonkeyPatch.context() as patch:
        for module in (edits, snapshots, stored_scenario):
            patch.setattr(module, "parse_operation", read)
        yield
