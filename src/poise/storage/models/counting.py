"""How often something was tried of late, so that it can be limited."""

from django.db import models


class Tally(models.Model):
    """Something that was tried within the last minutes, and when; Django's cache writes it, and names its columns.

    Its name is a keyed hash, so that neither an address nor who was meant can be read out of it; it is forgotten when
    it has expired.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"a tally until {self.expires:%H:%M:%S}"
