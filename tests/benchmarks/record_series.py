#!/usr/bin/env python3
"""Records what the gate's self-test draws its noise from, and writes reports/gate/recorded_series.cpp.

    record_series.py BUILD [--rounds N]

Times: N processes each of gate_jobs and of two kernels of lstm_kernels, in turn, on whatever else the machine does.
Losses: quadratics, an LSTM optimizer trained nine times with meta learning rates 0.01 (1 + 1e-6 i), the same 256 test problems.
"""
import argparse
import datetime
import json
import math
import pathlib
import sqlite3
import statistics
import struct
import subprocess
import tempfile

TARGET = pathlib.Path(__file__).resolve().parents[2] / "reports/gate/recorded_series.cpp"
PROGRAMS = {"gate_jobs": ".", "lstm_kernels": "^(forward|unroll)/avx2/n:1280/hidden:20/"}
KEPT_SEEDS = 64
SUITE = """name: noise
optimizees:
  quadratic: {{kind: quadratic, dimension: 10, distribution: gaussian}}
optimizers:
  lstm:
    kind: learned
    meta_training: {{optimizee: quadratic, horizon: 100, instances: 128, epochs: 5, horizons_per_epoch: 20,
                    learning_rate: {rate!r}, final_learning_rate_ratio: 0.1, validation_instances: 128}}
experiments:
  - {{name: quadratics, optimizees: [quadratic], optimizers: [lstm], horizon: 100, seeds: {{count: 256, per_job: 256}}}}
"""


def times_of(build, rounds):
    times = {}
    for _ in range(rounds):
        for program, wanted in PROGRAMS.items():
            command = [build / "tests" / program, "--benchmark_format=json", f"--benchmark_filter={wanted}",
                       "--benchmark_min_time=0.05"]
            page = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
            for row in page["benchmarks"]:
                times.setdefault(row["name"], []).append(row["cpu_time"])
    return {name: [math.log(t / statistics.median(all_)) for t in all_] for name, all_ in times.items()}


def losses_of(build):
    finals, means = [], []
    with tempfile.TemporaryDirectory() as folder:
        for i in range(9):
            suite = pathlib.Path(folder) / "noise.yaml"
            suite.write_text(SUITE.format(rate=0.01 * (1 + 1e-6 * i)))
            run = pathlib.Path(folder) / f"run{i}"
            subprocess.run([build / "bin/l2lbench", "run", suite, "--run", run, "--quiet", "--no-reuse", "--no-report"], check=True)
            store = sqlite3.connect(run / "store.sqlite")
            (data,) = store.execute("SELECT data FROM arrays JOIN results USING (key) WHERE kind = 'evaluate' AND name = 'losses'").fetchone()
            store.close()
            losses = [x for (x,) in struct.iter_unpack("<f", data)]
            rows = [losses[at:at + 101] for at in range(0, len(losses), 101)]
            finals.append([math.log(max(row[-1], 1e-12)) for row in rows])
            means.append([math.log(sum(row[1:]) / 100) for row in rows])

    def ratios(values):
        found = []
        for other in values[1:]:
            ratio = [b - a for a, b in zip(values[0], other)]
            centre = statistics.fmean(ratio)
            found += [r - centre for r in ratio[:KEPT_SEEDS]]
        return found
    return ratios(finals), ratios(means)


def array(name, values):
    return f"constexpr float {name}[] = {{{', '.join(f'{v:.3g}F' if '.' in f'{v:.3g}' or 'e' in f'{v:.3g}' else f'{v:.3g}.0F' for v in values)}}};\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=160)
    given = parser.parse_args()
    times = times_of(given.build, given.rounds)
    finals, means = losses_of(given.build)
    cpu = next(line.split(": ")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
    text = (f"// Written by tests/benchmarks/record_series.py on {datetime.date.today()}, {given.rounds} rounds, on {cpu},\n"
            "// two cores that other builds and runs used at the same time.\n"
            '#include "reports/gate/recorded_series.hpp"\n\nnamespace l2l::reports {\nnamespace {\n\n')
    for i, series in enumerate(times.values()):
        text += array(f"kTimes{i}", series)
    text += "constexpr RecordedTimes kTimes[] = {" + ", ".join(f'{{"{name}", kTimes{i}}}' for i, name in enumerate(times)) + "};\n"
    text += array("kFinal", finals) + array("kMean", means) + "\n}  // namespace\n\n"
    for kind, name, data in (("RecordedTimes", "times", "kTimes"), ("float", "final_ratios", "kFinal"), ("float", "mean_ratios", "kMean")):
        text += f"std::span<const {kind}> recorded_{name}() {{\n  return {data};\n}}\n"
    TARGET.write_text(text + "\n}  // namespace l2l::reports\n")
    subprocess.run(["clang-format-14", "-i", TARGET], check=True)


main()
