#!/usr/bin/env python3
"""Writes the tables of keys in docs/suite.md from `l2lbench schema`.

    suite_keys.py L2LBENCH           rewrites docs/suite.md
    suite_keys.py L2LBENCH --check   exit code 1 where docs/suite.md is out of date
"""
import json
import pathlib
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parent / "suite.md"
BEGIN, END = "<!-- keys: written by docs/suite_keys.py -->\n", "<!-- end of keys -->\n"


def code(value):
    return f"`{json.dumps(value)}`"


def numeric(schema):
    """Bounds that are only there to be finite are left out."""
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema["maximum"]
    name = "integer" if schema["type"] == "integer" else "number"
    if high < 1e9:
        return f"{name} in {'(' if 'exclusiveMinimum' in schema else '['}{low:,}, {high:,}]"
    return name if low <= -1e9 else f"{name} {'>' if 'exclusiveMinimum' in schema else '≥'} {low:,}"


def text(value):
    return value.replace("|", "\\|")


class Tables:
    """Turns a schema into one table an object; equal objects are shown once."""

    def __init__(self):
        self.sections, self.shown = [], {}

    def kind(self, schema, path):
        if schema.get("properties"):
            return f"an object: [{self.section(schema, path)}](#{anchor(self.section(schema, path))})"
        if "anyOf" in schema:
            return ", or ".join(self.kind(choice, path) for choice in schema["anyOf"])
        if "enum" in schema:
            return " \\| ".join(f"`{value}`" for value in schema["enum"])
        if schema.get("type") == "array":
            return "a list of: " + self.kind(schema["items"], path)
        if isinstance(schema.get("additionalProperties"), dict):
            return "by name: " + self.kind(schema["additionalProperties"], path + ".NAME")
        if schema.get("type") in ("integer", "number"):
            return numeric(schema)
        return "a name" if "pattern" in schema else {"string": "text", "boolean": "`true` \\| `false`"}[schema["type"]]

    def section(self, schema, path):
        same = json.dumps({k: v for k, v in schema.items() if k not in ("description", "default")}, sort_keys=True)
        if same not in self.shown:
            self.shown[same] = path
            place = len(self.sections)
            self.sections.append("")
            self.sections[place] = f"### {path}\n" + self.table(path, [""], [schema])
            for kinds, variants in alike(schema):
                self.sections[place] += "\nWith `kind:` " + ", ".join(f"`{kind}`" for kind in kinds) + ":\n"
                self.sections[place] += self.table(path, kinds, variants)
        return self.shown[same]

    def table(self, path, kinds, variants):
        """One table of objects that have the same keys; `kinds` tells them apart."""
        rows = ["", "| key | value | default | |", "|---|---|---|---|"]
        for name, first in variants[0]["properties"].items():
            if first is True:  # described above, with what all kinds have in common
                continue
            below = name if path == "A suite" else f"{path}.{name}"
            values = [variant["properties"][name] for variant in variants]
            if all(value.get("properties") == first.get("properties") for value in values):
                shown = self.kind(first, below)
            else:
                links = [(kind, self.section(value, f"{below} of {kind}")) for kind, value in zip(kinds, values)]
                shown = "an object: " + ", ".join(f"[{kind}](#{anchor(title)})" for kind, title in links)
            default = "**required**" if name in variants[0].get("required", []) else ""
            if first.get("default") not in (None, "", [], {}):
                default = code(first["default"])
            meanings = dict.fromkeys(value.get("description", "") for value in values)
            rows.append(f"| `{name}` | {shown} | {default} | {text(' / '.join(meanings))} |")
        return "\n".join(rows) + "\n"


def alike(schema):
    """The variants of an object by `kind`, those with the same keys together: (kinds, schemas)."""
    groups = {}
    for variant in schema.get("allOf", []):
        if "if" in variant and any(value is not True for value in variant["then"]["properties"].values()):
            kinds, variants = groups.setdefault(tuple(variant["then"]["properties"]), ([], []))
            chosen = variant["if"]["properties"]["kind"]["enum"]
            kinds += chosen
            variants += [variant["then"]] * len(chosen)
    return groups.values()


def anchor(title):
    return "".join(c for c in title.lower().replace(" ", "-") if c.isalnum() or c in "-_")


def main():
    binary, check = sys.argv[1], "--check" in sys.argv[2:]
    schema = json.loads(subprocess.run([binary, "schema"], capture_output=True, check=True, text=True).stdout)
    tables = Tables()
    tables.section(schema, "A suite")
    page = PAGE.read_text()
    head, rest = page.split(BEGIN)
    _, tail = rest.split(END)
    written = head + BEGIN + "\n" + "\n".join(tables.sections) + "\n" + END + tail
    if not check:
        PAGE.write_text(written)
    elif written != page:
        print(f"docs/suite.md is out of date: run docs/suite_keys.py {binary}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
