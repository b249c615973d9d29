"""What a project is for: its use, which consents are held against, and whether anybody is paid, which licences ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from studio.consent.terms import USES
from studio.core.errors import InputError
from studio.store.tables import ProjectRow

PRIVATE = "private"
_DEFAULT_USE = "audiobook"
_ALWAYS_COMMERCIAL = frozenset({"ad", "ivr"})
_NAMES: Mapping[str, str] = MappingProxyType({"ivr": "prompt"})  # uses that go by another name here
_USES: Mapping[str, str] = MappingProxyType({_NAMES.get(use, use): use for use in USES})
PURPOSES = (PRIVATE, *_USES)
"""Names of purposes: private, or what is sold or paid for: "audiobook", "ad", "prompt" (by telephone), …"""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a project is for.

    Attributes:
        use: one of `studio.consent.terms.USES`.
        commercial: whether it is sold, or anybody is paid for it. Advertising and telephone prompts always are.
    """

    use: str = _DEFAULT_USE
    commercial: bool = True

    @property
    def name(self) -> str:
        """Its name, one of `PURPOSES`."""
        return _NAMES.get(self.use, self.use) if self.commercial else PRIVATE

    @property
    def words(self) -> str:
        """Its name in a sentence: "audiobook", "private podcast"."""
        return self.name if self.commercial else f"private {self.use}"


def purpose_of(project: ProjectRow) -> Purpose:
    """The purpose of a project as it is stored."""
    return Purpose(project.use, project.commercial or project.use in _ALWAYS_COMMERCIAL)


def change_purpose(now: Purpose, *, name: str | None = None, use: str | None = None) -> Purpose:
    """Another purpose.

    Args:
        now: what it is.
        name: one of `PURPOSES`; unchanged if not given. What is private keeps its use, if that can be private.
        use: one of `studio.consent.terms.USES`; as `name` says if not given. It stays private if it can be.

    Raises:
        InputError: there is no such purpose or use, or the two contradict each other.
    """
    if name is not None and name not in PURPOSES:
        raise InputError(f"'{name}' is not a purpose", hint=f"Purposes are {', '.join(PURPOSES)}.")
    if use is not None and use not in USES:
        raise InputError(f"'{use}' is not a use", hint=f"Uses are {', '.join(USES)}.")
    if name is None:
        wanted = use or now.use
        return Purpose(wanted, now.commercial or wanted in _ALWAYS_COMMERCIAL)
    if name == PRIVATE:
        if use in _ALWAYS_COMMERCIAL:
            raise InputError(f"the use '{use}' is never private", hint="Choose one of the two.")
        kept = _DEFAULT_USE if now.use in _ALWAYS_COMMERCIAL else now.use
        return Purpose(use or kept, commercial=False)
    if use not in {None, _USES[name]}:
        raise InputError(f"purpose '{name}' and use '{use}' contradict each other", hint="Give one of the two.")
    return Purpose(_USES[name], commercial=True)
