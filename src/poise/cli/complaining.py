"""What a command does with bad input: plain lines and a failed exit."""

import typer
from rich.console import Console


class Complaining:
    """Turn what is wrong with the input into lines and a failed exit."""

    def __init__(self, err: Console) -> None:
        self.err = err

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, ValueError):
            for line in str(error).splitlines():
                self.err.print(line, markup=False)
            raise typer.Exit(2) from error
