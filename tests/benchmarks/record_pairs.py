#!/usr/bin/env python3
"""Records pairs of losses of a real run, and writes reports/claims/recorded_pairs.cpp for `claims --self-test`.

    record_pairs.py RUN OWN OTHER --optimizee NAME --step T

RUN: a run directory with report/trajectories.csv (suites/quadratics.yaml). ln(loss of OWN / loss of OTHER) of every problem, less
the mean: every 16th in order of size, so that 256 of 4,096 keep the shape of all of them.
"""
import argparse
import csv
import math
import pathlib
import statistics

TARGET = pathlib.Path(__file__).resolve().parents[2] / "reports/claims/recorded_pairs.cpp"
KEPT = 256


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("own")
    parser.add_argument("other")
    parser.add_argument("--optimizee", required=True)
    parser.add_argument("--step", type=int, required=True)
    arguments = parser.parse_args()
    losses = {arguments.own: {}, arguments.other: {}}
    with open(arguments.run / "report/trajectories.csv", newline="") as file:
        for row in csv.DictReader(file):
            if (row["optimizer"] in losses and row["optimizee"] == arguments.optimizee
                    and int(row["step"]) == arguments.step):
                losses[row["optimizer"]][row["seed"]] = float(row["loss"])
    own, other = losses[arguments.own], losses[arguments.other]
    ratios = sorted(math.log(own[seed] / other[seed]) for seed in own if seed in other)
    kept = [ratios[(2 * i + 1) * len(ratios) // (2 * KEPT)] for i in range(KEPT)]
    centre = statistics.fmean(kept)
    numbers = ", ".join(f"{value - centre:.4f}F" for value in kept)
    TARGET.write_text(f"""// Written by tests/benchmarks/record_pairs.py: {arguments.own} and {arguments.other} on {arguments.optimizee} at step {arguments.step}, {len(ratios)} problems.
#include "reports/claims/recorded_pairs.hpp"

namespace l2l::reports {{
namespace {{

constexpr float kLogRatios[] = {{{numbers}}};

}}  // namespace

std::span<const float> recorded_log_ratios() {{
  return kLogRatios;
}}

}}  // namespace l2l::reports
""")


if __name__ == "__main__":
    main()
