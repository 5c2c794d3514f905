import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from bench import Bench, guard_of, is_running, kill

from jupyter_domino.adapters.processes import LocalProcesses
from jupyter_domino.compute.run_folder import RunFolder
from jupyter_domino.compute.runner import Phase
from jupyter_domino.errors import Unavailable

MIB = 1 << 20


def test_a_job_passes_its_stages_and_keeps_its_exit_code_and_whole_log(bench: Bench):
    job = bench.start("echo out; echo err >&2; exit 7", prepare="echo prepared")

    seen = bench.ended(job)

    assert seen.codes == {"prepare": 0, "run": 7, "finish": 0}
    assert bench.log(job) == "prepared\nout\nerr\nfinished\n"
    assert seen.started is not None
    assert seen.lost_in is None


def test_a_job_outlives_the_process_that_started_it(bench: Bench):
    starter = (
        "import sys, os, signal; from pathlib import Path\n"
        "sys.path[:0] = sys.argv[2:]\n"
        "from bench import Bench\n"
        "bench = Bench.__new__(Bench); bench.scratch = Path(sys.argv[1], 'scratch')\n"
        "from jupyter_domino.adapters.processes import LocalProcesses\n"
        "spec = bench.spec('sleep 0.5; echo still here; exit 3')\n"
        "LocalProcesses(Path(sys.argv[1], 'jobs')).start(spec)\n"
        "print(spec.job, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", starter, bench.jobs.parent, str(Path(__file__).parent)],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    job = killed.stdout.strip()

    assert killed.returncode == -signal.SIGKILL
    assert bench.runner.observe(job).is_alive
    assert bench.ended(job).codes["run"] == 3
    assert bench.log(job) == "still here\nfinished\n"


def test_killing_the_supervisor_ends_the_job_at_once_and_finishes_it_once(bench: Bench):
    job = bench.start("sleep 600 & echo $! > child; echo $$ > shell; wait")
    pids = [int(bench.file("child")), int(bench.file("shell"))]

    kill(bench.supervisor(job))
    seen = bench.ended(job)

    assert seen.lost_in == "run"
    assert not seen.restarted
    assert seen.codes == {"prepare": 0, "finish": 0}
    assert bench.log(job) == "finished\n"
    assert [pid for pid in pids if is_running(pid)] == []


def test_a_job_whose_supervisor_and_guard_are_killed_is_ended_by_who_looks(bench: Bench):
    job = bench.start("setsid sleep 600 & echo $! > daemon; sleep 600")
    daemon = int(bench.file("daemon"))
    supervisor = bench.supervisor(job)

    kill(guard_of(supervisor))
    kill(supervisor)
    bench.until(job, lambda seen: not seen.is_alive)
    for _ in range(3):
        bench.runner.recover(job)
    seen = bench.ended(job)

    assert seen.lost_in == "run"
    assert bench.log(job) == "finished\n"
    assert not is_running(daemon)


def test_a_supervisor_killed_while_finishing_leaves_the_exit_code(bench: Bench):
    job = bench.start("exit 5", finish="echo $$ > finishing; [ -e again ] || sleep 600")
    bench.file("finishing")
    (bench.scratch / "again").touch()

    kill(bench.supervisor(job))
    seen = bench.ended(job)

    assert seen.codes == {"prepare": 0, "run": 5, "finish": 0}
    assert seen.lost_in == "finish"


def test_a_recovery_that_dies_again_and_again_is_given_up(bench: Bench):
    job = bench.start("true", finish="kill -9 $PPID; sleep 600")

    def look() -> bool:
        seen = bench.runner.observe(job)
        if not seen.is_alive and seen.phase is not Phase.ENDED:
            bench.runner.recover(job)
        return seen.phase is Phase.ENDED

    bench.until(job, lambda _: look())

    assert "finish" not in bench.runner.observe(job).codes


def test_nothing_that_a_command_leaves_behind_outlives_it(bench: Bench):
    daemonise = (
        "import os, sys, time\n"
        "if os.fork(): sys.exit()\n"
        "os.setsid()\n"
        "if os.fork(): sys.exit()\n"
        "open('daemon', 'w').write(f'{os.getpid()}\\n')\n"
        "time.sleep(600)\n"
    )
    (bench.scratch / "daemonise.py").write_text(daemonise)
    job = bench.start(f"{sys.executable} daemonise.py; while [ ! -s daemon ]; do :; done")

    bench.ended(job)

    assert not is_running(int(bench.file("daemon")))


def test_a_stop_interrupts_and_what_was_done_is_finished(bench: Bench):
    job = bench.start(
        "trap 'echo interrupted; exit 9' INT; echo > up; while :; do sleep 0.05; done"
    )
    bench.file("up")

    bench.runner.stop(job, discard=False)
    seen = bench.ended(job)

    assert seen.stopped
    assert seen.codes["run"] == 9
    assert bench.log(job) == "interrupted\nfinished\n"


def test_a_command_that_will_not_stop_is_terminated_and_then_killed(bench: Bench):
    job = bench.start("trap 'echo INT' INT; trap 'echo TERM' TERM; echo > up; while :; do :; done")
    bench.file("up")

    bench.runner.stop(job, discard=False)
    seen = bench.ended(job)

    assert seen.codes["run"] == 128 + signal.SIGKILL
    assert bench.log(job) == "INT\nTERM\nfinished\n"


def test_stopping_again_takes_the_next_step_at_once(bench: Bench):
    job = bench.start(
        "trap '' INT TERM; echo > up; while :; do sleep 0.05; done",
    )
    bench.file("up")
    began = time.monotonic()

    for _ in range(3):
        bench.runner.stop(job, discard=True)
    seen = bench.ended(job)

    assert seen.discard
    assert seen.codes["run"] == 128 + signal.SIGKILL
    assert time.monotonic() - began < 10


def test_a_stop_while_preparing_keeps_the_command_from_beginning(bench: Bench):
    job = bench.start("echo ran", prepare="echo > preparing; sleep 600")
    bench.file("preparing")

    bench.runner.stop(job, discard=False)
    seen = bench.ended(job)

    assert seen.stopped
    assert "run" not in seen.codes
    assert bench.log(job) == "finished\n"


def test_a_first_stop_does_not_cut_short_the_storing(bench: Bench):
    job = bench.start("true", finish="echo > finishing; sleep 0.5; echo stored")
    bench.file("finishing")

    bench.runner.stop(job, discard=False)
    seen = bench.ended(job)

    assert not seen.stopped
    assert bench.log(job) == "stored\n"


def test_a_storing_that_crashes_is_tried_once_more(bench: Bench):
    job = bench.start("true", finish="echo x >> tries; [ $(wc -l < tries) = 2 ] || kill -9 $$")

    assert bench.ended(job).codes["finish"] == 0
    assert bench.file("tries") == "x\nx"


def test_a_storing_that_was_stopped_is_not_tried_again(bench: Bench):
    job = bench.start("true", finish="echo x >> tries; exec sleep 600")
    bench.file("tries")

    for _ in range(2):
        bench.runner.stop(job, discard=False)

    assert bench.ended(job).codes["finish"] == 128 + signal.SIGTERM
    assert bench.file("tries") == "x"


def test_a_command_does_not_begin_when_its_volume_could_not_be_prepared(bench: Bench):
    job = bench.start("echo ran", prepare="exit 4")

    seen = bench.ended(job)

    assert seen.codes == {"prepare": 4, "finish": 0}
    assert bench.log(job) == "finished\n"


@pytest.mark.parametrize(("command", "code"), [("/no/such/program", 127), ("/etc", 126)])
def test_a_program_that_cannot_be_run_has_the_shells_exit_code(
    bench: Bench, command: str, code: int
):
    spec = bench.spec("true")
    object.__setattr__(spec.run, "argv", (command,))
    bench.runner.start(spec)

    assert bench.ended(spec.job).codes["run"] == code
    assert command in bench.log(spec.job)


def test_a_command_has_as_many_cores_as_its_tier(bench: Bench):
    job = bench.start("nproc")

    bench.ended(job)

    assert bench.log(job) == "1\nfinished\n"


def test_a_job_that_a_job_started_is_not_ended_with_it(bench: Bench):
    start_another = (
        "import sys; sys.path[:0] = sys.argv[2:]\n"
        "from pathlib import Path; from bench import Bench\n"
        "from jupyter_domino.adapters.processes import LocalProcesses\n"
        "bench = Bench.__new__(Bench); bench.scratch = Path(sys.argv[1], 'scratch')\n"
        "spec = bench.spec('while [ ! -e outer-ended ]; do sleep 0.05; done; echo inner')\n"
        "LocalProcesses(Path(sys.argv[1], 'jobs')).start(spec)\n"
        "print(spec.job)\n"
    )
    (bench.scratch / "start.py").write_text(start_another)
    here, below = Path(__file__).parent, bench.jobs.parent
    outer = bench.start(f"{sys.executable} start.py {below} {here} > inner")

    bench.ended(outer)
    inner = bench.file("inner")
    assert bench.runner.observe(inner).phase is Phase.RUN
    (bench.scratch / "outer-ended").touch()

    assert bench.ended(inner).codes["run"] == 0
    assert bench.log(inner) == "inner\nfinished\n"


def test_a_job_whose_run_folder_is_deleted_does_not_run_on_unseen(bench: Bench):
    job = bench.start("trap '' INT TERM; echo $$ > shell; while :; do sleep 0.05; done")
    shell, supervisor = int(bench.file("shell")), bench.supervisor(job)
    guard = guard_of(supervisor)

    shutil.rmtree(bench.jobs / job)

    deadline = time.monotonic() + 20
    while any(map(is_running, (shell, supervisor, guard))):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_starting_a_job_twice_runs_it_once(bench: Bench):
    spec = bench.spec("echo once")

    bench.runner.start(spec)
    bench.runner.start(spec)
    bench.ended(spec.job)

    assert bench.log(spec.job) == "once\nfinished\n"


def test_the_environment_of_a_job_is_for_its_owner_only(bench: Bench):
    job = bench.start("true")

    assert (bench.jobs / job / "spec.json").stat().st_mode & 0o777 == 0o600
    assert (bench.jobs / job).stat().st_mode & 0o777 == 0o700


def test_a_supervisor_is_small_and_quick(bench: Bench):
    began = time.monotonic()
    job = bench.start("sleep 600")
    seconds = time.monotonic() - began
    pages = int(Path(f"/proc/{bench.supervisor(job)}/statm").read_text().split()[1])

    assert seconds < 2
    assert pages * os.sysconf("SC_PAGESIZE") < 24 * MIB


def test_nobody_stops_a_job_that_is_not_here(bench: Bench):
    with pytest.raises(Unavailable):
        bench.runner.stop("elsewhere", discard=False)


def test_a_place_keeps_its_name(bench: Bench):
    assert bench.runner.place == LocalProcesses(bench.jobs).place
    assert len(bench.runner.place) == 32


def test_a_job_that_came_up_too_late_does_not_run(bench: Bench):
    spec = bench.spec("echo ran")
    RunFolder(bench.jobs / spec.job).create(spec)
    RunFolder(bench.jobs / spec.job).request_stop(discard=True)

    bench.runner.start(spec)

    assert "run" not in bench.ended(spec.job).codes
    assert bench.log(spec.job) == "finished\n"


def test_a_supervisor_that_cannot_start_is_told(bench: Bench):
    spec = bench.spec("true")
    RunFolder(bench.jobs / spec.job).create(spec)
    in_the_way = bench.jobs / spec.job / "state.json"
    in_the_way.mkdir()

    with pytest.raises(Unavailable) as error:
        bench.runner.start(spec)

    in_the_way.rmdir()
    assert "supervisor.log" in error.value.message
    assert bench.runner.observe(spec.job).stop_requests == 1
