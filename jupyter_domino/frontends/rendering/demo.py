"""The demonstration, as blocks: each step as one would type it, and its answer."""

from collections.abc import Sequence

from jupyter_domino.frontends.commands import DemoResult
from jupyter_domino.frontends.rendering import files, jobs
from jupyter_domino.frontends.rendering.blocks import Block, Line, Tone
from jupyter_domino.frontends.rendering.words import shown


def demo_blocks(result: DemoResult) -> list[Block]:
    """What was done, in order, and how to open it."""
    parameters = " ".join(f"-p {k}={v}" for k, v in result.job.command.parameters.items())
    steps: tuple[tuple[str, Sequence[Block]], ...] = (
        ("init", files.init_blocks(result.init)),
        ('sync -m "The sample as it comes"', files.sync_blocks(result.first)),
        (f"run {result.job.command.file} {parameters} --wait", jobs.job_blocks(result.job)),
        ('sync -m "Take in the job\'s results"', files.sync_blocks(result.second)),
        ("log", files.log_blocks(result.log)),
    )
    blocks: list[Block] = []
    for command, answer in steps:
        blocks += [Line(f"$ jupyter domino {shown(command)}", Tone.TITLE), *answer, Line("")]
    return [*blocks, Line("Open it in JupyterLab:", Tone.GOOD), Line(f"  {shown(result.open)}")]
