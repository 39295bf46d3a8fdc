#!/usr/bin/python3
"""Our workloads in turn with those of a PyTorch program, on one core: a table of medians and ratios.

    tests/benchmarks/race.py --peer ../shared/peer/best_torch.py [--impl manual] [--rounds 7]

The other program is no part of this project: any that takes --workload mnist|eval|quad|cifar, --impl, --repeat
and --data, and prints a JSON line with cpu_seconds for each, will do; of cifar also optimizee_s, the seconds of its
loss and gradient, of which it computes one a step and `final` more. It needs Debian's python3-torch. Both run
on one core, one thread, round about, and CPU seconds are compared, so that a busy machine disturbs both alike.
"""
import argparse
import json
import math
import os
import statistics
import subprocess
import sys

UNROLL = 20  # steps of the CIFAR-10 workload


def whole(line):
    return line["cpu_seconds"]


def optimizee_step(line):
    return line["cpu_seconds"] * line["optimizee_s"] / line["seconds"] / (UNROLL + line["final"])


WORKLOADS = [  # what the table calls it, the peer's word and what of its answer, our program and benchmark
    ("MNIST meta-epoch: 100 steps, 5 updates of phi", "mnist", whole, "workloads", "mnist_meta_epoch/threads:1"),
    ("MNIST evaluation: 100 steps", "eval", whole, "workloads", "mnist_evaluation/threads:1"),
    ("128 quadratics, meta-epoch", "quad", whole, "workloads", "quadratics_meta_epoch/threads:1"),
    ("CIFAR-10, one unroll: 20 steps, two phi", "cifar", whole, "workloads", "cifar_unroll/threads:1"),
    ("CIFAR-10, loss and gradient of a minibatch", "cifar", optimizee_step, "convnet", "loss_and_gradient$"),
]


def run(command, environment=None):
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **(environment or {})})
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stderr}\nrace.py: this command failed")
    return done.stdout


def peer(options, workload, part):
    out = run(["taskset", "-c", options.core, "/usr/bin/python3", options.peer, "--workload", workload, "--impl",
               options.impl, "--repeat", "3", "--warmup", "1", "--data", options.data], {"OMP_NUM_THREADS": "1"})
    line = json.loads(out.strip().splitlines()[-1])
    return part(line), line["peak_rss_mb"]


def ours(options, program, name):
    out = run(["taskset", "-c", options.core, os.path.join(options.programs, program), f"--benchmark_filter=^{name}",
               "--benchmark_repetitions=3", "--benchmark_format=json"])
    rows = [row for row in json.loads(out)["benchmarks"] if row["run_type"] == "iteration"]
    return statistics.median(row["cpu_time"] for row in rows) / 1000, max(row.get("peak_MB", math.nan) for row in rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser.add_argument("--peer", required=True, help="path of the other program")
    parser.add_argument("--impl", default="manual", help="its implementation: manual, fusedT, cell")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--core", default="0", help="the core to run on")
    parser.add_argument("--programs", default=os.path.join(root, "build/release/tests"), help="folder of our benchmarks")
    parser.add_argument("--only", default="", help="only the workloads of this word of the other program")
    cache = os.environ.get("L2LBENCH_DATA") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "l2lbench")
    parser.add_argument("--data", default=os.path.join(cache, "mnist"), help="folder of the MNIST files")
    options = parser.parse_args()

    print(f"| workload | PyTorch {options.impl}, CPU s | l2lbench, CPU s | ratio, median [lowest, highest] | memory, MB |")
    print("|---|---:|---:|---:|---:|")
    for title, theirs, part, program, name in WORKLOADS:
        if options.only not in ("", theirs):
            continue
        pairs = [(peer(options, theirs, part), ours(options, program, name)) for _ in range(options.rounds)]
        ratios = sorted(p[0] / o[0] for p, o in pairs)
        middle = [statistics.median(side[0] for side in sides) for sides in zip(*pairs)]
        memory = [max(side[1] for side in sides) for sides in zip(*pairs)]
        print(f"| {title} | {middle[0]:.4f} | {middle[1]:.4f} | {statistics.median(ratios):.2f} "
              f"[{ratios[0]:.2f}, {ratios[-1]:.2f}] | "
              f"{', '.join('-' if math.isnan(m) else format(m, '.0f') for m in memory)} |", flush=True)


if __name__ == "__main__":
    main()
