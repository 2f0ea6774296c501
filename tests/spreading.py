"""Which tests may run beside each other: those of different files, but for files that start whole clusters."""

from pathlib import PurePath

from xdist.scheduler import LoadScopeScheduling

CLUSTERS = ("test_whole", "test_web_whole", "test_jobs_kills", "test_jobs_processes", "test_jobs", "test_jobs_spread")
"""Files whose tests start servers, schedulers and workers by the dozen: one at a time."""


def order(file: str) -> int:
    """The place of a file in a run: clusters first, since they take longest and nothing may wait for them alone."""
    return 0 if file in CLUSTERS else 1


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out whole files to the processes, and the files with clusters as one."""

    def _split_scope(self, nodeid: str) -> str:
        file = PurePath(nodeid.partition("::")[0]).stem
        return "clusters" if file in CLUSTERS else file
