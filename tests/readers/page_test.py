#!/usr/bin/env python3
"""report.html in headless Chromium: what a reader sees and does. Usage: page_test.py WRITE_REPORTS"""
import base64
import csv
import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from chromium import Browser, BrowserError

PHONES = (320, 390)  # px of width
MIN_PIXELS = 15      # of a series' colour in the picture of its figure: an open circle has 24


def setUpModule():
    global folder, browser
    folder = tempfile.TemporaryDirectory()
    for kind in ("synthetic", "hostile"):
        subprocess.run([write_reports, kind, str(report(kind))], check=True)
    browser = Browser()
    browser.__enter__()


def tearDownModule():
    browser.__exit__()
    folder.cleanup()


def report(kind):
    return Path(folder.name, kind)


def page(kind="synthetic", **options):
    return browser.page(report(kind) / "report.html", **options)


def pixels(picture, colors):
    """How many pixels of a PNG are close to each colour "#rrggbb"; the browser decodes it."""
    blank = browser.page("/dev/null")
    return blank.run(f"""(async () => {{
      const image = new Image();
      image.src = 'data:image/png;base64,{base64.b64encode(picture).decode()}';
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height), context = canvas.getContext('2d');
      context.drawImage(image, 0, 0);
      const data = context.getImageData(0, 0, image.width, image.height).data;
      return {json.dumps(colors)}.map((color) => {{
        const wanted = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
        let count = 0;
        for (let i = 0; i < data.length; i += 4)
          if (wanted.every((channel, k) => Math.abs(channel - data[i + k]) < 24)) ++count;
        return count;
      }});
    }})()""")


class Look(unittest.TestCase):
    def test_nothing_to_complain_about_and_nothing_loaded(self):
        for kind in ("synthetic", "hostile"):
            for options in ({}, {"dark": True}, {"width": 390, "phone": True}):
                with self.subTest(kind, **options):
                    one = page(kind, **options)
                    self.assertEqual(one.complaints(), [])
                    self.assertEqual(one.requests(), [])

    def test_no_part_is_wider_than_a_phone(self):
        for kind in ("synthetic", "hostile"):
            for width in PHONES:
                with self.subTest(kind, width=width):
                    one = page(kind, width=width, height=800, phone=True)
                    one.run("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
                    self.assertLessEqual(one.run("document.documentElement.scrollWidth"), width)
                    self.assertLessEqual(one.run("document.body.scrollWidth"), width)

    def test_every_figure_of_the_markdown_report_shows_its_series(self):
        names = re.findall(r"!\[[^]]*\]\(figures/([^)]+)\.png\)", (report("synthetic") / "report.md").read_text())
        self.assertGreater(len(names), 5)
        one = page()
        shown = one.run("[...document.querySelectorAll('figure')].map((f) => f.id)")
        self.assertEqual(sorted(shown), sorted(f"figure-{name}" for name in names))
        for name in names:
            series = one.run(f"l2lbench.figures.find((f) => f.element.id === 'figure-{name}').buttons.map((b) => [b.label, b.series.color])")
            self.assertGreater(len(series), 1)
            counts = pixels(one.picture(f"#figure-{name} .panels"), [color for _, color in series])
            for (label, _), count in zip(series, counts):
                with self.subTest(figure=name, series=label):
                    self.assertGreaterEqual(count, MIN_PIXELS)

    def test_dark(self):
        light = lambda one: one.run("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
        self.assertGreater(min(light(page())), 240)
        one = page(dark=True)
        self.assertLess(max(light(one)), 40)
        # the black "selected" marker is there on black, too
        before = one.picture("#figure-meta-training-quad .panels")
        counts = pixels(before, ["#14181c", "#ffffff"])
        self.assertGreater(counts[0], 10 * counts[1])
        self.assertNotEqual(one.run("l2lbench.figures.find((f) => f.element.id === 'figure-meta-training-quad').panels[0].colors().colors[2]"), "#111111")

    def test_print_and_no_script_have_the_static_pictures(self):
        static = ("[...document.querySelectorAll('figure')].map((f) => { const i = f.querySelector('img'), b = i.getBoundingClientRect();"
                  "return i.naturalWidth > 100 && b.width > 100 && b.height > 100 && f.querySelector('.interactive').offsetHeight === 0; })")
        on_paper = page()
        self.assertEqual(on_paper.run("[...document.querySelectorAll('figure img')].filter((i) => i.offsetHeight > 0).length"), 0)
        on_paper.call("Emulation.setEmulatedMedia", media="print")
        without = page(script=False)
        hostile = page("hostile", script=False)
        for one in (on_paper, without, hostile):
            shown = one.run(static)
            self.assertGreater(len(shown), 5)
            self.assertTrue(all(shown), shown)
        self.assertEqual(without.run("typeof l2lbench"), "undefined")
        self.assertTrue(page().pdf_bytes().startswith(b"%PDF-"))


class Behaviour(unittest.TestCase):
    def first_table(self, one):
        return one.run("[...document.querySelector('#results table').tBodies[0].rows].map((r) => r.cells[0].textContent)")

    def test_tables_sort(self):
        one = page()
        suite = self.first_table(one)
        losses = one.run("[...document.querySelector('#results table').tBodies[0].rows].map((r) => r.cells[3].dataset.order)")
        expected = [name for _, name in sorted((float(loss), name) for name, loss in zip(suite, losses))]
        self.assertEqual(expected[-1], "RMSprop")  # diverged
        self.assertNotEqual(suite, expected)
        header = "#results th:nth-child(4) button"
        one.click(header)
        self.assertEqual(self.first_table(one), expected)
        self.assertEqual(one.run(f"document.querySelector('{header}').parentElement.getAttribute('aria-sort')"), "ascending")
        one.click(header)
        self.assertEqual(self.first_table(one), expected[::-1])
        one.click("#results th:nth-child(1) button")
        self.assertEqual(self.first_table(one), sorted(suite, key=str.casefold))
        self.assertEqual(one.run("document.querySelectorAll('#results table:first-of-type th[aria-sort]').length"), 1)
        self.assertEqual(one.complaints(), [])

    def test_a_series_goes_and_comes_back(self):
        one = page()
        figure = "#figure-quadratics"
        labels = one.run("l2lbench.figures[0].buttons.map((b) => b.label)")
        at = labels.index("SGD") + 1
        color = one.run("l2lbench.figures[0].buttons.map((b) => b.series.color)")[at - 1]
        count = lambda: pixels(one.picture(f"{figure} .plot"), [color])[0]
        self.assertGreaterEqual(count(), MIN_PIXELS)
        button = f"{figure} .keys button:nth-of-type({at})"
        one.click(button)
        self.assertEqual(one.run(f"document.querySelector('{button}').getAttribute('aria-pressed')"), "false")
        self.assertEqual(count(), 0)
        one.click(button)
        self.assertGreaterEqual(count(), MIN_PIXELS)
        self.assertEqual(one.complaints(), [])

    def test_the_pointer_shows_values(self):
        with open(report("synthetic") / "summary.csv", newline="", encoding="utf-8") as file:
            row = next(r for r in csv.DictReader(file)
                       if (r["experiment"], r["optimizer"], r["step"]) == ("quadratics", "lstm", "50"))
        one = page()
        one.run("document.querySelector('#figure-quadratics').scrollIntoView()")
        x, y = one.run("(() => { const g = l2lbench.figures[0].panels[0].dygraph, b = document.querySelector('#figure-quadratics .plot').getBoundingClientRect();"
                       "return [b.x + g.toDomXCoord(50), b.y + b.height / 2]; })()")
        one.mouse(x - 5, y)
        one.mouse(x, y)
        text = one.run("l2lbench.figures[0].buttons[0].value.textContent")
        numbers = [float(n) for n in re.findall(r"[\d.]+", text)]
        self.assertEqual(len(numbers), 3, text)
        for shown, column in zip(numbers, ("mean", "ci95_low", "ci95_high")):
            self.assertAlmostEqual(shown, float(row[column]), delta=1e-3 * shown)
        self.assertEqual(one.run("document.querySelector('#figure-quadratics .at').textContent"), "step 50")
        self.assertEqual(one.run("l2lbench.figures[0].buttons.find((b) => b.label === 'RMSprop').value.textContent"), "diverged")
        one.mouse(1, 1)
        self.assertEqual(one.run("l2lbench.figures[0].buttons[0].value.textContent"), "")

    def test_over_a_cost_the_pointer_shows_the_last_value_of_every_line(self):
        chart = "l2lbench.figures.find((f) => f.element.id === 'figure-flop')"
        values = lambda x: page().run(f"{chart}.buttons.map((b) => {chart}.panels[0].valueText(b.label, {x}))")
        y_of = lambda label, i: page().run(f"String(Number({chart}.panels[0].drawn.find((s) => s.label === '{label}').y[{i}].toPrecision(4)))")
        labels = page().run(f"{chart}.buttons.map((b) => b.label)")
        shown = dict(zip(labels, values(50)))  # MFLOP: step 50 of ADAM, between steps 5 and 6 of the LSTM
        self.assertTrue(shown["ADAM"].startswith(y_of("ADAM", 50)), shown)
        self.assertTrue(shown["LSTM"].startswith(y_of("LSTM", 5)), shown)
        shown = dict(zip(labels, values(450)))  # where the baselines have ended
        self.assertTrue(shown["LSTM"].startswith(y_of("LSTM", 50)), shown)
        self.assertEqual(shown["ADAM"], "")

    def test_a_number_leads_to_the_jobs_behind_it(self):
        one = page()
        self.assertFalse(one.run("document.querySelector('#sources details').open"))
        one.click("#results tbody a")
        one.run("new Promise((done) => setTimeout(done, 50))")
        self.assertTrue(one.run("document.querySelector('#sources details').open"))
        cells = one.run("[...document.querySelector('tr:target').cells].map((c) => c.textContent)")
        self.assertEqual(cells[:4], ["quadratics", "", "LSTM", "trained φ"])
        self.assertRegex(cells[5], "^[0-9a-f]{64}$")
        self.assertEqual(one.run("document.querySelector('tr:target').nextElementSibling.cells[4].textContent"), "0–31")
        links = one.run("[...document.querySelectorAll('main a[href^=\"#\"]')].filter((a) => !document.getElementById(a.getAttribute('href').slice(1))).length")
        self.assertEqual(links, 0)

    def test_failures_and_divergence_are_told(self):
        text = page().run("document.body.innerText")
        for phrase in ("evaluate adam on cifar", "the file data_batch_1 is gone", "1\njob failed", "1\nverdict changed", "1\nresult changed", "Since last night 1 of 5 verdicts and 1 of ",
                       "2\ncurves with diverged seeds", "0 (30)", "15 (20)"):
            self.assertIn(phrase, text)


class Hostile(unittest.TestCase):
    def test_texts_are_shown_as_they_are(self):
        texts = json.loads(subprocess.run([write_reports, "texts", "-"], check=True, capture_output=True).stdout)
        one = page("hostile")
        self.assertEqual(one.run("typeof window.broken"), "undefined")
        shown = one.run("[...document.querySelectorAll('#claims tbody tr')].map((r) => r.cells[1].childNodes[0].data)")
        self.assertEqual(len(shown), len(texts))
        for text, cell in zip(texts, shown):
            # a claim's statement is followed by the point that decided it
            expected = re.sub("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0\ufffe\U0001ffff]", "\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
            self.assertTrue(cell == expected or cell.startswith(expected + " ("), (cell, expected))
        self.assertEqual(one.run("document.querySelectorAll('main script:not([type]), main img[onerror], [onmouseover], [onclick]').length"), 0)
        self.assertEqual(one.run("document.querySelectorAll('section').length"), page().run("document.querySelectorAll('section').length"))

    def test_an_injected_script_would_not_run(self):
        path = report("hostile") / "injected.html"
        path.write_text((report("hostile") / "report.html").read_text().replace("<main>", "<main><script>window.broken = 1</script>"))
        one = browser.page(path)
        self.assertEqual(one.run("typeof window.broken"), "undefined")
        self.assertIn("Content Security Policy", str(one.complaints()))


if __name__ == "__main__":
    write_reports = sys.argv.pop(1)
    try:
        unittest.main()
    except BrowserError as error:
        sys.exit(str(error))
