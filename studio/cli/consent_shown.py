"""Consents as people read them on a terminal."""

from collections.abc import Iterable, Sequence

from rich.table import Table

from studio.cli.shell import table_of
from studio.consent.evidence import CheckResult
from studio.services.consents.views import ClipView, ConsentDetail, EndingView, GivingView, PurgePreview, WorkView

_MARKS = {"pass": "ok    ", "review": "REVIEW", "refuse": "NO    "}


def checks_text(checks: Iterable[CheckResult]) -> str:
    """A line for each check."""
    return "\n".join(f"  {_MARKS[each.outcome]}  {each.name}: {each.sentence}" for each in checks)


def clips_table(clips: Sequence[ClipView]) -> Table | str:
    """Recordings and papers with what the checks found."""
    if not clips:
        return "There is no recording now."
    return table_of(
        ["Clip", "Kind", "Label", "Read", "Length>", "Checks"],
        [[c.id, c.kind, c.label, c.delivery, f"{c.duration_s:.1f} s", _outcomes(c)] for c in clips],
    )


def _outcomes(clip: ClipView) -> str:
    if clip.destroyed:
        return "destroyed"
    return ", ".join(f"{each.name} {each.outcome}" for each in clip.checks)


def detail_text(detail: ConsentDetail) -> str:
    """Everything about a consent, in sections."""
    sections = (
        _heading(detail),
        _scope(detail),
        _section("Recordings and papers", [f"{c.id}  {c.kind}  {c.label}  {_outcomes(c)}" for c in detail.clips]),
        *(
            _section(f"Statement of {statement.created_at[:10]}: {statement.outcome}", [checks_text(statement.checks)])
            for statement in detail.statements
        ),
        _section(
            "Reviews", [f"{r.created_at[:16]}  {r.decision}  {r.reviewer}  {r.note}".rstrip() for r in detail.reviews]
        ),
        _section(
            "Approvals",
            [f"{a.id}  {a.project_title}  {a.kind}  {a.decision or 'not answered'}" for a in detail.approvals],
        ),
        _section("Works", _works(detail.works)),
        _section(
            "What happened", [f"{e.time[:16]}  {e.sentence}{f' ({e.by})' if e.by else ''}" for e in detail.events]
        ),
        f"Ledger: {detail.anchor}" if detail.anchor else "",
    )
    return "\n\n".join(section for section in sections if section)


def _heading(detail: ConsentDetail) -> str:
    summary = detail.summary
    lines = [
        f"{summary.person or '(erased)'} · voice '{summary.voice_id}' · {summary.state}",
        summary.id,
        f"Next: {summary.next_step}" if summary.next_step else "",
    ]
    return "\n".join(line for line in lines if line)


def _scope(detail: ConsentDetail) -> str:
    summary, record = detail.summary, detail.record
    quota = f" of {summary.quota_minutes:g}" if summary.quota_minutes is not None else ""
    rows = [
        ("Uses", ", ".join(summary.uses)),
        ("Languages", ", ".join(summary.languages)),
        ("Term", f"{summary.first_day} to {summary.last_day}" + (f" ({record.terms.time_zone})" if record else "")),
        ("Used", f"{summary.used_minutes:.1f}{quota} minutes"),
    ]
    if record:
        terms = record.terms
        asked = [
            what
            for what, wanted in (("each project", terms.project_approval), ("final audio", terms.final_approval))
            if wanted
        ]
        rows += [
            ("For", terms.description),
            ("Projects", ", ".join(terms.projects) or "any within the uses"),
            ("Not for", ", ".join((*terms.excluded_content, *terms.excluded_deliveries)) or "nothing excluded"),
            ("Asked about", ", ".join(asked) or "nothing further"),
            ("After the end", f"works {terms.survival}"),
            ("Credit", record.credit),
        ]
    return _section("Scope", [f"{name}: {value}" for name, value in rows if value])


def _works(works: Iterable[WorkView]) -> list[str]:
    return [f"{work.at[:10]}  {work.title}  {work.path}{'' if work.exists else ' (gone)'}" for work in works]


def _section(title: str, lines: Sequence[str]) -> str:
    return "\n".join([title, *(f"  {line}" if not line.startswith("  ") else line for line in lines)]) if lines else ""


def notice_text(page: GivingView) -> str:
    """The notice and what can be ticked."""
    notice = "\n\n".join(f"{heading}\n{text}" for heading, text in page.notice)
    purposes = "\n".join(
        f"{purpose['name']}{' *' if purpose['needed'] else ''}\n    {purpose['label']}: {purpose['explanation']}"
        for purpose in page.purposes
    )
    return f"{notice}\n\n{purposes}"


def giving_text(page: GivingView) -> str:
    """Where the giving of a consent stands."""
    lines = [f"{page.state}: {page.step}"]
    if page.step == "references":
        lines.append(f"{page.references_needed} more recordings are needed. Sentences to read:")
        lines += [f"  {prompt}" for prompt in page.prompts]
    return "\n".join(lines)


def preview_text(preview: PurgePreview) -> str:
    """What an end would destroy, and what would stay."""
    sections = (
        _section("Would be destroyed", [f"{count} {what}" for what, count in preview.destroys]),
        _section("Would be kept", preview.keeps),
        _section("Works", _works(preview.works)),
        f"{preview.works_fate} Jobs that would be stopped: {preview.stops_jobs}.",
    )
    return "\n\n".join(section for section in sections if section)


def ending_text(ending: EndingView) -> str:
    """How a consent ended, what was destroyed, and where the certificate is."""
    said = f"This consent had ended already: {ending.state}" if ending.already else f"The consent is {ending.state}"
    sections = [f"{said}, {ending.ended_at[:19]}."]
    if ending.certificate is None:
        sections.append("What holds the voice is unusable; some of it is still being removed.")
    else:
        counts: dict[str, int] = {}
        for each in ending.certificate["destroyed"]:
            counts[each["kind"]] = counts.get(each["kind"], 0) + 1
        sections.append(_section("Destroyed", [f"{count} × {kind}" for kind, count in counts.items()]))
        sections.append(f"Certificate: studio consent certificate {ending.consent_id}")
    sections.append(_section("Works", _works(ending.works)))
    sections += [_section(f"To send to {whom}", text.splitlines()) for whom, text in ending.notices]
    return "\n\n".join(section for section in sections if section)
