#!/usr/bin/env python3
"""The real program on a real Slurm, and everything that goes wrong there: slurm_test.py PROGRAM [unittest options]

In every case the store is complete in the end, its digests are those of one machine, and nothing was computed
twice but what was in flight.
"""
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

import loopback

PROGRAM = ""
SUITE = """\
name: tiny
optimizees:
  quadratic: {{kind: quadratic, dimension: 3, distribution: gaussian, init_stddev: 0.01}}
optimizers:
  lstm:
    kind: learned
    layers: 1
    hidden: 4
    meta_training:
      {{optimizee: quadratic, horizon: 10, unroll: 5, instances: 4, epochs: {epochs}, horizons_per_epoch: {horizons},
       validation_instances: 4, seeds: 2, learning_rate: {{search: {{low: 0.001, high: 0.03, samples: 2, epochs: 2}}}}}}
  sgd: {{kind: sgd, tune: {{low: 1.0e-3, high: 1, points: 5, instances: 4}}}}
  adam: {{kind: adam, tune: {{low: 1.0e-3, high: 1, points: 5, instances: 4}}}}
experiments:
  - {{name: quadratics, optimizees: [quadratic], optimizers: [lstm, sgd, adam], horizon: 10, seeds: {{count: 8, per_job: 4}}}}
figures:
  - {{name: quadratics, title: Quadratics, kind: curves, experiments: [quadratics]}}
"""
SHORT = SUITE.format(epochs=3, horizons=4)
LONG = SUITE.format(epochs=200, horizons=150)  # its two trainings, wave 1, can be caught in the middle


def rows(file, query):
    """Reads a store, an abandoned one through a copy in which SQLite undoes the unfinished transaction."""
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("", "-journal", "-wal"):
            if pathlib.Path(f"{file}{suffix}").exists():
                shutil.copy(f"{file}{suffix}", f"{folder}/copy{suffix}")
        database = sqlite3.connect(f"{folder}/copy")
        try:
            return database.execute(query).fetchall()
        finally:
            database.close()


def digests(run):
    return dict(rows(run / "store.sqlite", "SELECT key, digest FROM results"))


class SlurmTest(unittest.TestCase):
    expected = {}  # suite -> digests of one machine

    @classmethod
    def setUpClass(cls):
        cls.cluster = loopback.Cluster()
        cls.addClassCleanup(cls.cluster.__exit__)
        cls.cluster.up()

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="l2l-slurm-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.run_folder = self.folder / "runs/tiny"
        self.shards = self.run_folder / "shards"

    # ---- the program
    def program(self, *words, code=0, timeout=120):
        done = subprocess.run([PROGRAM, *words], cwd=self.folder, env=self.cluster.environment, capture_output=True,
                              text=True, timeout=timeout, check=False)
        if code is not None:
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def submit(self, suite, shards=2, options=()):
        (self.folder / "tiny.yaml").write_text(suite)
        if suite not in self.expected:
            self.program("run", "tiny.yaml", "--run", "whole", "--no-report", "--quiet")
            self.expected[suite] = digests(self.folder / "whole")
            shutil.rmtree(self.folder / "whole")
        self.suite = suite
        self.program("submit", "tiny.yaml", "--shards", str(shards), "--time", "10", *options)
        self.name = json.loads((self.run_folder / "campaign.json").read_text())["name"]

    def status(self):
        return json.loads(self.program("status", "runs/tiny", "--json").stdout)

    # ---- Slurm
    def tasks(self, state):
        """Tasks and merges of this campaign in one state: (job id, array index, node)."""
        lines = self.cluster.slurm("squeue", "-h", "-r", "-t", state, "-n", self.name, "-o", "%A|%K|%N", check=False)
        return [tuple(line.split("|")) for line in lines.splitlines()]

    def until(self, condition, what, seconds=90):
        try:
            self.cluster.wait(condition, what, seconds)
        except TimeoutError:
            for log in sorted((self.run_folder / "logs/slurm").glob("*")):
                print(f"== {log.name}\n{log.read_text()[-1500:]}", file=sys.stderr)
            raise

    def over(self):
        return not self.cluster.slurm("squeue", "-h", "-n", self.name).strip()

    def until_over(self):
        self.until(self.over, "the end of the campaign")

    def stop_trainings(self):
        """Stops both trainings in the middle, when they have checkpoints: in flight for as long as it takes."""
        self.stopped = {}  # key -> process
        self.until(self.stop_those_with_checkpoints, "checkpoints")
        self.addCleanup(self.go_on)

    def stop_those_with_checkpoints(self):
        for part in self.shards.glob("w1-*/*.part"):
            pid = int(part.name.split(".")[3])  # job, restart, node, process
            if pid in self.stopped.values():
                continue
            try:
                keys = rows(part, "SELECT key FROM checkpoints")
            except (sqlite3.Error, OSError):
                continue  # caught in the middle of a transaction, or sealed
            if keys:
                os.kill(pid, signal.SIGSTOP)
                self.stopped[keys[0][0]] = pid
        return len(self.stopped) == 2

    def go_on(self):
        for pid in self.stopped.values():
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                pass

    def logs(self):
        return "".join(log.read_text() for log in sorted((self.run_folder / "logs/slurm").glob("wave*")))

    # ---- what holds in the end
    def stores(self, folders="*"):
        return [*self.shards.glob(f"{folders}/*.sqlite"), *self.shards.glob(f"{folders}/*.part")]

    def computed(self):
        """Key -> who computed it, over all private stores."""
        found = {}
        for file in self.stores():
            for key, origin in rows(file, "SELECT key, text FROM origin_of JOIN origins ON origin = id"):
                found.setdefault(key, set()).add(origin)
        return found

    def assert_complete(self, twice=()):
        self.assertEqual(digests(self.run_folder), self.expected[self.suite])
        status = self.status()
        self.assertEqual((status["total"]["missing"], status["conflicts"]), (0, 0))
        self.assertTrue((self.run_folder / "report/report.md").exists())
        for key, origins in self.computed().items():
            if key not in twice:
                self.assertEqual(len(origins), 1, f"computed twice: {origins}")

    def resubmit_and_complete(self, twice=()):
        self.assertGreater(self.status()["total"]["missing"], 0)
        self.program("resubmit", "runs/tiny")
        self.until_over()
        self.assert_complete(twice)

    def complete(self, twice=()):
        """Where it is up to Slurm how much of a campaign survives."""
        self.until_over()
        status = self.status()
        if status["total"]["missing"]:
            self.resubmit_and_complete(twice)
        elif status["unmerged"]:  # it was a merge that was lost
            self.program("merge", "tiny.yaml", "--run", "runs/tiny", "--report")
        self.assert_complete(twice)

    # ---- cases
    def test_happy_path(self):
        self.submit(SHORT, shards=3)
        refused = self.program("resubmit", "runs/tiny", code=2)
        self.assertIn("still in the queue", refused.stderr)
        self.until_over()
        self.assert_complete()
        self.assertIn("nothing to submit", self.program("resubmit", "runs/tiny").stdout)

    def test_failed_task(self):
        # The store of one shard has no place to be.
        (self.folder / "runs/tiny/shards").mkdir(parents=True)
        (self.shards / "w0-1of2").write_text("in the way")
        self.submit(SHORT)
        self.until_over()
        self.assertIn("w0-1of2", self.logs())
        (self.shards / "w0-1of2").unlink()
        self.resubmit_and_complete()

    def reach_time_limit(self, *options):
        self.submit(LONG, options=options)
        self.stop_trainings()
        for job, _, _ in self.tasks("RUNNING"):
            self.cluster.slurm("scontrol", "update", f"jobid={job}", "EndTime=now+1")
        self.until_over()  # at the limit Slurm sends SIGCONT before SIGTERM
        self.assertRegex(self.logs(), "l2lbench: (stopping|leaving)")  # SIGTERM, or already the warning

    def test_time_limit(self):
        self.reach_time_limit()
        self.complete()
        self.assertGreater(self.restarts(), 0)  # the warning came before: requeued

    def test_time_limit_where_nothing_is_requeued(self):
        self.reach_time_limit("--sbatch", "no-requeue")
        self.assertEqual(self.restarts(), 0)
        self.resubmit_and_complete()

    def test_warning_before_the_time_limit(self):
        self.submit(LONG)
        self.stop_trainings()
        for job, _, _ in self.tasks("RUNNING"):
            self.cluster.slurm("scancel", "--batch", "--signal=USR1", job)
        time.sleep(1)
        self.go_on()
        self.until_over()
        self.assertEqual(self.logs().count("l2lbench: leaving"), 2)
        self.assert_complete()  # requeued by the script: nothing to resubmit
        self.assertEqual(self.restarts(), 2)

    def restarts(self):
        return sum("SLURM_RESTART_COUNT=1" in origin for key in self.stopped for origin in self.computed().get(key, ()))

    def node_of(self, key):
        return next(part.name.split(".")[2] for part in self.shards.glob("w1-*/*.part") if f".{self.stopped[key]}." in part.name)

    def test_dead_node(self):
        self.submit(LONG)
        self.stop_trainings()
        node = self.node_of(next(iter(self.stopped)))
        self.cluster.power_cut(node)
        try:
            self.until(lambda: all(task[2] != node for task in self.tasks("RUNNING")), "the requeue")
        finally:
            self.cluster.bring_back(node)
        self.go_on()
        self.complete()
        self.assertGreater(self.restarts(), 0)

    def in_two_stores(self, key):
        return len([file for file in self.stores("w1-*") if (key,) in rows(file, "SELECT key FROM results")]) > 1

    def test_two_live_copies(self):
        self.submit(LONG)
        self.stop_trainings()
        node = self.node_of(next(iter(self.stopped)))
        here = [key for key in self.stopped if self.node_of(key) == node]
        self.cluster.network_partition(node)
        try:
            # The second copy is under way when the first goes on.
            self.until(lambda: len(list(self.shards.glob("w1-*/*.part"))) == 2 + len(here), "the second copies")
            self.go_on()
            self.until(lambda: not self.cluster.job_processes(node), "the end of the first copies")
        finally:
            self.cluster.bring_back(node)
        # A task is in flight as a whole: its copies also compute what it had not begun.
        self.until_over()
        self.complete(twice={key for key in self.computed() if self.in_two_stores(key)})
        for key in here:
            self.assertEqual(len(self.computed()[key]), 2, "only one copy has finished")

    def test_controller_killed_after_submission(self):
        self.submit(SHORT, shards=3)
        self.cluster.restart_controller()
        # It has forgotten what it had acknowledged a moment before, and issues the same ids again. A node that still
        # knows one refuses the new job of that id, which is then held, and is drained: here the administrator comes.
        for _ in range(4):
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline and not self.over():
                time.sleep(0.2)
            if not self.over():
                self.program("cancel", "runs/tiny")
                self.until_over()
                for node in self.cluster.nodes:
                    self.cluster.kill(node)
                    self.cluster.bring_back(node)
            status = self.status()
            if not status["total"]["missing"] + status["unmerged"]:
                break
            self.program("resubmit", "runs/tiny")
        self.program("report", "runs/tiny")
        # A forgotten task goes on unseen, and what it has in flight is computed again.
        self.assert_complete(twice=self.computed())

    def test_controller_restarted_while_running(self):
        self.submit(LONG)
        self.stop_trainings()
        self.cluster.restart_controller(signal.SIGTERM)
        self.go_on()
        self.complete()

    def test_full_disk(self):
        small = self.shards / "w1-0of2"
        small.mkdir(parents=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=80k", "tmpfs", small], check=True)
        self.addCleanup(subprocess.run, ["umount", small], check=True)
        self.submit(LONG)
        self.until_over()
        self.assertIn("the disk is full", self.logs())
        subprocess.run(["mount", "-o", "remount,size=16m", small], check=True)
        self.resubmit_and_complete()

    def test_merges_that_are_killed_and_repeated(self):
        self.submit(SHORT, shards=3)
        killed = 0
        for delay in [0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05] * 6:
            merge = subprocess.Popen([PROGRAM, "merge", "tiny.yaml", "--run", "runs/tiny"], cwd=self.folder,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(delay)
            merge.kill()
            killed += merge.wait() == -signal.SIGKILL
        self.assertGreater(killed, 0)
        self.complete()
        before = digests(self.run_folder)
        for _ in range(2):
            self.assertIn(" 0 results added", self.program("merge", "tiny.yaml", "--run", "runs/tiny").stdout)
        self.assertEqual(digests(self.run_folder), before)
        self.assert_complete()

    def test_cancel(self):
        self.submit(LONG)
        self.stop_trainings()
        self.assertIn("cancelled", self.program("cancel", "runs/tiny").stdout)
        self.go_on()
        self.until_over()
        self.resubmit_and_complete()


if __name__ == "__main__":
    if problem := loopback.missing():
        sys.exit(f"{problem}: ./l2lbench test --slurm installs what is needed")
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=2)
