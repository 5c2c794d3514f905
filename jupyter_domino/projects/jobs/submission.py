"""From a request to a job: everything is checked before anything is written or started."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import PurePosixPath
from uuid import uuid4

from jupyter_domino.compute.job_json import job_to_json
from jupyter_domino.compute.runner import RunSpec, Stage
from jupyter_domino.compute.values import (
    Command,
    CommandKind,
    Job,
    JobRequest,
    JobState,
    Json,
    Tier,
)
from jupyter_domino.errors import DominoError, NotFound
from jupyter_domino.projects.jobs.commands import (
    command_for,
    executed_notebook,
    stage_command,
    target_file,
)
from jupyter_domino.projects.jobs.environment import (
    UNSET,
    command_environment,
    cores_of,
    home_environment,
    masked,
    stage_environment,
)
from jupyter_domino.projects.jobs.notebooks import (
    check_kernel,
    typed_parameters,
    untyped_parameters,
)
from jupyter_domino.projects.jobs.services import JobProject, JobServices
from jupyter_domino.storage.values import Kind, RevisionId

GRACE_SECONDS = 10.0
"""From the interrupt of a stop to SIGTERM, and from that to SIGKILL."""

MAX_NOTEBOOK = 256 << 20
"""Bytes of a notebook that is looked into; beyond it papermill would not open it either."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A request that has been found good."""

    request: JobRequest
    command: Command
    tier: Tier
    revision: RevisionId | None
    """None: the one that a sync makes."""


class Submission:
    """Turns requests into running jobs of one project."""

    def __init__(self, project: JobProject, services: JobServices) -> None:
        self._project = project
        self._services = services

    def plan(self, request: JobRequest) -> Plan:
        """Check a request against the revision, or the tree, that it will run on.

        Raises:
            Invalid: see `JobRequest`, `Tiers.get`, `typed_parameters`, `check_kernel`,
                `command_for`.
            NotFound: `path-not-found`, `revision-not-found`.
        """
        tier = self._services.tiers.get(request.tier)
        revision = None
        if request.revision is not None:
            revision = self._project.repository.resolve(request.revision).id
        file = target_file(request)
        parameters = untyped_parameters(request.parameters)
        if file is not None:
            content = self._content(file, revision)
            if PurePosixPath(file).suffix.lower() == ".ipynb":
                facts = self._services.notebooks().inspect(file, content)
                check_kernel(file, facts)
                parameters = typed_parameters(file, facts, request.parameters)
        return Plan(request, command_for(request, parameters), tier, revision)

    def draft(self, plan: Plan, number: int) -> Job:
        """The queued job that a plan becomes under a number."""
        request, command = plan.request, plan.command
        job_id = uuid4().hex
        notebook = None
        if command.kind is CommandKind.NOTEBOOK and command.file is not None:
            notebook = executed_notebook(command.file, number, self._project.folder.kind)
            command = replace(command, argv=(*command.argv, notebook))
        return Job(
            job=number,
            id=job_id,
            title=_what(plan),
            state=JobState.QUEUED,
            command=command,
            tier=plan.tier.id,
            environment=masked(request.environment),
            user=request.user or self._services.settings.user,
            input_revision=plan.revision,
            created=datetime.now(UTC),
            notebook=notebook,
            volume=str(self._services.settings.volumes / job_id),
        )

    def launch(self, plan: Plan) -> Job:
        """Sync if no revision was asked for, put the job on record and start it.

        Raises:
            Unavailable: it cannot be started; it is then on record as Error.
        """
        if plan.revision is None:
            synced = self._project.sync(f"before job: {_what(plan)}")
            plan = replace(plan, revision=synced.revision)
        services = self._services
        place = services.runner.place
        job = services.records.jobs.submit(
            self._project.folder.id, place, lambda number: self.draft(plan, number)
        )
        try:
            services.runner.start(self._spec(plan, job))
        except DominoError as error:
            services.records.jobs.settle(
                replace(
                    job,
                    state=JobState.ERROR,
                    reason=error.message,
                    ended=datetime.now(UTC),
                    output_revision=job.input_revision,
                    volume=None,
                )
            )
            raise
        return job

    def _spec(self, plan: Plan, job: Job) -> RunSpec:
        folder, settings = self._project.folder, self._services.settings
        home, stage = home_environment(settings), stage_environment(settings)
        given = command_environment(job, folder, plan.tier, plan.request.environment)
        details: dict[str, Json] = {
            "record": job_to_json(job),
            "project": {
                "id": folder.id,
                "name": folder.name,
                "kind": folder.kind.value,
                "store": folder.store,
                "owner": folder.owner,
            },
        }
        return RunSpec(
            job=job.id,
            prepare=Stage(argv=stage_command("prepare"), cwd="/", environment=stage),
            run=Stage(
                argv=job.command.argv,
                cwd=job.volume or "/",
                environment={**given, **home},
                unset=UNSET,
                cores=cores_of(plan.tier),
                first_core=(job.job - 1) * cores_of(plan.tier),
            ),
            finish=Stage(argv=stage_command("finish"), cwd="/", environment=stage),
            grace_seconds=GRACE_SECONDS,
            details=details,
        )

    def _content(self, file: str, revision: RevisionId | None) -> bytes:
        """The file's bytes, from a revision or from the tree."""
        if revision is not None:
            entry = self._project.repository.entry(revision, file)
            if entry.kind is not Kind.FOLDER and entry.size <= MAX_NOTEBOOK:
                return b"".join(self._project.repository.read(revision, file))
        else:
            path = self._project.folder.root / file
            if path.is_file():
                self._check_tracked(file)
                with path.open("rb") as opened:
                    return opened.read(MAX_NOTEBOOK)
        raise NotFound(
            f"There is no file {file!r} to run in the project.",
            code="path-not-found",
            details={"path": file},
        )

    def _check_tracked(self, file: str) -> None:
        verdict = self._project.tree.why(file)
        if not verdict.tracked:
            raise NotFound(
                f"{file} would not be there: a job runs on a revision, and revisions leave it "
                f"out ({verdict.source or 'built in'}: {verdict.rule}).",
                code="path-not-found",
                details={"path": file},
            )


def _what(plan: Plan) -> str:
    return plan.request.title or plan.command.file or " ".join(plan.command.argv)[:100]
