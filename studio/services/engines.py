"""Use cases of engines: which there are, whether they can speak here, and installing what they need."""

from collections.abc import Callable
from dataclasses import dataclass

from studio.core.progress import ReportProgress
from studio.render.installing import environment_python, find_recipe, install, recipes, remove
from studio.render.plan import installed_engines, unready
from studio.services.context import Context


@dataclass(frozen=True, slots=True)
class EngineView:
    """An engine as people see it.

    Attributes:
        name: on the command line.
        title: for people.
        version: of the engine as installed here.
        languages: BCP 47 tags it speaks; empty if each voice has its own.
        cloning: how it takes on a new voice: "none", "match" or "zero-shot".
        delivery: how it takes deliveries.
        converts: it re-voices readings, and says no text.
        commercial: whether its own licence lets output be sold.
        licence: SPDX identifier of its weights.
        licence_url: where that stands.
        environment: worker environment it needs; empty if it runs in the studio's own.
        missing: why it cannot speak here now; empty if it can.
    """

    name: str
    title: str
    version: str
    languages: tuple[str, ...]
    cloning: str
    delivery: str
    converts: bool
    commercial: bool
    licence: str
    licence_url: str
    environment: str
    missing: str


@dataclass(frozen=True, slots=True)
class EnvironmentView:
    """A worker environment: what it is for, under which licence, how much room it takes, whether it is installed."""

    name: str
    title: str
    licence: str
    size_gb: float
    installed: bool


class EngineService:
    """Lists engines, installs and removes their environments."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def list(self) -> tuple[EngineView, ...]:
        """All engines that were found, those for tests left out."""
        weights = self._context.settings.weights
        return tuple(
            EngineView(
                name=info.name,
                title=info.title or info.name,
                version=info.version,
                languages=info.languages,
                cloning=info.cloning,
                delivery=info.delivery,
                converts=info.converts,
                commercial=info.commercial_outputs,
                licence=info.licence,
                licence_url=info.licence_url,
                environment=info.environment,
                missing=unready(info.name, weights),
            )
            for info in installed_engines()
            if not info.for_tests
        )

    def environments(self) -> tuple[EnvironmentView, ...]:
        """All worker environments there are recipes for."""
        return tuple(self._environment(name) for name in recipes())

    def install(self, name: str, report: ReportProgress, cancelled: Callable[[], bool]) -> EnvironmentView:
        """Install a worker environment, unless it is there as its recipe says.

        Raises:
            NotFoundError: there is no such environment.
            StudioError: it cannot be installed; nothing is left of it.
        """
        install(self._context.settings.weights, name, report=report, cancelled=cancelled)
        return self._environment(name)

    def remove(self, name: str) -> bool:
        """Delete a worker environment; returns whether there was one.

        Raises:
            NotFoundError: there is no such environment.
            StudioError: it cannot be deleted now.
        """
        return remove(self._context.settings.weights, name)

    def _environment(self, name: str) -> EnvironmentView:
        recipe = find_recipe(name)
        installed = environment_python(self._context.settings.weights, name) is not None
        return EnvironmentView(name, recipe.title, recipe.licence, recipe.size_gb, installed)
