"""Numbers in the tables that docs/reproduction has, and in the suites they came from, as expressions of their cells."""
import ast
import collections
import csv
import functools
import io
import operator
import re

REPORTS = "docs/reproduction"
# What a cell is of, where an expression names no column.
_COLUMN = {"summary": "mean", "meta_training": "validation_loss", "tuning": "loss", "paper": "value"}
_OF_ROWS = {"min": min, "max": max, "sum": sum, "count": len, "": None}
_OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.USub: operator.neg}
_NUMBER = r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?"


class Untraceable(Exception):
    """An expression that is no number of a table."""


def number(text):
    """The value of "1,024", "1e-05"; None of anything else."""
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None


class Tables:
    """Of one tree. A cell is `[summary lstm step=100]`, `[cifar/claims cifar-10-100 .effect]`: rows of FOLDER/FILE.csv of which
    one cell is each bare word and the named ones are each `name=value`; all of them have one value in that column. min[…],
    max[…], sum[…] and count[…] are of several rows."""

    def __init__(self, tree):
        self._tree = tree
        self._files = set(tree.files)

    @functools.lru_cache(maxsize=None)
    def rows(self, path):
        if path not in self._files:
            raise Untraceable(f"there is no {path}")
        return list(csv.DictReader(io.StringIO(self._tree.text(path))))

    @functools.lru_cache(maxsize=None)
    def _suite(self, path):
        text = re.sub(r"(?m)(?:^|\s)#.*", "", self._tree.text(path) if path in self._files else "")
        included = [name.strip() for names in re.findall(r"(?m)^include: \[(.*)\]", text) for name in names.split(",")]
        return text + "".join(self._suite(f"suites/{name}") for name in included)

    @functools.lru_cache(maxsize=None)
    def settings(self, folder, key):
        """All numbers that the suite of a report has under a key."""
        given = re.findall(rf"[\s{{.]{re.escape(key)}:\s*(\[.*?\]|{_NUMBER})", self._suite(f"suites/{folder}.yaml"), re.S)
        return {float(value) for text in given for value in re.findall(_NUMBER, text)}

    def steps(self, folder):
        """At which the tables of a report have losses."""
        path = f"{REPORTS}/{folder}/summary.csv"
        return {float(row["step"]) for row in self.rows(path)} if path in self._files else set()

    def verdicts(self, folder):
        """How many claims of a report have which verdict."""
        path = f"{REPORTS}/{folder}/claims.csv"
        return collections.Counter(row["verdict"] for row in self.rows(path)) if path in self._files else collections.Counter()

    def value(self, expression, folder):
        """Of an arithmetic expression of cells. `folder` is that of cells which name none."""
        values = {}

        def name_of(match):
            values[f"v{len(values)}"] = self._cells(match[2], folder, match[1])
            return f"v{len(values) - 1}"

        text = re.sub(r"(\w*)\[([^\]]*)\]", name_of, expression)
        try:
            return _evaluate(ast.parse(text.strip(), mode="eval").body, values)
        except (SyntaxError, ZeroDivisionError) as error:
            raise Untraceable(f"'{expression.strip()}': {error}") from error

    def _cells(self, text, folder, function):
        table, *words = text.split() or [""]
        if function not in _OF_ROWS:
            raise Untraceable(f"{function}[…] is none of {', '.join(filter(None, _OF_ROWS))}")
        place = f"{REPORTS}/paper.csv" if table == "paper" else f"{REPORTS}/{table if '/' in table else f'{folder}/{table}'}.csv"
        rows = self.rows(place)
        column = _COLUMN.get(table.rpartition("/")[2])
        for word in words:
            name, equals, value = word.partition("=")
            if not equals and word.startswith("."):
                column = word[1:]
            elif equals:
                rows = [row for row in rows if name in row and _same(row[name], value)]
            else:
                rows = [row for row in rows if word in row.values()]
        if function == "count":
            return len(rows)
        if not rows or column not in rows[0]:
            raise Untraceable(f"[{text}] has no {'row' if not rows else f'column {column}'}")
        values = {number(row[column]) for row in rows} - {None}
        if not function and len(values) == 1:
            return values.pop()
        if not function or not values:
            raise Untraceable(f"[{text}] is {len(rows)} rows with {len(values)} values")
        return _OF_ROWS[function](values)


def _same(cell, value):
    return cell == value or (number(cell) is not None and number(cell) == number(value))


def _evaluate(node, values):
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return _OPERATORS[type(node.op)](_evaluate(node.left, values), _evaluate(node.right, values))
    if isinstance(node, ast.UnaryOp) and type(node.op) in _OPERATORS:
        return _OPERATORS[type(node.op)](_evaluate(node.operand, values))
    if isinstance(node, ast.Name) and node.id in values:
        return values[node.id]
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return node.value
    raise Untraceable("write cells as [FILE WORD name=value .column], with + - * / between them")
