"""What the templates of the report need: its layout, its charts, and its style sheets for a page that stands alone."""

from pathlib import Path

from django import template
from django.contrib.staticfiles import finders
from django.utils.safestring import SafeString, mark_safe

from poise.jobfit.demand import DemandView
from poise.jobfit.report import Report
from poise.jobfit.tracing import Trace
from poise.jobfit.transcript import ConversationView
from poise.web import charts
from poise.web.report_layout import ConversationLaid, DemandKindLaid, ReportLaid, lay_report, moods

register = template.Library()
STYLES = ("poise/poise.css", "poise/report.css")


@register.simple_tag
def lay_out(report: Report) -> ReportLaid:
    """Lay out a report for the person themselves."""
    return lay_report(report)


@register.simple_tag
def interval_bar(low: float, high: float, *title: str) -> SafeString:
    """Draw an interval; the title may come in parts."""
    return charts.draw_interval(low, high, ", ".join(str(part) for part in title))


@register.simple_tag
def demand_bar(demand: DemandView) -> SafeString:
    """Draw what a job asks over what was seen."""
    seen = None if demand.verdict == "not enough evidence" else (demand.seen_low, demand.seen_high)
    return charts.draw_demand((demand.asked_low, demand.asked_high), seen, demand.name)


@register.simple_tag
def demand_kind_bar(demand: DemandView, kind: DemandKindLaid) -> SafeString:
    """Draw what a job asks over what one kind of evidence shows."""
    seen = (kind.view.seen_low, kind.view.seen_high)
    return charts.draw_demand((demand.asked_low, demand.asked_high), seen, f"{demand.name}, {kind.name}")


@register.simple_tag
def mood_chart(conversation: ConversationView) -> SafeString:
    """Draw how the customer felt after each reply."""
    return charts.draw_mood(*moods(conversation.turns), f"How {conversation.customer} felt after each reply")


@register.simple_tag
def frontier_chart(conversation: ConversationLaid) -> SafeString:
    """Draw the remedies of a conversation."""
    points = [
        (float(one.view.value), one.view.final_cost, one.view.best, one.view.given) for one in conversation.remedies
    ]
    words = f"The best for both: {'; '.join(conversation.best) or 'none'}. " + (
        f"Offered: {'; '.join(one.label for one in conversation.given)}." if conversation.given else "Nothing offered."
    )
    return charts.draw_frontier(points, "Worth to the customer, and final cost to the business", words)


@register.filter
def amount(thousandths: int) -> str:
    """Say an amount of a customer's feeling in a word, and in tenths."""
    return f"{charts.say_amount(thousandths)} ({round(thousandths / 100)} of 10)"


@register.filter
def scenario(trace: Trace) -> str:
    """Return in which conversation an observation was made."""
    return trace.source.split("/")[1]


@register.simple_tag
def inline_styles() -> SafeString:
    """Return the style sheets as text."""
    found = [finders.find(name) for name in STYLES]
    text = "\n".join(Path(str(path)).read_text(encoding="utf-8") for path in found if path)
    return mark_safe(text)  # noqa: S308  the product's own files
