#!/usr/bin/env python3
"""What Slurm adds to a task, on the loopback cluster: overhead.py PROGRAM [TASKS]

Prints how long an array of tasks that find everything stored takes: starting the program, reading the plan and the
handover, and Slurm's part, in seconds and tasks a second. For comparison, the same command without Slurm.
"""
import pathlib
import subprocess
import sys
import tempfile
import time

import loopback
from slurm_test import SHORT


def main():
    program, tasks = str(pathlib.Path(sys.argv[1]).resolve()), int(sys.argv[2]) if len(sys.argv) > 2 else 100
    with loopback.Cluster() as cluster, tempfile.TemporaryDirectory() as folder:
        call = {"cwd": folder, "env": cluster.environment, "check": True, "capture_output": True}
        (pathlib.Path(folder) / "tiny.yaml").write_text(SHORT)
        subprocess.run([program, "run", "tiny.yaml", "--no-report"], **call)
        subprocess.run([program, "merge", "tiny.yaml"], **call)  # writes the handover
        task = [program, "run", "tiny.yaml", "--wave", "0", "--shard"]
        start = time.monotonic()
        for index in range(20):
            subprocess.run([*task, f"{index}/{tasks}"], **call)
        alone = (time.monotonic() - start) / 20
        for words, name in ((f"{' '.join(task)} auto/{tasks}", "l2lbench"), ("true", "true")):
            start = time.monotonic()
            cluster.slurm("sbatch", "--job-name=overhead", f"--chdir={folder}", "--output=/dev/null",
                          f"--array=0-{tasks - 1}", "--wrap", words)
            cluster.wait(lambda: not cluster.slurm("squeue", "-h", "-n", "overhead").strip(), "the array", 600)
            took = time.monotonic() - start
            print(f"{tasks} tasks of `{name}`: {took:.1f} s, {tasks / took:.1f} tasks/s")
        print(f"the same task without Slurm: {alone * 1000:.0f} ms")


if __name__ == "__main__":
    problem = loopback.missing()
    if problem:
        sys.exit(f"overhead: {problem}")
    main()
