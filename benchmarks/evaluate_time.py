"""How long a customer takes to answer, on one thread: understand the reply, be moved by it, find the next words.

Run as a program it reads replies from standard input, a JSON list of lists of texts, and prints what each took: in a
process of its own, so that its memory is that of a customer and nothing else.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from evaluate_setting import Setting

    from poise.roleplay.training.corpus import CorpusReply

LENGTHS: Final = (1, 3, 5)
REPLIES: Final = 200
FIRST, EACH_SENTENCE, WORST = 15.0, 10.0, 100.0
"""Goals in milliseconds: of any reply, of each sentence beside, and of the slowest in a hundred of five sentences."""
SEED: Final = 13
WARM: Final = 5
ALONE: Final = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL", "NUMBA")}


def tell_time(setting: "Setting") -> Iterator[str]:
    """Tell the time of replies of one, three and five sentences, and the memory."""
    from evaluate_figures import lay_table  # noqa: PLC0415  the measured process is to stay small

    texts = [pick_replies(setting.replies, length, setting.at_most(REPLIES)) for length in LENGTHS]
    told = run_alone(texts)
    rows = []
    for length, wall, cpu in zip(LENGTHS, told["wall"], told["cpu"], strict=True):
        middle, late = np.quantile(cpu, (0.5, 0.99))
        goal = FIRST + EACH_SENTENCE * length
        cells = [f"{middle:.1f} ms", f"{goal:.0f} ms: {_say(middle, goal)}", f"{late:.1f} ms"]
        cells += [f"{WORST:.0f} ms: {_say(late, WORST)}" if length == max(LENGTHS) else ""]
        rows.append([length, len(cpu), *cells, *(f"{value:.1f} ms" for value in np.quantile(wall, (0.5, 0.99)))])
    heads = (
        "sentences",
        "n",
        "median, CPU",
        "goal",
        "99 of 100 within, CPU",
        "goal",
        "median, clock",
        "99 of 100, clock",
    )
    yield from lay_table(heads, rows)
    yield f"- Loading the library and the reader: {told['load']:.1f} s by the clock, {told['load_cpu']:.1f} s of CPU."
    yield f"- Rating all moments of a conversation when it ends: {np.median(told['rating']):.0f} ms of CPU."
    yield f"- Memory: {told['loaded']:.0f} MB when loaded, {told['peak']:.0f} MB at the most."
    yield f"- Other work on the machine meanwhile: load {told['busy']:.1f} on {os.cpu_count()} cores."
    yield ""


def _say(value: float, goal: float) -> str:
    return "reached" if value <= goal else "missed"


def pick_replies(replies: "Sequence[CorpusReply]", sentences: int, number: int) -> list[str]:
    """Return replies of so many sentences, joined from the good replies of one voice each."""
    from poise.roleplay.understanding import MAX_CHARACTERS  # noqa: PLC0415  the measured process imports by itself

    rng = np.random.default_rng(SEED + sentences)
    voices = sorted({one.voice for one in replies})
    said = {voice: [s for one in replies if one.voice == voice and one.conduct == "good" for s, _ in one.say]
            for voice in voices}  # fmt: skip
    texts: list[str] = []
    while len(texts) < number:
        own = said[voices[len(texts) % len(voices)]]
        start = int(rng.integers(0, max(len(own) - sentences, 0) + 1))
        texts.append(" ".join(own[start : start + sentences])[:MAX_CHARACTERS])
    return texts


def run_alone(texts: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Answer replies in a process of its own, on one thread, and return what it told."""
    done = subprocess.run(  # noqa: S603  this folder's own script
        [sys.executable, str(Path(__file__))], input=json.dumps(texts), env={**os.environ, **ALONE},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{Path(__file__).name} ended with code {done.returncode}: {done.stderr.strip()[-500:]}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


class Customers:
    """Customers who come in one after the other and answer whatever they are told."""

    def __init__(self) -> None:
        from poise.content.check import load_library  # noqa: PLC0415  its time is measured
        from poise.roleplay.understanding import Reader  # noqa: PLC0415  the same

        self.library, self.reader = load_library(), Reader.load()
        self.cases = [case for case in self.library.scenarios if case.purpose == "assessment"]
        self.met = 0
        self.rating: list[float] = []
        self._meet()

    def _meet(self) -> None:
        from poise.roleplay.conversation import begin  # noqa: PLC0415  as above

        self.talk = begin(self.cases[self.met % len(self.cases)], self.met)
        self.met += 1

    def answer(self, words: str) -> tuple[float, float]:
        """Say something; return the milliseconds until the answer, by the clock and of CPU."""
        from poise.roleplay.conversation import rate, reply  # noqa: PLC0415  as above

        wall, cpu = time.perf_counter(), time.process_time()
        self.talk = reply(self.talk, words, (), self.reader, self.library.appraisal, self.library.voice)
        spent = 1e3 * (time.perf_counter() - wall), 1e3 * (time.process_time() - cpu)
        if self.talk.outcome is not None:
            cpu = time.process_time()
            rate(self.talk, self.reader.base_rates, self.library.beliefs)
            self.rating.append(1e3 * (time.process_time() - cpu))
            self._meet()
        return spent


def main() -> None:
    """Answer the replies of standard input, and print what they took."""
    texts = json.load(sys.stdin)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    wall, cpu = time.perf_counter(), time.process_time()
    customers = Customers()
    told: dict[str, Any] = {"load": time.perf_counter() - wall, "load_cpu": time.process_time() - cpu}
    told["loaded"] = peak_memory()
    for text in texts[0][:WARM]:
        customers.answer(text)
    spent = [[customers.answer(text) for text in some] for some in texts]
    told["wall"] = [[wall for wall, _ in some] for some in spent]
    told["cpu"] = [[cpu for _, cpu in some] for some in spent]
    told |= {"rating": customers.rating or [float("nan")], "peak": peak_memory(), "busy": os.getloadavg()[0]}
    print(json.dumps(told))


def peak_memory() -> float:
    """Return the largest resident size of this process so far, in MB."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    import resource  # noqa: PLC0415  not everywhere

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
