"""Every figure that a report prints, as canonical JSON without a word of the person: a recomputed one must equal it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from poise.jobfit.demand import DemandView
from poise.jobfit.quality import QualityView
from poise.jobfit.report import Report
from poise.jobfit.suiting import BetterJob, JobView
from poise.jobfit.tracing import Trace
from poise.jobfit.transcript import ConversationView, MomentView, TurnView

Figures = Mapping[str, Any]


def printed(report: Report) -> str:
    """Return the numbers, verdicts, leanings and levels of a report, with sorted keys and no spaces.

    What people wrote does not enter, nor what is said of it: so it is the same after words were erased. The same
    events and library give the same bytes.
    """
    figures = {
        "library": report.library,
        "blueprint": report.blueprint,
        "provisional": report.provisional,
        "observations": report.observations,
        "converged": report.converged,
        "none_of_these": report.none_of_these,
        "qualities": [_print_quality(one) for one in report.qualities],
        "jobs": [_print_job(one) for one in report.jobs],
        "conversations": [_print_conversation(one) for one in report.conversations],
        "attention": asdict(report.attention) if report.attention else None,
    }
    return json.dumps(figures, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest_of(figures: str) -> str:
    """Return the SHA-256 of printed figures, in hexadecimal: equal where every figure is."""
    return hashlib.sha256(figures.encode()).hexdigest()


def _pick(one: object, *names: str) -> dict[str, Any]:
    return {name: getattr(one, name) for name in names}


def _print_quality(one: QualityView) -> Figures:
    return {
        **_pick(one, "key", "enough", "mean", "low_end", "high_end", "leaning", "kinds_disagree"),
        "kinds": [_pick(kind, "kind", "observations", "mean", "low", "high", "leaning") for kind in one.kinds],
        "seen": [_print_trace(seen) for seen in one.traces],
    }


def _print_trace(one: Trace) -> Figures:
    return {
        "key": one.source,
        "level": one.level,
        "certainty": one.certainty,
        "moves": one.effect.moves,
        "effect": one.effect.word,
        "corrected": [correction.level for correction in one.corrected],
    }


def _print_job(one: JobView) -> Figures:
    return {
        **_pick(one, "key", "verdict", "fit", "standing"),
        "chance": asdict(one.chance) if one.chance else None,
        "demands": [_print_demand(demand) for demand in one.demands],
        "conditions": [_pick(condition, "key", "level", "said", "fit") for condition in one.conditions],
        "better": [_print_better(other) for other in one.better],
    }


def _print_demand(one: DemandView) -> Figures:
    told = ("asked", "asked_low", "asked_high", "seen", "seen_low", "seen_high")
    return {
        **_pick(one, "quality", *told, "verdict", "must_have", "weight", "made_up_by"),
        "chance": asdict(one.chance) if one.chance else None,
        "kinds": [asdict(kind) for kind in one.kinds],
    }


def _print_better(one: BetterJob) -> Figures:
    return {
        **_pick(one, "key", "verdict", "fit", "because"),
        "chance": asdict(one.chance) if one.chance else None,
        "why": [_pick(reason, "kind", "key") for reason in one.why],
    }


def _print_conversation(one: ConversationView) -> Figures:
    return {
        "key": one.scenario,
        **_pick(one, "number", "outcome", "would_return", "anger_at_first"),
        "turns": [_print_turn(turn) for turn in one.turns],
        "moments": [_print_moment(moment) for moment in one.moments],
        "remedies": [
            _pick(remedy, "key", "value", "cost", "final_cost", "allowed", "best", "given", "lost")
            for remedy in one.remedies
        ],
        "frontier": _pick(one.frontier, "distance", "doormat", "stonewaller") if one.frontier else None,
    }


def _print_turn(one: TurnView) -> Figures:
    return {
        "key": str(one.number),
        **_pick(one, "legible", "anger", "would_return", "temper", "hear", "think", "react", "harm"),
        "moments": [_print_moment(moment) for moment in one.moments],
    }


def _print_moment(one: MomentView) -> Figures:
    return _pick(one, "key", "quality", "level", "corrected")
