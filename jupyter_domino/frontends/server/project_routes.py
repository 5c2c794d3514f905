"""Routes of the server itself and of its projects."""

from http import HTTPStatus

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from jupyter_domino._version import __version__
from jupyter_domino.frontends.server import views
from jupyter_domino.frontends.server.bodies import InitRequest
from jupyter_domino.frontends.server.handler import PROJECTS, DominoHandler
from jupyter_domino.frontends.wire import Json


class ConfigHandler(DominoHandler):
    """What this server is and can."""

    auth_resource = PROJECTS

    @authenticated
    @authorized
    async def get(self) -> None:
        """The package's version, where things are, and how changes are noticed."""
        settings = self.site.settings
        fixed: dict[str, Json] = {
            "version": __version__,
            "home": str(settings.home),
            "watching": self.settings["jupyter_domino_watching"](),
            "user": settings.user,
            "limits": {"contents_bytes": self.settings["jupyter_domino_contents_bytes"]},
        }
        await self.answer(lambda: fixed | {"projects_here": bool(self.site.known())})


class OpenapiHandler(DominoHandler):
    """The description of all routes."""

    auth_resource = PROJECTS

    @authenticated
    @authorized
    async def get(self) -> None:
        """The document as it is in the package."""
        await self.finish(self.contract.text, set_content_type="application/yaml")


class ProjectsHandler(DominoHandler):
    """The projects under the server's root."""

    auth_resource = PROJECTS

    @authenticated
    @authorized
    async def get(self) -> None:
        """A page of the known projects."""
        page = self.page()
        await self.answer(lambda: views.projects_page(self.site.known(), page, self.site.paths))

    @authenticated
    @authorized
    async def post(self) -> None:
        """Make a folder a project: 201, and 200 when it is that project already."""
        request = self.body(InitRequest)
        result = await self.work(
            lambda: self.site.init(request.path, name=request.name, store=request.store)
        )
        if result.created:
            self.announcer.initialised(result.project)
        status = HTTPStatus.CREATED if result.created else HTTPStatus.OK
        await self.answer(lambda: views.project(result.project, self.site.paths), status)


class ProjectHandler(DominoHandler):
    """One project."""

    auth_resource = PROJECTS

    @authenticated
    @authorized
    async def get(self) -> None:
        """The project that a folder or file belongs to."""
        await self.answer_of(lambda project: views.project(project.info(), self.site.paths))


ROUTES = (
    (r"config", ConfigHandler),
    (r"openapi\.yaml", OpenapiHandler),
    (r"projects", ProjectsHandler),
    (r"project", ProjectHandler),
)
"""Patterns below the root of the API, and who answers."""
