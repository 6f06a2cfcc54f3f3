"""Seconds that ``import playground`` takes in a fresh process, beside an empty interpreter: the median of several runs.

python benchmarks/import_time.py [--runs 11]
"""

import argparse
import statistics
import subprocess
import sys
import time


def seconds(code: str, runs: int) -> float:
    """Median wall time of a fresh interpreter that runs ``code``."""
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def main() -> None:
    """Measure both and print their difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=11)
    runs = parser.parse_args().runs
    empty, imported = seconds("pass", runs), seconds("import playground", runs)
    sys.stdout.write(f"interpreter alone {empty:.3f} s, with the import {imported:.3f} s: {imported - empty:.3f} s\n")


if __name__ == "__main__":
    main()
