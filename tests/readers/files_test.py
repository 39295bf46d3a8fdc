#!/usr/bin/env python3
"""Every other file of a report, read by strict parsers. Usage: files_test.py WRITE_REPORTS"""
import csv
import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

import html5lib

XML = "{http://commonmark.org/xml/1.0}"
KINDS = ("synthetic", "hostile", "replicas")
FORMAT = Path(__file__).resolve().parents[2] / "docs/report-format.md"


def setUpModule():
    global folder, texts
    folder = tempfile.TemporaryDirectory()
    for kind in (*KINDS, "hostile again"):
        subprocess.run([write_reports, kind.split()[0], str(report(kind))], check=True)
    texts = json.loads(subprocess.run([write_reports, "texts", "-"], check=True, capture_output=True).stdout)


def tearDownModule():
    folder.cleanup()


def report(kind):
    return Path(folder.name, kind)


def read(kind, name):
    return (report(kind) / name).read_bytes().decode("utf-8")  # strict


class Determinism(unittest.TestCase):
    def test_same_data_same_bytes(self):
        one, two = report("hostile"), report("hostile again")
        names = sorted(str(p.relative_to(one)) for p in one.rglob("*") if p.is_file())
        self.assertIn("report.html", names)
        for name in names:
            if not name.endswith((".pdf", ".png")):  # they hold a date or a version
                self.assertEqual((one / name).read_bytes(), (two / name).read_bytes(), name)


class Html(unittest.TestCase):
    def test_strict_parser(self):
        for kind in KINDS:
            html5lib.HTMLParser(strict=True).parse(read(kind, "report.html"))

    def test_identifiers_are_unique(self):
        for kind in KINDS:
            ids = re.findall(r'\sid="([^"]*)"', read(kind, "report.html"))
            self.assertEqual(len(ids), len(set(ids)))
            self.assertGreater(len(ids), 50)


class Markdown(unittest.TestCase):
    """cmark-gfm is GitHub's own reader."""

    def tree(self, kind):
        done = subprocess.run(["cmark-gfm", "-e", "table", "-e", "strikethrough", "--to", "xml"], check=True, capture_output=True,
                              input=(report(kind) / "report.md").read_bytes())
        xml = done.stdout.decode().replace("\ufffe", "\ufffd")  # which XML may not hold
        return ElementTree.fromstring(re.sub(r"<!DOCTYPE[^>]*>", "", xml))

    def plain(self, node):
        pieces = [n.text or "" if n.tag in (XML + "text", XML + "code") else " " for n in node.iter()
                  if n.tag in (XML + "text", XML + "code", XML + "softbreak")]
        return "".join(pieces)

    def outline(self, kind):
        """Tags of the blocks, and of what is inside them but text and emphasis."""
        return [node.tag.removeprefix(XML) for node in self.tree(kind).iter()
                if node.tag.removeprefix(XML) not in ("text", "strong", "softbreak")]

    def test_no_text_becomes_markup(self):
        tree = self.tree("hostile")
        own = self.tree("synthetic")
        for tag in ("html_inline", "strikethrough", "linebreak"):
            self.assertEqual(len(list(tree.iter(XML + tag))), len(list(own.iter(XML + tag))), tag)
        urls = lambda root: {n.get("destination") for n in root.iter() if n.tag in (XML + "link", XML + "image")}
        self.assertEqual(urls(tree), urls(own))
        blocks = {n.text for n in tree.iter(XML + "html_block")}
        for block in blocks:
            self.assertRegex(block, r"^(<details>\n<summary>[\w ]+</summary>|</details>)\n$")

    def test_tables_keep_their_cells(self):
        tables = list(self.tree("hostile").iter(XML + "table"))
        own = list(self.tree("synthetic").iter(XML + "table"))
        self.assertEqual(len(tables), len(own))
        for table in tables:
            rows = list(table)
            for row in rows:
                self.assertEqual(len(list(row)), len(list(rows[0])))
        claims = next(table for table in tables if self.plain(list(list(table)[0])[0]) == "Verdict")
        statements = [self.plain(list(row)[1]) for row in list(claims)[1:]]
        self.assertEqual(len(statements), len(texts))
        squeeze = lambda text: re.sub(r"\s+", " ", re.sub("[\0-\x1f\x7f]", " ", text.replace("\ufffe", "\ufffd"))).strip()
        for text, shown in zip(texts, statements):
            self.assertTrue(squeeze(shown) == squeeze(text) or squeeze(shown).startswith(squeeze(text) + " ("), (text, shown))

    def test_the_command_stays_in_its_block(self):
        block = [n.text for n in self.tree("hostile").iter(XML + "code_block")]
        self.assertEqual(len(block), 1)
        self.assertTrue(block[0].startswith("./l2lbench run '"), block)


class Svg(unittest.TestCase):
    def test_well_formed(self):
        for kind in KINDS:
            files = list((report(kind) / "figures").glob("*.svg"))
            self.assertGreater(len(files), 5)
            for file in files:
                ElementTree.parse(file)


class Csv(unittest.TestCase):
    def rows(self, kind, name):
        with open(report(kind) / name, newline="", encoding="utf-8") as file:
            return list(csv.reader(file, strict=True))

    def files(self, kind):
        return sorted(p.name for p in report(kind).glob("*.csv"))

    def test_records_are_whole_and_lines_end_as_they_should(self):
        for kind in KINDS:
            for name in self.files(kind):
                rows = self.rows(kind, name)
                self.assertGreater(len(rows), 1)
                self.assertEqual({len(row) for row in rows}, {len(rows[0])}, name)
                self.assertTrue(read(kind, name).endswith("\r\n"))
                self.assertFalse(re.search(r"[^\r]\n", re.sub(r'"[^"]*"', "", read(kind, name))), name)

    def test_texts_come_back(self):
        header, *rows = self.rows("hostile", "claims.csv")
        for text, row in zip(texts, rows, strict=True):
            self.assertEqual(row[header.index("statement")].removeprefix("'") if text[0] in "=+-@\t" else row[header.index("statement")], text)

    def test_nothing_computes_in_a_spreadsheet(self):
        seen = 0
        for name in self.files("hostile"):
            for row in self.rows("hostile", name):
                for field in row:
                    if field[:1] in tuple("=+-@\t\r"):
                        self.assertRegex(field, r"^-(inf|[0-9.]+(e[-+][0-9]+)?)$", name)
                    seen += field.startswith("'=")
        self.assertGreater(seen, 0)

    def test_columns_are_the_documented_ones(self):
        documented = {}
        for section in re.split(r"^#{2,3} ", FORMAT.read_text(), flags=re.M)[1:]:
            rows = re.findall(r"^\| `([\w.]+)` \| (with replicas: )?", section, flags=re.M)
            documented[section.split("\n", 1)[0].strip("`")] = rows
        for kind in ("synthetic", "replicas"):
            for file in self.files(kind):
                header = [column for column in self.rows(kind, file)[0] if "." not in column]  # without the axes
                expected = [name for name, only in documented.get(file, []) if not only or kind == "replicas"]
                self.assertEqual(header, expected, file)


class Json(unittest.TestCase):
    def load(self, kind):
        def refuse(word):
            raise ValueError(word)
        def once(pairs):
            self.assertEqual(len(pairs), len(dict(pairs)))
            return dict(pairs)
        return json.loads(read(kind, "report.json"), parse_constant=refuse, object_pairs_hook=once)

    def test_values_and_texts(self):
        for kind in KINDS:
            data = self.load(kind)
            self.assertEqual((data["format"], data["version"]), ("l2lbench-report", 1))
        self.assertEqual([claim["statement"] for claim in self.load("hostile")["claims"]], texts)
        with open(report("synthetic") / "summary.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        steps = [(e["name"], c["optimizer"], s) for e in self.load("synthetic")["experiments"] for c in e["curves"] for s in c["steps"]]
        self.assertEqual(len(rows), len(steps))
        for row, (experiment, optimizer, step) in zip(rows, steps):
            self.assertEqual((row["experiment"], row["optimizer"], int(row["step"]), int(row["diverged"])),
                             (experiment, optimizer, step["step"], step["diverged"]))
            mean = float(row["mean"])
            self.assertEqual(step["mean"], None if mean == float("inf") else mean)

    def test_every_number_has_its_keys(self):
        for kind, replicas in (("synthetic", {1}), ("replicas", {1, 3})):
            curves = [curve for experiment in self.load(kind)["experiments"] for curve in experiment["curves"]]
            self.assertEqual({curve["replicas"] for curve in curves}, replicas)
            for curve in curves:
                covered = sum(job.get("seeds", 0) for job in curve["jobs"])
                self.assertEqual(covered, curve["seeds"] * curve["replicas"])
                for job in curve["jobs"]:
                    self.assertRegex(job["key"], "^[0-9a-f]{64}$")
                for diverged in curve["diverged"]:
                    self.assertIn((diverged["key"], diverged["replica"]),
                                  [(job["key"], job.get("replica", 0)) for job in curve["jobs"]])

    def test_fields_are_documented(self):
        text = FORMAT.read_text()
        def names(value):
            if isinstance(value, dict):
                for name, inner in value.items():
                    if name in ("coordinates", "where"):
                        continue
                    yield name
                    yield from names(inner)
            elif isinstance(value, list):
                for inner in value:
                    yield from names(inner)
        for name in sorted(set(names(self.load("replicas")))):
            self.assertIn(f"`{name}`", text, name)


class Latex(unittest.TestCase):
    ALLOWED = {"begin", "end", "centering", "small", "caption", "label", "toprule", "midrule", "bottomrule", "textbf", "ensuremath",
               "textbackslash", "textasciicircum", "textasciitilde", "textless", "textgreater", "textbar", "ldots", "linewidth",
               "includegraphics", "providecommand", "reportpath", "pm", "le", "ge", "infty", "times", "cdot", "nabla", "rightarrow",
               "alpha", "beta", "gamma", "delta", "varepsilon", "theta", "lambda", "mu", "sigma", "varphi"}

    def body(self, kind, name):
        return "\n".join(line for line in read(kind, name).split("\n") if not line.startswith("% "))

    def test_braces_commands_and_environments(self):
        for kind in KINDS:
            for name in ("table.tex", "figures.tex"):
                text = self.body(kind, name)
                self.assertTrue(all(ord(c) < 0x180 for c in text), name)
                depth, open_environments = 0, []
                for token in re.finditer(r"\\([A-Za-z]+|.|\n)|[{}$&#%_^~]", text):
                    word = token[0]
                    if word in "{}":
                        depth += 1 if word == "{" else -1
                        self.assertGreaterEqual(depth, 0)
                    elif word[0] != "\\":
                        line = text[text.rfind("\n", 0, token.start()) + 1:text.find("\n", token.start())]
                        self.assertEqual(word, "&", (name, line))  # nothing special but column separators
                    elif token[1].isalpha():
                        self.assertIn(token[1], self.ALLOWED, name)
                        environment = re.match(r"\{(\w+)\}", text[token.end():])
                        if token[1] == "begin":
                            open_environments.append(environment[1])
                        elif token[1] == "end":
                            self.assertEqual(open_environments.pop(), environment[1])
                    else:
                        self.assertIn(token[1], "\\{}$&#%_", name)
                self.assertEqual((depth, open_environments), (0, []), name)

    def test_rows_have_the_columns_of_their_table(self):
        for kind in KINDS:
            tables = re.findall(r"\\begin\{tabular\}\{([^\n]*)\}\n\\toprule\n(.*?)\\bottomrule", self.body(kind, "table.tex"), re.S)
            self.assertGreater(len(tables), 4)
            for columns, content in tables:
                count = len(re.sub(r"p\{[^}]*\}", "p", columns))
                rows = [row for row in re.split(r" \\\\\n(?:\\midrule\n)?", content) if row]
                for row in rows:
                    self.assertEqual(len(re.findall(r"(?<!\\)&", row)), count - 1, row)
                    self.assertFalse(row.startswith(("[", "*")), row)  # would belong to the \\ before


if __name__ == "__main__":
    write_reports = sys.argv.pop(1)
    unittest.main()
