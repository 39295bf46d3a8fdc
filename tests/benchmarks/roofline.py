#!/usr/bin/python3
"""Tables and the roofline figure of docs/performance.md, from one run of the kernels' benchmark program.

    tests/benchmarks/roofline.py [--repetitions 7] [--out docs/performance]

Writes roofline.svg and roofline.png to the folder and prints the tables as Markdown. Every share is of the
ceiling that the same run measured; times are CPU time.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys

# Bytes per coordinate and step that go past the second-level cache: forward reads and writes the state (H = 20,
# two layers: 80 floats), a gradient and an update; an unroll does that, records the gradient and reads it back.
BYTES = {"forward": 4 * (2 * 80 + 2), "unroll": 4 * (2 * 80 + 2 + 2 + 80 / 20)}
FLOP = {"forward": 10_280, "unroll": 40_480}  # really done, the forward pass of an unroll twice
EXECUTED = FLOP["unroll"] / (3 * FLOP["forward"])  # by what counts as an unroll's work


def measure(program, repetitions):
    out = subprocess.run([program, f"--benchmark_repetitions={repetitions}", "--benchmark_format=json",
                          "--benchmark_filter=ceiling|hidden|scaling"], capture_output=True, text=True)
    if out.returncode != 0:
        sys.exit(f"{program}\n{out.stderr}\nroofline.py: this command failed")
    runs = {}
    for row in json.loads(out.stdout)["benchmarks"]:
        if row["run_type"] == "iteration":
            runs.setdefault(re.sub(r"/min_time:.*", "", row["name"]), []).append(row)
    return {name: {key: statistics.median(row[key] for row in rows) for key, value in rows[0].items()
                   if isinstance(value, (int, float))} for name, rows in runs.items()}


def print_tables(results):
    print("| kernel | instruction set | N | H | GFLOP/s | share of the ceiling | of it, executed | million coordinate steps/s |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for name, row in results.items():
        kind, *rest = name.split("/")
        if kind not in FLOP:
            continue
        isa, n, hidden = rest[0], rest[1][2:], rest[2][7:]
        executed = f"{row['share'] * EXECUTED:.1%}" if kind == "unroll" and hidden == "20" else ""
        print(f"| {kind} | {isa} | {int(n):,} | {hidden} | {row['GFLOP']:.1f} | {row['share']:.1%} | {executed} | {row['coord_steps'] / 1e6:.2f} |")
    print("\n| N | forward, ns per coordinate step | unroll, ns per coordinate step |\n|---:|---:|---:|")
    scaling = {}
    for name, row in results.items():
        kind, *rest = name.split("/")
        if kind == "scaling":
            scaling.setdefault(int(rest[1][2:]), {})[rest[0]] = 1e9 / row["coord_steps"]
    for n, costs in scaling.items():
        print(f"| {n:,} | " + " | ".join(f"{costs[k]:.1f}" if k in costs else "" for k in FLOP) + " |")


def draw(results, folder):
    bandwidth = results["ceiling/memory"]["bytes_per_second"] / 1e9
    isas = sorted({name.split("/")[1] for name in results if name.split("/")[0] in FLOP})
    peaks = {isa: results[f"forward/{isa}/n:15910/hidden:20"]["peak_GFLOP"] for isa in isas}
    labels, points = [], []
    for kind in FLOP:
        intensity = FLOP[kind] / BYTES[kind]
        for isa in isas:
            row = results[f"{kind}/{isa}/n:15910/hidden:20"]
            speed = row["GFLOP"] * (EXECUTED if kind == "unroll" else 1)
            points.append(f"{intensity} {speed}")
            up = 1 if isa == isas[-1] else -1
            side = f"center offset 0,{up}" if kind == "forward" else f"left offset 1,{0.4 * up}"
            labels.append(f"set label '{kind}, {isa}: {speed / peaks[isa]:.0%}' at {intensity},{speed} {side}")
    script = "\n".join([
        "set logscale xy", "set xrange [0.5:512]", f"set yrange [10:{max(peaks.values()) * 2}]",
        "set xlabel 'FLOP per byte past the second-level cache'", "set ylabel 'GFLOP/s, executed'",
        "set border 3", "set tics nomirror", "set key off",
        f"set label 'one core: {max(peaks.values()):.0f} GFLOP/s of fused multiply-adds' at 500,{max(peaks.values()) * 1.15} right",
        f"set label 'memory: {bandwidth:.0f} GB/s' at 0.6,{0.6 * bandwidth * 1.25} left rotate by 51",
        *labels,
        f"roof(x) = x * {bandwidth} < {max(peaks.values())} ? x * {bandwidth} : {max(peaks.values())}",
        "$points << EOD", *points, "EOD",
        "plot roof(x) with lines lw 2 lc rgb '#333333', $points with points pt 7 ps 1.2 lc rgb '#d95f02'", ""])
    os.makedirs(folder, exist_ok=True)
    for terminal, ending in [("svg size 720,420 font 'DejaVu Sans,12'", "svg"),
                             ("pngcairo size 1080,630 font 'DejaVu Sans,14'", "png")]:
        head = f"set terminal {terminal}\nset output '{os.path.join(folder, 'roofline.' + ending)}'\n"
        subprocess.run(["gnuplot"], input=head + script, text=True, check=True)


def main():
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.path.join(root, "build/release/tests/lstm_kernels"))
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--out", default=os.path.join(root, "docs/performance"))
    options = parser.parse_args()
    results = measure(options.program, options.repetitions)
    print_tables(results)
    draw(results, options.out)


if __name__ == "__main__":
    main()
