"""Parameters as parameters.json has them, one test with items of every model, for simulation and pictures."""

from typing import Any

RATED: dict[str, Any] = {
    "g1": {"model": "graded", "loadings": {"calm": 1.4}, "intercepts": [2.0, 0.5, -1.0], "values": [1, 2, 3, 5]},
    "g2": {"model": "graded", "loadings": {"calm": -0.9}, "intercepts": [1.0, 0.0, -0.5, -2.0]},
    "y1": {"model": "2pl", "loadings": {"warm": 1.2}, "intercepts": [0.4]},
    "p1": {"model": "gpcm", "loadings": {"warm": 0.8}, "intercepts": [0.6, 0.2]},
    "c1": {"model": "graded", "loadings": {"calm": 0.7, "warm": 0.9}, "intercepts": [1.5, -0.7]},
}
STATEMENTS: dict[str, Any] = {
    "s1": {"model": "blocks", "loadings": {"calm": 1.3}, "intercepts": [0.5], "block": "b1"},
    "s2": {"model": "blocks", "loadings": {"warm": 0.9}, "intercepts": [-0.3], "block": "b1"},
    "s3": {"model": "blocks", "loadings": {"calm": -0.8}, "intercepts": [-0.2], "block": "b1"},
    "t1": {"model": "blocks", "loadings": {"calm": 1.0}, "intercepts": [0.4], "block": "b2"},
    "t2": {"model": "blocks", "loadings": {"warm": 1.1}, "intercepts": [0.1], "block": "b2"},
    "t3": {"model": "blocks", "loadings": {"warm": -0.7}, "intercepts": [-0.1], "block": "b2"},
    "t4": {"model": "blocks", "loadings": {"calm": 0.6}, "intercepts": [-0.4], "block": "b2"},
}
BLOCKS: dict[str, Any] = {
    "b1": {"statements": ["s1", "s2", "s3"], "task": "rank"},
    "b2": {"statements": ["t1", "t2", "t3", "t4"], "task": "most_least"},
}


def tell(items: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the content of a parameters.json over two dimensions."""
    return {"items": items, "dimensions": ["calm", "warm"], "correlations": [[1.0, 0.5], [0.5, 1.0]], **more}


def tell_all(**more: Any) -> dict[str, Any]:
    """Return items of every model and two blocks."""
    return tell({**RATED, **STATEMENTS}, blocks=BLOCKS, **more)


def tell_fixed(calm: float, warm: float, **more: Any) -> dict[str, Any]:
    """Return the same for people who all stand at one point."""
    groups = {"all": {"means": {"calm": calm, "warm": warm}, "sds": {"calm": 1e-9, "warm": 1e-9}}}
    return tell_all(groups=groups, **more)
