"""A candidate as a member comes to them: what is stored, what of it this member may see, and in whose name they act."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from poise.content.library import Library
from poise.hiring.roles import Deed, may
from poise.sitting.journal import UnknownSittingError
from poise.sitting.state import State, fold
from poise.storage.auditing import Doer
from poise.storage.journal import DjangoJournal
from poise.storage.records import library, sitting_record
from poise.storage.reports import Made, make_report
from poise.storage.seeing import Sight, sight_of
from poise.storage.views import MembershipView, SittingView
from poise.web.desk_pages import NO_SUCH_CANDIDATE
from poise.web.members import for_members, refuse_role
from poise.web.problems import Problem, Way, show_problem

P = ParamSpec("P")
NO_NAME = "No name given"
HIDDEN = Problem(
    403,
    "This result is not shown to you",
    (
        "It belongs to a study, your role does not cover results, or the position asks for your own view first.",
        "The page of the candidate says which.",
    ),
)
UNFINISHED = Problem(
    409,
    "There is no report yet",
    ("This candidate has not finished. Nothing was stored.", "Everything opens here as soon as they have."),
)


@dataclass(frozen=True)
class Candidacy:
    """A sitting at the desk of a member."""

    member: MembershipView
    sitting: SittingView

    @cached_property
    def sight(self) -> Sight:
        """How this member sees what came of it."""
        return sight_of(self.member, self.sitting)

    @property
    def may_see(self) -> bool:
        """Whether this member sees the result now."""
        return self.sight in {"named", "pseudonymous"}

    @property
    def name(self) -> str:
        """What the candidate is called for this member."""
        named = may(self.member.role, "see_candidates")
        return (self.sitting.candidate_name or NO_NAME) if named else self.sitting.pseudonym

    @property
    def position(self) -> str:
        """The name of the position."""
        return self.sitting.position.name if self.sitting.position else "No position"

    @property
    def for_study(self) -> bool:
        """Whether the person sat so that the instrument is examined, and not they."""
        return self.sitting.purpose == "study"

    @cached_property
    def journal(self) -> DjangoJournal:
        """Where the events lie."""
        return DjangoJournal(self.sitting.organisation)

    @cached_property
    def state(self) -> State:
        """How the sitting stands."""
        return fold(self.journal.read(self.sitting.key))

    @cached_property
    def library(self) -> Library:
        """What the sitting asked."""
        return library(self.sitting.library)

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The words that are kept of it."""
        return self.journal.texts(self.sitting.key)

    @cached_property
    def made(self) -> Made:
        """The report, computed now, with the version that is stored of it."""
        return make_report(self.sitting.organisation, self.sitting.key, timezone.now())

    def address(self, name: str = "candidate", *parts: str) -> str:
        """Return the address of one of this candidate's pages."""
        return reverse(name, args=(self.sitting.key, *parts))

    def may(self, deed: Deed) -> bool:
        """Say whether the member's role covers a deed."""
        return may(self.member.role, deed)


Page = Callable[Concatenate[HttpRequest, Candidacy, P], HttpResponse]


def for_candidate(
    deed: Deed, *, study: bool = False, result: bool = False
) -> Callable[[Page[P]], Callable[..., HttpResponse]]:
    """Make a page about a candidate from one that is asked for by a member and the key of a sitting.

    Parameters
    ----------
    deed
        What the member's role must cover.
    study
        Whether those who may see studies come in as well, for a sitting that was for a study.
    result
        Whether the page shows something of the result: then it is there only for a finished sitting, and only for
        members who may see it now.
    """

    def protect(view: Page[P]) -> Callable[..., HttpResponse]:
        def admit(
            request: HttpRequest, member: MembershipView, /, key: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            back = (Way(reverse("desk"), "Back to the candidates"),)
            if not (may(member.role, deed) or (study and may(member.role, "see_study"))):
                return refuse_role(request, member, deed)
            try:
                one = Candidacy(member, sitting_record(key, member.organisation.key))
                if not (one.may(deed) or one.for_study):
                    return refuse_role(request, member, deed)
                refused = _refuse(one) if result else None
                if refused:
                    way = (Way(one.address(), "To the page of the candidate"),)
                    return show_problem(request, refused, way, unsent=written(request))
                return view(request, one, *args, **kwargs)
            except UnknownSittingError:
                return show_problem(request, NO_SUCH_CANDIDATE, back, unsent=written(request))

        return wraps(view)(for_members("see_positions")(admit))

    return protect


def sign_as(member: MembershipView) -> Doer:
    """Return in whose name a member does something now."""
    return Doer(member.name, member.account, timezone.now())


def written(request: HttpRequest) -> str:
    """Return the words that came with a form, so that a page that cannot take them gives them back."""
    return next((request.POST[name] for name in ("words", "reason") if request.POST.get(name)), "")


def _refuse(one: Candidacy) -> Problem | None:
    if not one.may_see:
        return HIDDEN
    return None if one.sitting.finished_at else UNFINISHED
