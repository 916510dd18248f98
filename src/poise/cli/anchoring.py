"""`poise calibrate --anchors`: items that keep the parameters of an earlier calibration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from poise.cli.scoring import read_parameters
from poise.measurement.many.anchoring import Anchors, take_anchors
from poise.measurement.parameters.items import CalibratedItem, KnownParameters, Model
from poise.measurement.tabular.spooling import SpooledTables
from poise.measurement.tabular.tables import BadTableError, ResponseTable


@dataclass(frozen=True, eq=False)
class AnchorFile:
    """An earlier calibration and where it stands."""

    path: Path
    known: KnownParameters

    @classmethod
    def read(cls, path: Path, at_least: int | None) -> "AnchorFile":
        """Read parameters.json.

        Raises
        ------
        BadTableError
            If it cannot be read, has no items, or counts answers otherwise than is asked for now.
        """
        told = read_parameters(path)
        known = KnownParameters.from_dict(told)
        if not known.items:
            raise BadTableError([f"{path}: has no items with categories; blocks cannot be anchors"])
        if told.get("dichotomise") != at_least:
            here, there = (
                f"with --dichotomise {k}" if k is not None else "without --dichotomise"
                for k in (at_least, told.get("dichotomise"))
            )
            raise BadTableError([f"{path}: was calibrated {there}, and now it is asked for {here}: use the same"])
        return cls(path, known)

    @property
    def values(self) -> dict[str, tuple[int, ...]]:
        """The values of the categories of each item."""
        return {item.key: item.values for item in self.known.items}

    @property
    def dimension(self) -> str:
        """The name of the one dimension.

        Raises
        ------
        BadTableError
            If there are several.
        """
        if len(self.known.dimensions) != 1:
            raise BadTableError(
                [f"{self.path}: has {len(self.known.dimensions)} dimensions: say --dimensions MAP.yaml"]
            )
        return self.known.dimensions[0]

    def take(self, table: ResponseTable | SpooledTables, model: Model) -> dict[str, CalibratedItem]:
        """Return the anchors among the items of a table."""
        first = table if isinstance(table, ResponseTable) else table.pattern
        return take_anchors(self.known, first, model)

    def single(
        self, table: ResponseTable | SpooledTables, model: Model, dimension: str
    ) -> dict[str, tuple[float, Sequence[float]]]:
        """Return the anchors of a calibration in one dimension."""
        found = self.take(table, model)
        strange = [key for key, item in found.items() if [name for name, _ in item.loadings] != [dimension]]
        if strange:
            raise BadTableError(
                [f"{self.path}: item {key!r} does not load on {dimension} alone: leave it out" for key in strange]
            )
        return {key: (item.loadings[0][1], item.intercepts) for key, item in found.items()}

    def several(self, table: ResponseTable, model: Model) -> Anchors:
        """Return the anchors of a calibration in many dimensions."""
        found: Mapping[str, CalibratedItem] = self.take(table, model)
        return {key: (dict(item.loadings), item.intercepts) for key, item in found.items()}
