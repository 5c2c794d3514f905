"""A stage of a job, as its supervisor starts it: `python -m … prepare|finish`.

Exit codes are the supervisor's to record; what a person should know of a failure is
left in the run folder by the stage, and here in the job's log.
"""

import os
import sys
from pathlib import Path

from jupyter_domino import wiring
from jupyter_domino.compute.process import FOLDER_VARIABLE
from jupyter_domino.compute.run_folder import RunFolder
from jupyter_domino.errors import DominoError


def main(stage: str) -> int:
    """Run one stage of the job whose run folder the environment names; 0 when it is done."""
    stages = wiring.job_stages(RunFolder(Path(os.environ[FOLDER_VARIABLE])))
    try:
        if stage == "prepare":
            stages.prepare()
        else:
            stages.finish()
    except DominoError as error:
        print(f"domino: {error.message}", file=sys.stderr)  # noqa: T201 - the job's log
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
