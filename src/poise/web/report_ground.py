"""What a report was computed from, and that it comes out the same: the line at its end."""

from poise.jobfit.printed import digest_of, printed
from poise.jobfit.report import Report
from poise.sitting.days import say_day
from poise.storage.reports import StoredReportView

SHOWN = 16


def say_ground(report: Report, events: int) -> str:
    """Say from what a report was computed, with the fingerprint of every figure that it prints."""
    return (
        f"Computed from {events} stored events with library {report.library_version}, {report.library[:12]}. The same"
        " events and library always give the same figures; their fingerprint is"
        f" {digest_of(printed(report))[:SHOWN]} (SHA-256)."
    )


def say_recomputed(report: Report, stored: StoredReportView | None) -> str:
    """Say whether a report that was computed just now prints the same as the version that was stored last."""
    if stored is None:
        return "Recomputed just now; no earlier version is stored to hold it against."
    version = f"version {stored.number}, stored on {say_day(stored.at.isoformat())}"
    if stored.digest == digest_of(printed(report)):
        return f"Recomputed just now: every figure is equal to {version}."
    return f"Recomputed just now: some figures differ from {version}. Both are kept."
