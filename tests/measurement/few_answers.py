"""Four persons and three items in several forms, for tests of reading."""

from pathlib import Path

import numpy as np

from poise.measurement.tabular.tables import ResponseTable

WIDE = "person,site,a,b,c\nann,x,1,0,\nbob,y,3,NA,2\neve,x,,1,2\ndan,y,1,1,5\n"
LONG = "person,item,response\nann,a,1\nann,b,0\nbob,a,3\nbob,c,2\neve,b,1\neve,c,2\ndan,a,1\ndan,b,1\ndan,c,5\nbob,b,\n"
EXPECTED = [[0, 0, -1], [1, -1, 0], [-1, 1, 0], [0, 1, 1]]


def write(folder: Path, text: str, name: str = "answers.csv") -> Path:
    """Write a file and return where it is."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def dense(table: ResponseTable) -> list[list[int]]:
    """Return categories by person and item, -1 where nothing was given."""
    full = np.full((table.size, len(table.items)), -1)
    person = np.repeat(np.arange(table.size), table.answered)
    full[person, table.item] = table.category
    told: list[list[int]] = full.tolist()
    return told
