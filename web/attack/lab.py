"""Where attacks are tried: one house that most of them share, and houses of their own for those that break one."""

import random
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

from web.attack.house import OPERATION, PLAN, House, end_all
from web.attack.postgres import Postgres

PEOPLE = ("analyst", "clerk", "editor")


class Lab:
    """A folder of its own, a seeded die, and houses; `quick` tries fewer of everything."""

    def __init__(self, folder: Path, quick: bool = False, postgres: Postgres | None = None) -> None:
        self.folder, self.quick, self._postgres = folder, quick, postgres
        self.rng = random.Random(20220401)
        self._numbers, self._shared = count(1), list[House]()

    def few(self, many: int, few: int) -> int:
        """How many of something: `many`, or in a quick run `few`."""
        return few if self.quick else many

    def place(self) -> Path:
        """A new folder."""
        return Path(tempfile.mkdtemp(prefix=f"{next(self._numbers)}-", dir=self.folder))

    @property
    def kind(self) -> str:
        """The kind of database: sqlite or postgresql."""
        return "postgresql" if self._postgres is not None else "sqlite"

    @property
    def house(self) -> House:
        """The shared house, served without a planner."""
        if not self._shared:
            house = self.house_of_its_own()
            house.furnish(*PEOPLE)
            house.start()
            self._shared.append(house)
        return self._shared[0]

    @property
    def has_house(self) -> bool:
        """Whether the shared house is there already."""
        return bool(self._shared)

    def house_of_its_own(self, **more: str) -> House:
        """A house of one attack's own, not furnished yet."""
        url = self._postgres.empty() if self._postgres is not None else None
        return House(self.place(), url, **more)

    @contextmanager
    def served(
        self,
        *people: str,
        planning: bool = False,
        operation: Path = OPERATION,
        plan: Path | None = PLAN,
        **more: str,
    ) -> Iterator[House]:
        """A furnished house of one attack's own, served until the context ends."""
        house = self.house_of_its_own(**more)
        house.furnish(*people, operation=operation, plan=plan)
        with house.served(planning):
            yield house

    def without_postgres(self) -> AbstractContextManager[None]:
        """PostgreSQL is gone until the context ends."""
        assert self._postgres is not None
        return self._postgres.away()

    def close(self) -> None:
        """The shared house has ended, and whatever else still stands."""
        self._shared.clear()
        end_all()
