#!/usr/bin/env python3
"""What the compiler's time goes to: builds a tree from nothing, without the compiler's cache, and prints a table.

  compile_times.py --folder EMPTY-FOLDER [--source TREE] [--jobs 2] [--option -DL2L_PCH=OFF ...]

The machine has to be quiet, and `time` (Debian's package) installed. A row is a step: the program, then all the rest.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import time


def units(log):
    """[(CPU seconds, object)] of the compiler's calls so far."""
    found = []
    for line in log.read_text().splitlines() if log.exists() else []:
        match = re.match(r"([\d.]+) ([\d.]+) .* -o (\S+)", line)
        if match:
            found.append((float(match[1]) + float(match[2]), match[3]))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--source", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    parser.add_argument("--jobs", default="2")
    parser.add_argument("--slowest", type=int, default=10)
    parser.add_argument("--option", action="append", default=[])
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        sys.exit(f"{folder} is not empty: nothing would be built")
    log = folder / "compiler-calls.txt"
    launcher = f"/usr/bin/time;-a;-o;{log};-f;%U %S %C"
    environment = {**os.environ, "CCACHE_DISABLE": "1"}
    subprocess.run(["cmake", "--preset", "release", "-S", str(arguments.source), "-B", str(folder),
                    f"-DCMAKE_CXX_COMPILER_LAUNCHER={launcher}", *arguments.option],
                   cwd=arguments.source, env=environment, stdout=subprocess.DEVNULL, check=True)
    log.unlink(missing_ok=True)  # what configuring tried out
    print("| | wall | CPU | units |\n|---|---:|---:|---:|")
    wall, before = 0.0, []
    for name, target in (("program", "l2lbench"), ("everything", "all")):
        start = time.monotonic()
        subprocess.run(["ninja", "-C", str(folder), "-j", arguments.jobs, target], env=environment,
                       stdout=subprocess.DEVNULL, check=True)
        wall += time.monotonic() - start
        before = units(log)
        print(f"| {name} | {wall:.0f} s | {sum(seconds for seconds, _ in before):.0f} s | {len(before)} |", flush=True)
    print("\n| slowest units | CPU |\n|---|---:|")
    for seconds, unit in sorted(before, reverse=True)[:arguments.slowest]:
        print(f"| {re.sub(r'CMakeFiles/[^/]+[.]dir/', '', unit)} | {seconds:.1f} s |")


if __name__ == "__main__":
    main()
