"""The smallest library that is valid, built by hand: storage does not care what is asked."""

from poise.content.blueprint import Blueprint, Practice, Seconds
from poise.content.claims import Consent
from poise.content.library import Library, Reference
from poise.content.manner import BANDS, REACTIONS, Appraisal, Voice
from poise.content.quality import Beliefs, KindOfEvidence


def build_library(version: str = "1") -> Library:
    kind = KindOfEvidence(discrimination=1.0, method_variance=0.3, steps=(2.0, 1.0, 0.0, -1.0), source="made up")
    lines = tuple(f"Line {number}." for number in range(6))
    return Library(
        key="small",
        version=version,
        title="Small – “kleine” Bücherei",
        language="en",
        provisional=True,
        qualities=(),
        beliefs=Beliefs(
            common_correlation=0.3,
            correlations=(),
            statements=kind,
            situations=kind,
            customers=kind,
            conversation_variance=0.2,
            self_view_variance=1.0,
            reading_confusion=((0.9, 0.1), (0.1, 0.9)),
            fact_base_rates={},
            source="made up",
        ),
        conditions=(),
        statements=(),
        blocks=(),
        situations=(),
        scenarios=(),
        jobs=(),
        blueprints=tuple(_build_blueprint(key) for key in ("complaints_desk", "is_it_for_me")),
        claims=(),
        consent=Consent(version="1", sentences=("You may stop at any time.",)),
        appraisal=Appraisal(
            acts={},
            facts={},
            clear_at=0.7,
            unclear_at=0.3,
            unclear_percent=50,
            unspecific_percent=50,
            repeat_percent=50,
            copied_percent=50,
            unheard_offer_percent=50,
            decay_percent=10,
            turn_cap=300,
            source="made up",
        ),
        voice=Voice(cells={reaction: dict.fromkeys(BANDS, lines) for reaction in REACTIONS}),
        reference=Reference(moments=(), reactions=()),
    )


def _build_blueprint(key: str) -> Blueprint:
    return Blueprint(
        key=key,
        title="A short look",
        jobs=("complaints_desk",),
        blocks=0,
        minimum_per_quality=0,
        rated=(),
        situations=(),
        customers=(),
        practice=Practice(statements=("I wait.", "I ask.", "I act.")),
        seconds=Seconds(preview=1, consent=1, practice=1, block=1, rated=1, situation=1, customer=1, condition=1),
    )
