"""The report of a sitting: what was seen, by quality and by kind of evidence, against each job; as data."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from poise.content.claims import Claim
from poise.content.library import Library
from poise.jobfit.adapted import claim_no_comparison
from poise.jobfit.attending import AttentionView, view_attention
from poise.jobfit.quality import KindView, Leaning, QualityView, view_qualities, weigh
from poise.jobfit.suiting import HEADLINES, BetterJob, JobView, view_jobs
from poise.jobfit.transcript import ConversationView, view_conversations
from poise.sitting.state import State
from poise.sitting.steps import blueprint_of

__all__ = ["HEADLINES", "BetterJob", "JobView", "KindView", "Leaning", "QualityView", "Report", "report"]


@dataclass(frozen=True)
class Report:
    """Everything that is said of a sitting; `job` is the one that it is about, empty where it is about all."""

    blueprint: str
    title: str
    started_at: str
    finished_at: str
    library: str
    library_version: str
    provisional: bool
    observations: int
    converged: bool
    claims: tuple[Claim, ...]
    qualities: tuple[QualityView, ...]
    jobs: tuple[JobView, ...]
    none_of_these: bool
    conversations: tuple[ConversationView, ...]
    attention: AttentionView | None = None
    job: str = ""

    def as_dict(self) -> dict[str, object]:
        """Return the report as plain values, for JSON."""
        plain = asdict(self)
        plain["claims"] = [claim.model_dump() for claim in self.claims]
        return plain


def report(state: State, library: Library, texts: Mapping[str, str], *, switched_on: bool = False) -> Report:
    """Return the report of a sitting as far as it has come; the same events give the same figures.

    Chances stand in it once library and job are no longer provisional, or where an owner switched them on.
    """
    weighed = weigh(state, library)
    qualities = view_qualities(weighed, state, library, texts)
    blueprint = blueprint_of(state, library)
    jobs = view_jobs(blueprint.jobs, library, weighed, qualities, state.willingness, switched_on=switched_on)
    return Report(
        blueprint=blueprint.key,
        title=blueprint.title,
        started_at=state.started_at,
        finished_at=state.finished_at,
        library=library.hash,
        library_version=library.version,
        provisional=library.provisional,
        observations=len(weighed.observations),
        converged=weighed.posterior.converged,
        claims=(*library.claims, *claim_no_comparison(state, library)),
        qualities=qualities,
        jobs=jobs,
        none_of_these=not any(job.possible for job in jobs),
        conversations=view_conversations(state, library, texts),
        attention=view_attention(state, library),
        job=blueprint.job or "",
    )
