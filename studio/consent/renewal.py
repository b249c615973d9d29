"""Whether new terms go further than old ones: then the voice owner must speak a statement again.

Terms that are only narrower need no more than the owner's confirmation, since everything they allow was allowed before.
"""

from collections.abc import Iterator

from studio.consent.terms import Terms


def widens(old: Terms, new: Terms) -> tuple[str, ...]:
    """What new terms allow, or leave open, that the old ones did not.

    A description is free text that no program can compare: any change of it counts.

    Args:
        old: terms that were agreed.
        new: terms that are to replace them.

    Returns:
        A phrase for each, as people read it; empty if the new terms are the same or narrower.
    """
    return (*_wider_scope(old, new), *_wider_limits(old, new), *_wider_rights(old, new))


def _wider_scope(old: Terms, new: Terms) -> Iterator[str]:
    if added := sorted(set(new.uses) - set(old.uses)):
        yield f"it allows {', '.join(added)}"
    if " ".join(new.description.split()) != " ".join(old.description.split()):
        yield "the uses are described differently"
    if added := sorted(tag for tag in new.languages if not old.covers_language(tag)):
        yield f"it allows {', '.join(added)} as a language"
    if _opened(old.projects, new.projects):
        yield "it allows other projects"
    if _opened(old.territories, new.territories):
        yield "it allows other territories"


def _wider_limits(old: Terms, new: Terms) -> Iterator[str]:
    if new.not_before < old.not_before:
        yield "it begins earlier"
    if new.not_after > old.not_after:
        yield "it ends later"
    if old.max_finished_minutes is not None and (
        new.max_finished_minutes is None or new.max_finished_minutes > old.max_finished_minutes
    ):
        yield "it allows more finished minutes"
    if left_out := sorted(set(old.excluded_content) - set(new.excluded_content)):
        yield f"it no longer excludes {', '.join(left_out)}"
    if left_out := sorted(set(old.excluded_deliveries) - set(new.excluded_deliveries)):
        yield f"it no longer excludes the delivery {', '.join(left_out)}"


def _wider_rights(old: Terms, new: Terms) -> Iterator[str]:
    if old.project_approval and not new.project_approval:
        yield "projects need no approval any more"
    if old.final_approval and not new.final_approval:
        yield "final audio needs no approval any more"
    if _stays_days(new) > _stays_days(old):
        yield "finished works may stay longer after the end"
    if new.sublicence and new.sublicence != old.sublicence:
        yield "it may be passed on to others"
    if new.exclusivity and new.exclusivity != old.exclusivity:
        yield "it binds the voice owner elsewhere"


def _opened(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """Whether a list that means "any" when it is empty lets in more than before."""
    return bool(old) and (not new or not set(new) <= set(old))


def _stays_days(terms: Terms) -> float:
    return float("inf") if terms.survival == "stay" else terms.take_down_days
