#!/usr/bin/env python3
"""docs/store-format.md against a store: its example runs, its tables are there. Usage: store_test.py L2LBENCH"""
import contextlib
import csv
import io
import re
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PAGE = (Path(__file__).resolve().parents[2] / "docs/store-format.md").read_text(encoding="utf-8")
SUITE = """\
name: small
optimizees: {quadratic: {kind: quadratic, dimension: 3}}
optimizers:
  sgd: {kind: sgd, tune: {low: 0.001, high: 0.1, points: 3, instances: 2}}
  adam: {kind: adam, tune: {instances: 2, search: {trials: 3, over: {learning_rate: {low: 0.01, high: 1}}}}}
  lstm: {kind: learned, hidden: 4, meta_training: {optimizee: quadratic, horizon: 4, unroll: 2, instances: 2, epochs: 2,
    horizons_per_epoch: 1, learning_rate: 0.01, validation_instances: 2}}
experiments: [{name: e, optimizees: [quadratic], optimizers: [sgd, adam, lstm], horizon: 4, seeds: {count: 6, per_job: 6}}]
"""


def setUpModule():
    global folder, run
    folder = tempfile.TemporaryDirectory()
    suite = Path(folder.name, "small.yaml")
    suite.write_text(SUITE, encoding="utf-8")
    run = Path(folder.name, "run")
    subprocess.run([program, "run", str(suite), "--run", str(run), "--quiet", "--threads", "1"], check=True)


def tearDownModule():
    folder.cleanup()


def rows_under(heading):
    """First cells of the tables of a section."""
    section = PAGE.partition(f"\n## `{heading}`")[2].partition("\n## ")[0]
    return [re.findall(r"`([^`]+)`", line.split("|")[1]) for line in section.splitlines() if line.startswith("| `")]


class StoreFormat(unittest.TestCase):
    def test_the_example_prints_the_means_of_the_report(self):
        example = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL).group(1)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(example.replace("RUN/", f"{run}/"), {})  # noqa: S102: it is ours, and what is tested
        found = sorted(float(line.split()[-1]) for line in printed.getvalue().splitlines())
        with open(run / "report/summary.csv", newline="", encoding="utf-8") as file:
            expected = sorted(float(row["mean"]) for row in csv.DictReader(file) if row["step"] == "4")
        self.assertEqual(len(expected), 3)
        for mean, of_report in zip(found, expected, strict=True):
            self.assertAlmostEqual(mean / of_report, 1, places=5)

    def test_columns_are_those_of_the_page(self):
        with contextlib.closing(sqlite3.connect(f"file:{run}/store.sqlite?mode=ro", uri=True)) as store:
            for table in ("results", "arrays"):
                columns = [row[1] for row in store.execute(f"PRAGMA table_info({table})")]
                documented = [name for names in rows_under(table) for name in names]
                self.assertEqual(columns, [name for name in documented if name in columns], table)
            tables = {row[0] for row in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            self.assertEqual(tables, {name for name in re.findall(r"`(\w+)`", PAGE) if name in tables})
            self.assertIn(f"# The store of a run, version {store.execute('PRAGMA user_version').fetchone()[0]}\n", PAGE)
            self.assertIn(f"0x{store.execute('PRAGMA application_id').fetchone()[0]:08X}", PAGE)

    def test_arrays_are_those_of_the_page(self):
        documented = {line.split("`")[1]: set(re.findall(r"`([\w.]+)", line.split("|")[2]))
                      for line in PAGE.partition("| kind | arrays |")[2].partition("\n\n")[0].splitlines() if "`" in line}
        documented["select"] = documented["meta_train"]
        with contextlib.closing(sqlite3.connect(f"file:{run}/store.sqlite?mode=ro", uri=True)) as store:
            for kind, name in store.execute("SELECT DISTINCT kind, name FROM results JOIN arrays USING (key)"):
                self.assertIn(name.partition(".")[0] + ("." if "." in name else ""), documented[kind], kind)
            kinds = {row[0] for row in store.execute("SELECT DISTINCT kind FROM results")}
        self.assertEqual(kinds, set(documented))


if __name__ == "__main__":
    program = sys.argv.pop(1)
    unittest.main()
