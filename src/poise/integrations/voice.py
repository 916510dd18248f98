"""The optional voice: asks an endpoint to put the customer's line into other words, and never holds anything up."""

import json
import logging
from collections.abc import Callable, Mapping
from threading import Lock
from time import monotonic

from poise.integrations.breaker import REST_SECONDS, Breaker
from poise.integrations.endpoint import EndpointError, EndpointSettings, ask_endpoint, read_settings
from poise.roleplay.voicing import VoiceRequest

log = logging.getLogger("poise.voice")
TASK = (
    "You word the lines of a customer in a chat with a shop's customer service. You get a JSON object. Put its `line` "
    "into other words, as this customer would write it in the given manner and temper. Keep the meaning, every number, "
    "time, name and key word, every text in quotation marks, every question, every no and every insult. Add no fact, "
    "number, time, name, demand, offer, threat or insult. Keep the number of paragraphs and about the length. "
    "British English, plain text, no markup, no stage directions. Answer with the new line alone."
)
MANNERS = {
    "plain": "plain",
    "curt": "short, no spare word",
    "wordy": "talks much, explains everything",
    "wry": "dry humour",
}
TEMPERS = {"calm": "calm", "tense": "annoyed, in control", "hot": "very angry"}


class EndpointVoice:
    """A voice at an endpoint; several threads may use it.

    Parameters
    ----------
    settings
        Where it is.
    clock
        Seconds that only go forward.
    """

    def __init__(self, settings: EndpointSettings, clock: Callable[[], float] = monotonic) -> None:
        self.settings, self._clock = settings, clock
        self._lock, self._breaker = Lock(), Breaker()
        self.name, self.in_assessment = settings.name, settings.in_assessment

    def say(self, request: VoiceRequest) -> str | None:
        """Return the line in other words, or None after a failure or while the endpoint rests."""
        with self._lock:
            if not self._breaker.may_ask(self._clock()):
                return None
        try:
            said = ask_endpoint(self.settings, write_messages(request))
        except EndpointError as error:
            self._fail(str(error))
            return None
        return said

    def refuse(self, faults: tuple[str, ...]) -> None:
        """Count a line that was not used as a failure: an endpoint that only writes such lines only costs time."""
        self._fail("its line was refused: " + "; ".join(faults))

    def accept(self) -> None:
        """Count a line that was used: the failures before it are forgiven."""
        with self._lock:
            self._breaker = self._breaker.worked()

    def _fail(self, reason: str) -> None:
        with self._lock:
            self._breaker = self._breaker.failed(self._clock())
            rests = self._breaker.rests_until is not None
        rest = f" The voice rests for {REST_SECONDS / 60:g} minutes." if rests else ""
        log.warning("The voice was not used, the customer spoke the library's own words: %s.%s", reason, rest)


def open_voice(environ: Mapping[str, str]) -> EndpointVoice | None:
    """Return the voice that the environment names, or None; raises SettingsError where a setting is wrong."""
    settings = read_settings(environ)
    return None if settings is None else EndpointVoice(settings)


def write_messages(request: VoiceRequest) -> list[dict[str, str]]:
    """Return the two messages that are sent: the task, and what is known of this line."""
    told = {
        "case": request.title,
        "scene": request.scene,
        "customer": request.name,
        "manner": MANNERS.get(request.manner, request.manner),
        "temper": TEMPERS.get(request.temper, request.temper),
        "still open": list(request.needs),
        "line": request.line,
    }
    return [{"role": "system", "content": TASK}, {"role": "user", "content": json.dumps(told, ensure_ascii=False)}]
