"""A breaker: after some failures in a row, what fails is left alone for a while. A value; the time is handed in."""

from dataclasses import dataclass

MOST_FAILURES = 3
REST_SECONDS = 300.0


@dataclass(frozen=True)
class Breaker:
    """How often something failed in a row, and until when it rests, in the seconds of the caller's clock."""

    failures: int = 0
    rests_until: float | None = None

    def may_ask(self, now: float) -> bool:
        """Say whether it may be asked now."""
        return self.rests_until is None or now >= self.rests_until

    def failed(self, now: float) -> "Breaker":
        """Return the breaker after a failure; after a rest, one is enough for the next."""
        failures = self.failures + 1
        return Breaker(failures, now + REST_SECONDS if failures >= MOST_FAILURES else None)

    def worked(self) -> "Breaker":
        """Return the breaker after it worked."""
        return Breaker()
