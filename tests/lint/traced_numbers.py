"""Every number of the prose in docs/reproduction is one of a committed table, or a setting of the suite it is about.

A block (paragraph, list item, row of a table) says in a comment, which no reader of the page sees, which cells its numbers are:

    <!-- from mnist: 0.237 = [summary lstm step=100]; 7 = 100 * [claims mnist-100-sgd .effect] -->

and `suite KEY` for settings. Cells are described in committed_tables.py; a folder that is named without numbers, and links to
reports, say what a block is about. Of that, these need no comment: steps, epochs and numbers of problems, counts of verdicts, and
computing times, which are the report's.
"""
import re

from committed_tables import REPORTS, Tables, Untraceable, number

_NUMBER = re.compile(r"(?<![\w.,₀-])[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-−]?\d+)?(?![\w₀])")
_COMMENT = re.compile(r"<!--\s*from\s+([\w-]+)\s*:?(.*?)-->", re.S)
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_TIME = re.compile(r"(?:\d+ h )?(?:\d+ min )?\d+ (?:h|min|s)\b")
# What is no number: code, where links go, names.
_NO_NUMBERS = re.compile(r"`[^`]*`|\]\([^)]*\)|\b(?:Zen|Debian|decision|figure|section)\s+\d+|\b[A-Za-z]+-\d+\b")
_LIST = r"(?:, | and | or | to |–|-)"
# Words before or after a number -> the keys of suites that have such numbers.
_SETTINGS = (
    (r"\b[Ss]teps? (?:about )?$|\bunrolls? of $|\bfirst $", r"^[ -]?(?:steps?|unrolls?)\b",
     ("step", "steps", "first_step", "last_step", "from_step", "horizon", "tune_horizon", "trained_horizon", "unroll")),
    (r"\bepochs? $", r"^ epochs?\b", ("epochs",)),
    (r"\bimages $", r"^ images\b", ("begin", "end")),
    (r"^$", r"^ (?:\w+ )?(?:seeds|functions|problems)\b", ("count", "seeds")),
    (r"^$", r"^ (?:hidden )?units\b", ("hidden", "hidden_units")),
    (r"^$", r"^ trainings\b", ("replicas",)),
    (r"\bcondition numbers? $", r"^$", ("condition_number", "condition")),
)


def _blocks(text):
    """(line number, text) of rows of tables, list items and paragraphs, their comments included."""
    blocks, open_block = [], False
    for line_number, line in enumerate(text.splitlines(), 1):
        begins = line.startswith(("- ", "|", "#"))
        if line.strip() and open_block and not begins:
            blocks[-1][1] += "\n" + line
        elif line.strip():
            blocks.append([line_number, line])
        open_block = bool(line.strip()) and not line.startswith(("|", "#"))
    return blocks


def _blank(match):
    return re.sub(r"[^\n]", " ", match[0])


def _agrees(text, value):
    """Whether `text` is `value` rounded to the digits that are printed."""
    mantissa, _, exponent = text.replace("−", "-").replace(",", "").partition("e")
    scale = 10.0 ** int(exponent or 0)
    decimals = len(mantissa.partition(".")[2])
    return abs(value / scale - float(mantissa)) <= 0.5 * 10.0**-decimals * (1 + 1e-9)


def _seconds(text):
    return sum(float(amount) * {"h": 3600, "min": 60, "s": 1}[unit] for amount, unit in re.findall(r"(\d+) (h|min|s)\b", text))


class _Block:
    def __init__(self, tree, tables, text):
        self._tree, self._tables = tree, tables
        self.pointers = []  # (folder, number as printed, expression)
        self.folders = re.findall(r"\]\((?:\.\./)?([\w-]+)/(?:report\.md|weights)\)", text)
        for match in _COMMENT.finditer(text):
            self.folders.append(match[1])
            for entry in filter(None, (part.strip() for part in match[2].split(";"))):
                printed, _, expression = entry.partition("=")
                self.pointers.append((match[1], printed.strip(), expression.strip()))
        self.folders = list(dict.fromkeys(self.folders))
        self.prose = _NO_NUMBERS.sub(_blank, _COMMENT.sub(_blank, text))

    def wrong(self):
        """(offset, what) of every number without a source, and of every source that is of no number."""
        prose = self.prose
        for matches, wrong in ((_DATE.finditer(prose), self._wrong_date), (_TIME.finditer(prose), self._wrong_time)):
            for match in matches:
                prose = prose[:match.start()] + _blank(match) + prose[match.end():]
                if what := wrong(match[0]):
                    yield match.start(), what
        printed = {text for _, text, _ in self.pointers}
        numbers = {}
        for match in _NUMBER.finditer(prose):
            numbers.setdefault(match[0], match.start())
            if match[0] not in printed and not self._is_verdict(prose, match) and not self._is_setting(prose, match):
                yield match.start(), (f"{match[0]} is not traced to {', '.join(self.folders) or 'a report'}: say which cell it is, "
                                      f"<!-- from FOLDER: {match[0]} = [summary OPTIMIZER step=…] --> (tests/lint/traced_numbers.py)")
        for folder, text, expression in self.pointers:
            what = self._wrong_pointer(folder, text, expression) if text in numbers else f"'{text} = {expression}' is of no number here"
            if what:
                yield numbers.get(text, 0), what

    def _wrong_pointer(self, folder, text, expression):
        if expression.startswith("suite "):
            key = expression.removeprefix("suite ").strip()
            given = self._tables.settings(folder, key)
            return None if number(text) in given else f"{text} is no {key} of suites/{folder}.yaml, but {sorted(given)}"
        try:
            value = self._tables.value(expression, folder)
        except Untraceable as error:
            return f"{text}: {error}"
        return None if _agrees(text, value) else f"{text} is not {expression} of {folder}, which is {value:.6g}"

    def _wrong_date(self, text):
        stating = [path for path in self._tree.files if path == "docs/claims.md" or re.fullmatch(rf"{REPORTS}/[\w-]+/report\.md", path)]
        return None if any(text in self._tree.text(path) for path in stating) else f"{text} is in no report"

    def _wrong_time(self, text):
        if len(self.folders) != 1:
            return f"{text}: whose computing time? It belongs beside a link to its report"
        report = f"{REPORTS}/{self.folders[0]}/report.md"
        stated = re.search(r"\| Computing time, summed over jobs \| (.*?) \|", self._tree.text(report) if report in self._tree.files else "")
        unit = {"h": 3600, "min": 60, "s": 1}[text.split()[-1]]
        if stated and abs(_seconds(stated[1]) - _seconds(text)) <= unit / 2:
            return None
        return f"{text} is not the computing time of the report, {stated[1] if stated else 'which has none'}"

    def _is_verdict(self, prose, match):
        if len(self.folders) != 1:
            return False
        counted = self._tables.verdicts(self.folders[0])
        before, after = prose[:match.start()], prose[match.end():]
        if re.search(r"\d+ of $", before):
            return after.startswith(" reproduced") and number(match[0]) == sum(counted.values())
        verdict = re.match(r"(?: of \d+)? (reproduced|contradicted|inconclusive)\b", after)
        return bool(verdict) and number(match[0]) == counted[verdict[1]]

    def _is_setting(self, prose, match):
        # Of "steps 20, 50 and 100" the word is at one end.
        if re.match(r"0[\d,]", match[0]):
            return False
        listed = _NUMBER.pattern
        before = re.sub(rf"(?:{listed}{_LIST})*$", "", re.sub(r"\s+", " ", prose[:match.start()]))
        after = re.sub(rf"^(?:{_LIST}{listed})*", "", re.sub(r"\s+", " ", prose[match.end():]))
        for word_before, word_after, keys in _SETTINGS:
            if (word_before != r"^$" and re.search(word_before, before)) or (word_after != r"^$" and re.search(word_after, after)):
                given = {value for folder in self.folders for key in keys for value in self._tables.settings(folder, key)}
                if "step" in keys:
                    given |= {step for folder in self.folders for step in self._tables.steps(folder)}
                return number(match[0]) in given
        return False


def traced_numbers(tree):
    tables, found = Tables(tree), []
    for path in tree.files:
        if not re.fullmatch(rf"{REPORTS}/.*\.md", path) or path.endswith("/report.md"):  # the program writes those
            continue
        for line, text in _blocks(tree.text(path)):
            for offset, what in sorted(_Block(tree, tables, text).wrong()):
                found.append(f"{path}:{line + text.count(chr(10), 0, offset)}: {what}")
    return found
