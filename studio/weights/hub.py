"""Models from the Hugging Face hub, for those whose terms somebody accepts by name."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from studio.core.errors import CancelledError, MissingError
from studio.core.hashing import sha256_file
from studio.core.progress import Progress, ReportProgress
from studio.weights.adoption import AdoptableModel

if TYPE_CHECKING:
    from tqdm.auto import tqdm

_SHA256_DIGITS: Final = 64
_LONGEST_REASON: Final = 200


def fetch_from_hub(
    model: AdoptableModel, folder: Path, *, report: ReportProgress, cancelled: Callable[[], bool]
) -> None:
    """Fetch the files of a model. What was fetched of a file before is not fetched again.

    Large files are compared with the SHA-256 that the hub states for them.

    Args:
        model: one with `hub`.
        folder: where its files go.
        report: is told of the bytes of each file.
        cancelled: asked whenever bytes arrive.

    Raises:
        MissingError: the model is not on the hub, the hub cannot be reached, or it serves another file.
        CancelledError: the user stopped it.
    """
    if not model.hub:
        raise MissingError(
            f"'{model.name}' is not on the hub", where=model.page, hint="Get its files there, and name them by --from."
        )
    import httpx  # noqa: PLC0415 - takes half a second, and only pulls want it
    import huggingface_hub as hub  # noqa: PLC0415
    from huggingface_hub import errors  # noqa: PLC0415

    bar = _watched_bar(f"Fetching {model.name}", report, cancelled)
    for name in model.files:
        inside = f"{model.hub_folder}/{name}" if model.hub_folder else name
        try:
            stated = hub.get_hf_file_metadata(hub.hf_hub_url(model.hub, inside), token=False)
            path = Path(hub.hf_hub_download(model.hub, inside, local_dir=folder, token=False, tqdm_class=bar))
        except (errors.HfHubHTTPError, errors.LocalEntryNotFoundError, httpx.HTTPError, OSError) as error:
            reason = " ".join(str(error).split())[:_LONGEST_REASON]
            raise MissingError(
                f"{name} of '{model.name}' cannot be fetched from the hub: {reason}",
                hint=f"Pull again to go on where it stopped, or get its files at {model.page} and name them by --from.",
            ) from error
        if stated.etag and len(stated.etag) == _SHA256_DIGITS and sha256_file(path) != stated.etag:
            path.unlink()
            raise MissingError(f"the hub served another file for {name} of '{model.name}'", hint="Pull again.")
        if path != folder / name:
            path.replace(folder / name)


def _watched_bar(stage: str, report: ReportProgress, cancelled: Callable[[], bool]) -> "type[tqdm[Any]]":
    """A progress bar for the hub's library that shows nothing itself, tells the studio, and stops when it says so."""
    from tqdm.auto import tqdm  # noqa: PLC0415 - as above

    class Bar(tqdm):  # type: ignore[misc] # it has no types
        def __init__(self, *args: Any, **options: Any) -> None:
            options.pop("name", None)  # the hub's own
            super().__init__(*args, **{**options, "disable": False, "file": _Nowhere()})

        def update(self, n: float | None = 1) -> bool | None:
            if cancelled():
                raise CancelledError("the pull was stopped", hint="Pull again to go on where it stopped.")
            shown: bool | None = super().update(n)
            report(Progress(stage, float(self.n), float(self.total or 0), str(self.desc or "")))
            return shown

    return Bar


class _Nowhere:
    def write(self, _text: str) -> None:
        """Show nothing."""

    def flush(self) -> None:
        """Nothing was kept back."""
