"""MAP.yaml: which items speak of which dimensions."""

from pathlib import Path

from poise.measurement.parameters.itemmap import ItemMap
from poise.measurement.tabular.tables import BadTableError


def read_map(path: Path) -> ItemMap:
    """Read MAP.yaml.

    Raises
    ------
    BadTableError
        Naming file, dimension, block or effect, and what was expected.
    """
    from ruamel.yaml import YAML  # noqa: PLC0415
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    try:
        told = YAML(typ="safe").load(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise BadTableError([f"{path}: cannot be read ({error.strerror}); check name and rights"]) from error
    except UnicodeDecodeError as error:
        raise BadTableError([f"{path}: is not text in UTF-8; is it the right file?"]) from error
    except YAMLError as error:
        raise BadTableError([f"{path}: is not YAML ({' '.join(str(error).split())})"]) from error
    return ItemMap.from_dict(told, str(path))
