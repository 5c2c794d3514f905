"""Routes of a project's jobs."""

from http import HTTPStatus
from pathlib import Path

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from jupyter_domino.compute.lifecycle import FINAL
from jupyter_domino.compute.values import Job, JobState
from jupyter_domino.compute.values import JobRequest as Submission
from jupyter_domino.errors import Invalid, NotFound
from jupyter_domino.frontends.server import views
from jupyter_domino.frontends.server.bodies import JobRequest, StopRequest
from jupyter_domino.frontends.server.contents import Files, contents_model
from jupyter_domino.frontends.server.handler import JOBS, DominoHandler
from jupyter_domino.frontends.server.paths import RootedPaths
from jupyter_domino.frontends.server.sources import RevisionFiles, VolumeFiles
from jupyter_domino.frontends.wire import Json
from jupyter_domino.projects.project import Project


class ParametersHandler(DominoHandler):
    """What a notebook can be run with."""

    auth_resource = JOBS

    @authenticated
    @authorized
    async def get(self, file: str) -> None:
        """The parameters that the notebook declares, and its kernel."""

        def parameters(project: Project) -> Json:
            RootedPaths(project.root, allow_hidden=True).resolve(file)  # a link may lead out
            return views.parameters(project.parameters(file))

        await self.answer_of(parameters)


class TiersHandler(DominoHandler):
    """The sizes of machine."""

    auth_resource = JOBS

    @authenticated
    @authorized
    async def get(self) -> None:
        """All tiers, and the one that is taken when none is named."""
        await self.answer(self.site.tiers)


class JobsHandler(DominoHandler):
    """The project's jobs."""

    auth_resource = JOBS

    @authenticated
    @authorized
    async def get(self) -> None:
        """A page of jobs, newest first."""
        limit, before, state = self.page().limit, self.number("before", low=1), self._state()
        await self.answer_of(
            lambda project: views.jobs_page(
                project.jobs.list(limit + 1, state, before=before), limit
            )
        )

    @authenticated
    @authorized
    async def post(self) -> None:
        """Start a job: 202 and the queued job."""
        request = self.body(JobRequest)
        submission = _submission(request)

        def submit(project: Project) -> Job:
            job = project.jobs.submit(submission)
            self.announcer.job(project, job)
            self.announcer.look(project, is_new=request.revision is None)
            return job

        await self.answer_of(submit, path=request.path, status=HTTPStatus.ACCEPTED)

    def _state(self) -> JobState | None:
        text = self.text("state")
        if text is None:
            return None
        try:
            return JobState(text)
        except ValueError as error:
            states = [state.value for state in JobState]
            raise Invalid(
                f"No job is ever {text!r}: 'state' is one of {', '.join(states)}.",
                details={"fields": ["state"], "valid": states},
            ) from error


class JobHandler(DominoHandler):
    """One job."""

    auth_resource = JOBS

    @authenticated
    @authorized
    async def get(self, number: str) -> None:
        """The job as it is now."""
        await self.answer_of(lambda project: project.jobs.get(int(number)))


class LogHandler(DominoHandler):
    """What a job wrote to its standard output and error."""

    auth_resource = JOBS

    @authenticated
    @authorized
    async def get(self, number: str) -> None:
        """The log from `offset` on, or the first part of it."""
        offset = self.number("offset") or 0
        await self.answer_of(lambda project: project.jobs.logs(int(number), offset))


class JobContentsHandler(DominoHandler):
    """A job's files as Jupyter's contents API shows them."""

    auth_resource = JOBS

    @authenticated
    @authorized
    async def get(self, number: str, file: str = "") -> None:
        """The model of a file or folder: live, then of the output revision."""
        wish = self.wish()

        def model(project: Project) -> Json:
            job = project.jobs.get(int(number))
            return contents_model(_files(project, job), file, wish)

        await self.answer_of(model)


class StopHandler(DominoHandler):
    """The end of a job before its time."""

    auth_resource = JOBS

    @authenticated
    @authorized
    async def post(self, number: str) -> None:
        """Ask the job to stop; it is told of when it has."""
        request = self.body(StopRequest)

        def stop(project: Project) -> Job:
            job = project.jobs.stop(int(number), discard=request.discard)
            self.announcer.job(project, job)
            return job

        await self.answer_of(stop, path=request.path)


def _submission(request: JobRequest) -> Submission:
    target = request.target.get("file", request.target.get("argv"))
    return Submission(
        target=tuple(target) if isinstance(target, list) else str(target),
        parameters=request.parameters,
        revision=request.revision,
        tier=request.tier,
        environment=request.environment,
        title=request.title,
    )


def _files(project: Project, job: Job) -> Files:
    if job.output_revision is not None and job.state in FINAL:
        return RevisionFiles(project, project.repository.resolve(job.output_revision))
    if job.volume is not None and Path(job.volume).is_dir():
        return VolumeFiles(Path(job.volume))
    raise NotFound(
        f"Job {job.job} has no files: it is {job.state.value} and kept none.",
        code="path-not-found",
        details={"job": job.job},
    )


ROUTES = (
    (r"parameters/(.+)", ParametersHandler),
    (r"tiers", TiersHandler),
    (r"jobs", JobsHandler),
    (r"jobs/(\d{1,9})", JobHandler),
    (r"jobs/(\d{1,9})/log", LogHandler),
    (r"jobs/(\d{1,9})/contents", JobContentsHandler),
    (r"jobs/(\d{1,9})/contents/(.*)", JobContentsHandler),
    (r"jobs/(\d{1,9})/stop", StopHandler),
)
"""Patterns below the root of the API, and who answers."""
