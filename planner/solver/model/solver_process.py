"""MathOpt in a process of its own, because its HiGHS hears nobody: whoever wants to stop it ends the process."""

import os
import pickle
import select
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import BinaryIO, cast

from planner.solver.model.request import Answer, Request
from planner.solver.progress import Clock

LOOK = 0.05  # seconds between two looks at whether somebody asked to stop
GRACE = 1.0  # seconds that a solver may take beyond its limit
READY = "ready"  # what the process says first
_MAIN = "import sys; sys.path[:] = {path!r}; from planner.solver.model.solver_process import main; main({parent})"


class SolverProcess:
    """A process that answers one request after the other; it starts with the first, and again after it was ended."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._is_ready = False  # it has loaded its library

    def answer_to(self, request: Request, clock: Clock) -> tuple[bool, Answer]:
        """Whether there is an answer, and the answer; there is none where somebody asked to stop, or time was up.

        A process that has not loaded its library when time is up goes on loading, for the next request. Raises
        RuntimeError where the process fell over.
        """
        process = self.start()
        asked, answered = _pipe(process.stdin), _pipe(process.stdout)
        try:
            if not self._is_ready and not _comes(answered, clock, request.until):
                return False, None
            self._is_ready = self._is_ready or pickle.load(answered) == READY
            if request.until <= time.monotonic():
                return False, None
            pickle.dump(request, asked, pickle.HIGHEST_PROTOCOL)
            asked.flush()
            if not _comes(answered, clock, request.until + GRACE):
                self.end()
                return False, None
            return True, cast(Answer, pickle.load(answered))  # from our own process
        except (EOFError, BrokenPipeError) as error:
            self.end()
            raise RuntimeError(f"the solver's process ended with status {process.returncode}") from error

    def end(self) -> None:
        """The process is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            with suppress(BrokenPipeError):  # what was not sent is lost, and may be
                _pipe(self._process.stdin).close()
            _pipe(self._process.stdout).close()
            self._process, self._is_ready = None, False

    def start(self) -> subprocess.Popen[bytes]:
        """The process, which runs from now on; it is not waited for."""
        if self._process is None or self._process.poll() is not None:
            main = _MAIN.format(path=sys.path, parent=os.getpid())
            self._is_ready = False
            self._process = subprocess.Popen(
                [sys.executable, "-c", main], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
        return self._process


_of_thread = threading.local()


def solver_process() -> SolverProcess:
    """The process of this thread."""
    if not hasattr(_of_thread, "process"):
        _of_thread.process = SolverProcess()
    return cast(SolverProcess, _of_thread.process)


def main(parent: int) -> None:
    """Answer requests from standard input until it ends; the process does not outlive its parent."""
    from planner.solver.model.mathopt_solve import answer_to  # noqa: PLC0415  # most of a second to load; the parent needs none of it

    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    pickle.dump(READY, answers)
    answers.flush()
    while True:
        try:
            request = pickle.load(sys.stdin.buffer)  # from our own parent
        except EOFError:
            return
        pickle.dump(answer_to(request), answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _comes(answered: BinaryIO, clock: Clock, until: float) -> bool:
    """Something has come from the process; False: it had not when time was up, or somebody asked to stop."""
    while not select.select([answered], [], [], LOOK)[0]:
        if clock.is_stopped or time.monotonic() > until:
            return False
    return True


def _pipe(pipe: object) -> BinaryIO:
    return cast(BinaryIO, pipe)
