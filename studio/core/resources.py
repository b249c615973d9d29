"""Where the data that ships with the package lies: voices, statements, sample projects."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped(*parts: str) -> Path:
    """Path of a shipped data file or folder, such as ``shipped("voices", "manifest.toml")``.

    An installed package carries the data inside itself (``studio/_data``); a checkout has it beside the package.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    for root in (_PACKAGE / "_data", _PACKAGE.parent):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"shipped data is missing: {'/'.join(parts)}; reinstall vivavoce")
