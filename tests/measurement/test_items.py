"""parameters.json: what is written is read back, and what is wrong in it is named."""

import json
from typing import Any

import numpy as np
import pytest

from poise.measurement.parameters.calibratedblocks import CalibratedBlock, CalibratedRater, CalibratedStatement
from poise.measurement.parameters.items import CalibratedItem, Calibration, KnownParameters
from poise.measurement.tabular.tables import BadTableError

STATEMENTS = (
    CalibratedStatement("calm1", (("calm", 1.2),), 0.3, (0.1,), 0.05),
    CalibratedStatement("warm1", (("warm", 0.9), ("calm", -0.2)), -0.3),
)
ITEM = CalibratedItem("rude", "graded", (("calm", -1.1),), (1.0, -0.5), (0.1,), (0.2, 0.2), (0.9, -0.45), (0.1, 0.1))


def calibration() -> Calibration:
    return Calibration(
        items=(ITEM,),
        dimensions=("calm", "warm"),
        correlations=np.array([[1.0, 0.4], [0.4, 1.0]]),
        groups=("x", "y"),
        means=np.array([[0.0, 0.0], [0.5, -0.1]]),
        sds=np.ones((2, 2)),
        means_se=np.zeros((2, 2)),
        loglik=-10.0,
        aic=40.0,
        bic=50.0,
        n=20,
        parameters=10,
        converged=True,
        iterations=5,
        nodes=21,
        blocks=(CalibratedBlock("b1", STATEMENTS, "rank"),),
        raters=(CalibratedRater("ria", 0.3, 1.1, 0.05, 0.02),),
    )


def told() -> dict[str, Any]:
    text: dict[str, Any] = json.loads(json.dumps(calibration().as_dict()))
    return text


def test_blocks_and_raters_stand_in_the_file_as_promised() -> None:
    own = told()
    assert own["items"]["warm1"] == {
        "model": "blocks",
        "loadings": {"warm": 0.9, "calm": -0.2},
        "intercepts": [-0.3],
        "se": {"loadings": {"warm": None, "calm": None}, "intercepts": [None]},
        "block": "b1",
    }
    assert own["items"]["calm1"]["se"] == {"loadings": {"calm": 0.1}, "intercepts": [0.05]}
    assert own["blocks"] == {"b1": {"statements": ["calm1", "warm1"], "task": "rank"}}
    assert own["raters"] == {
        "ria": {"severity": 0.3, "consistency": 1.1, "se": {"severity": 0.05, "consistency": 0.02}}
    }


def test_what_is_written_is_read_back() -> None:
    known = KnownParameters.of(calibration())
    assert [item.key for item in known.items] == ["rude"]
    assert known.items[0].loadings == ITEM.loadings
    [block] = known.blocks
    assert (block.key, block.task) == ("b1", "rank")
    assert [(one.key, one.loadings, one.intercept) for one in block.statements] == [
        (one.key, one.loadings, one.intercept) for one in STATEMENTS
    ]
    assert [(one.key, one.severity, one.consistency) for one in known.raters] == [("ria", 0.3, 1.1)]
    assert known.groups == ("x", "y")
    assert known.means.tolist() == [[0.0, 0.0], [0.5, -0.1]]
    assert known.is_joint


def test_only_blocks_raters_and_mixed_models_need_the_joint_engine() -> None:
    own = told()
    del own["blocks"], own["raters"], own["items"]["calm1"], own["items"]["warm1"]
    assert not KnownParameters.from_dict(own).is_joint
    own["items"]["yes"] = {"model": "2pl", "loadings": {"calm": 1.0}, "intercepts": [0.0]}
    assert not KnownParameters.from_dict(own).is_joint
    own["items"]["part"] = {"model": "gpcm", "loadings": {"calm": 1.0}, "intercepts": [0.0]}
    assert KnownParameters.from_dict(own).is_joint


def spoil(*path: str, value: Any) -> dict[str, Any]:
    """Return the content of the file with one entry changed, or taken out where the value is None."""
    own = told()
    place = own
    for name in path[:-1]:
        place = place[name]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return own


BAD = [
    (spoil("items", "rude", "model", value="rasch"), r"item 'rude': the model is 'rasch', expected one of 2pl, graded"),
    (spoil("items", "rude", "loadings", value=None), r"item 'rude': expected model, loadings .* missing: 'loadings'"),
    (spoil("items", "rude", "intercepts", value=["high"]), r"item 'rude': .*could not convert string to float: 'high'"),
    (spoil("items", "rude", "loadings", value={"joy": 1.0}), r"items rude load on a dimension that is not in the list"),
    (spoil("items", "calm1", "loadings", value={"joy": 1.0}), r"items calm1 load on a dimension"),
    (
        spoil("items", "calm1", "intercepts", value=[1.0, 2.0]),
        r"statement 'calm1': expected loadings and one intercept",
    ),
    (spoil("items", "calm1", value=None), r"block 'b1': calm1 is not among the items"),
    (spoil("blocks", value=None), r"statements in no block: calm1, warm1"),
    (
        spoil("blocks", "b1", "task", value="guess"),
        r"block 'b1': the task is 'guess', expected one of rank, most_least",
    ),
    (spoil("blocks", "b1", "statements", value=["calm1"]), r"block 'b1': expected 2 to 4 statements"),
    (spoil("raters", "ria", "severity", value=None), r"rater 'ria': expected severity and consistency"),
    (spoil("correlations", value=[[1.0]]), r"correlations: got shape \(1, 1\), expected \(2, 2\)"),
    (spoil("dimensions", value=None), r"expected items, dimensions and correlations; wrong or missing: 'dimensions'"),
    (spoil("items", value=[1, 2]), r"expected items, dimensions and correlations"),
]


@pytest.mark.parametrize(("told", "expected"), BAD)
def test_what_is_wrong_in_the_file_is_named(told: dict[str, Any], expected: str) -> None:
    with pytest.raises(BadTableError, match=expected):
        KnownParameters.from_dict(told)
