"""Rows that are written once: what has happened is never changed."""
# ruff: noqa: D106  what a class Meta is, Django explains

from collections.abc import Iterable
from typing import NoReturn, TypeVar

from django.db import models

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class ImmutableRowError(RuntimeError):
    """Somebody tried to change or delete a row that is written once."""


class WrittenOnceRows(models.QuerySet[M_co]):
    """Rows that can be added and read, no more."""

    def update(self, **values: object) -> NoReturn:
        """Refuse: such rows are never changed."""
        raise ImmutableRowError(f"{self.model.__name__} rows are written once; cannot set {', '.join(values)}")

    def delete(self) -> NoReturn:
        """Refuse: such rows go only together with what they belong to."""
        raise ImmutableRowError(f"{self.model.__name__} rows are written once; cannot delete them")


class WrittenOnce(models.Model):
    """A row that stays as it was first written."""

    class Meta:
        abstract = True

    def save(
        self,
        *,
        force_insert: bool | tuple[models.base.ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Write the row for the first time; raises ImmutableRowError ever after."""
        if not self._state.adding or force_update or update_fields is not None:
            raise ImmutableRowError(f"{type(self).__name__} {self.pk} is written once and cannot be changed")
        super().save(force_insert=force_insert or True, using=using)

    def delete(self, using: str | None = None, keep_parents: bool = False) -> NoReturn:  # noqa: ARG002, FBT001, FBT002  as in Django
        """Refuse: see WrittenOnceRows."""
        raise ImmutableRowError(f"{type(self).__name__} {self.pk} is written once and cannot be deleted")
