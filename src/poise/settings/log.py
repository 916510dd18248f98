"""What is written on standard error when something goes wrong, and what never is."""

import logging
import re
import traceback
from types import TracebackType

from django.core.exceptions import ImproperlyConfigured
from django.db.utils import OperationalError

from poise.settings.environment import DEBUG


class DiscreetFormatter(logging.Formatter):
    """Writes where something failed, but neither the words of candidates nor anybody's token.

    The message of an exception may quote what a person wrote, so only those kinds are printed that never do.
    """

    TOKEN = re.compile(r"[\w-]{32,}")
    HARMLESS = (OperationalError, ImproperlyConfigured, ImportError)

    def format(self, record: logging.LogRecord) -> str:
        """Write one line, and the traceback where there is one, with all tokens left out."""
        return self.TOKEN.sub("…", super().format(record))

    def formatException(  # noqa: N802  the name is given by logging
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """Write the traceback of an exception and of those that led to it, without their messages."""
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            message = f": {error}" if isinstance(error, self.HARMLESS) else ""
            frames = "".join(traceback.format_tb(error.__traceback__))
            lines.insert(0, f"{frames}{type(error).__qualname__}{message}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "discreet": {
            "()": "poise.settings.log.DiscreetFormatter",
            "format": "{asctime} {levelname} {message}",
            "style": "{",
        },
        "full": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "level": "WARNING", "formatter": "full" if DEBUG else "discreet"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Django's own handlers would print the same line a second time, with the details.
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}
