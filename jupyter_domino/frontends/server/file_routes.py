"""Routes of a project's files: its working tree and its revisions."""

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from jupyter_domino.errors import Invalid
from jupyter_domino.frontends.server import views
from jupyter_domino.frontends.server.bodies import HydrateRequest, RevertRequest, SyncRequest
from jupyter_domino.frontends.server.contents import contents_model
from jupyter_domino.frontends.server.handler import FILES, DominoHandler
from jupyter_domino.frontends.server.paths import RootedPaths
from jupyter_domino.frontends.server.sources import RevisionFiles
from jupyter_domino.frontends.wire import Json
from jupyter_domino.projects.project import Project


def checked(project: Project, file: str) -> str:
    """The path of a file of the project, after it was found to lie in it.

    Raises:
        Invalid: `path-outside-project`, `bad-name`.
    """
    return RootedPaths(project.root, allow_hidden=True).check(file)


class StatusHandler(DominoHandler):
    """How the working tree stands."""

    auth_resource = FILES

    @authenticated
    @authorized
    async def get(self) -> None:
        """A page of the changes."""
        page = self.page()
        await self.answer_of(lambda project: views.status(project.status(), page, self.site.paths))


class WhyHandler(DominoHandler):
    """Which rule decides about a file."""

    auth_resource = FILES

    @authenticated
    @authorized
    async def get(self) -> None:
        """The verdict on `file`."""
        file = self.text("file")
        if file is None:
            raise Invalid("'file' is missing: say which file.", details={"fields": ["file"]})
        await self.answer_of(lambda project: project.why(checked(project, file)))


class SyncHandler(DominoHandler):
    """Keeping the working tree."""

    auth_resource = FILES

    @authenticated
    @authorized
    async def post(self) -> None:
        """Make a revision of what changed, and bring in what others have synced."""
        request = self.body(SyncRequest)

        def sync(project: Project) -> Json:
            result = project.sync(request.message, dry_run=request.dry_run)
            if not request.dry_run:
                is_new = result.created or bool(result.incoming)
                self.announcer.look(project, is_new=is_new)
            return views.sync_result(result)

        await self.answer_of(sync, path=request.path)


class RevisionsHandler(DominoHandler):
    """The history."""

    auth_resource = FILES

    @authenticated
    @authorized
    async def get(self) -> None:
        """A page of revisions, newest first."""
        limit = self.page().limit
        before = self.number("before", low=1)
        file = self.text("file")
        await self.answer_of(
            lambda project: views.revisions_page(
                project.log(limit=limit + 1, before=before, path=file), limit
            )
        )


class RevisionHandler(DominoHandler):
    """One revision."""

    auth_resource = FILES

    @authenticated
    @authorized
    async def get(self, revision: str) -> None:
        """The revision and a page of what it changed."""
        page = self.page()
        await self.answer_of(lambda project: views.revision_detail(project.show(revision), page))


class RevisionFilesHandler(DominoHandler):
    """The files of a revision."""

    auth_resource = FILES

    @authenticated
    @authorized
    async def get(self, revision: str) -> None:
        """A page of the entries, below `prefix`."""
        page = self.page()
        prefix = (self.text("prefix") or "").rstrip("/")
        await self.answer_of(
            lambda project: views.entries_page(project.entries(revision, prefix), prefix, page)
        )


class RevisionContentsHandler(DominoHandler):
    """A revision's files as Jupyter's contents API shows them."""

    auth_resource = FILES

    @authenticated
    @authorized
    async def get(self, revision: str, file: str = "") -> None:
        """The model of a file or folder."""
        wish = self.wish()

        def model(project: Project) -> Json:
            found = project.repository.resolve(revision)
            return contents_model(RevisionFiles(project, found), file, wish)

        await self.answer_of(model)


class DiffHandler(DominoHandler):
    """What differs between two states."""

    auth_resource = FILES

    @authenticated
    @authorized
    async def get(self) -> None:
        """A page of the paths that differ."""
        a, b, page = self.text("a") or None, self.text("b") or None, self.page()
        await self.answer_of(lambda project: views.diff(project.diff(a, b), page))


class FileDiffHandler(DominoHandler):
    """How one file differs between two states."""

    auth_resource = FILES

    @authenticated
    @authorized
    async def get(self, file: str) -> None:
        """The unified diff."""
        a, b = self.text("a") or None, self.text("b") or None
        await self.answer_of(lambda project: project.text_diff(checked(project, file), a, b))


class RevertHandler(DominoHandler):
    """Taking files back."""

    auth_resource = FILES

    @authenticated
    @authorized
    async def post(self) -> None:
        """Make files what they were, as a new revision."""
        request = self.body(RevertRequest)

        def revert(project: Project) -> Json:
            result = project.revert(
                request.revision,
                tuple(request.paths),
                message=request.message,
                force=request.force,
                dry_run=request.dry_run,
            )
            if not request.dry_run:
                self.announcer.look(project, "reverted", is_new=result.revision is not None)
            return views.revert_result(result)

        await self.answer_of(revert, path=request.path)


class HydrateHandler(DominoHandler):
    """Writing a revision into another folder."""

    auth_resource = FILES

    @authenticated
    @authorized
    async def post(self) -> None:
        """Make the folder equal the revision."""
        request = self.body(HydrateRequest)

        def hydrate(project: Project) -> Json:
            directory = self.site.paths.resolve(request.directory)
            result = project.hydrate(
                request.revision, directory, force=request.force, dry_run=request.dry_run
            )
            if not request.dry_run:
                self.announcer.hydrated(project, directory, result.revision)
            return views.hydrate_result(result, self.site.paths)

        await self.answer_of(hydrate, path=request.path)


ROUTES = (
    (r"status", StatusHandler),
    (r"why", WhyHandler),
    (r"sync", SyncHandler),
    (r"revisions", RevisionsHandler),
    (r"revisions/([^/]+)", RevisionHandler),
    (r"revisions/([^/]+)/files", RevisionFilesHandler),
    (r"revisions/([^/]+)/contents", RevisionContentsHandler),
    (r"revisions/([^/]+)/contents/(.*)", RevisionContentsHandler),
    (r"diff", DiffHandler),
    (r"diff/(.+)", FileDiffHandler),
    (r"revert", RevertHandler),
    (r"hydrate", HydrateHandler),
)
"""Patterns below the root of the API, and who answers."""
