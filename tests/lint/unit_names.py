"""Names that a unit has for itself are its alone within a folder: cmake/L2lUnity.cmake compiles a folder's units
together, where an equal name is an error in the better case. In the worse one it is an overload, and a call goes to the
other unit's function."""
import re

from tree import PRODUCT

# What a line in the first column defines; formatted sources have the rest of a definition indented.
_DEFINITIONS = [re.compile(pattern) for pattern in (
    r"(?:template\s*<.*>\s*)?(?:struct|class|union|enum(?: class)?)\s+(\w+)(?!\w|;)",
    r"(?:inline |static )?(?:constexpr|const|thread_local)\b[^=({]*?\b(\w+)(?:\[\w*\])?\s*[={;]",
    r"(?=\S)(?!using|return|#|TEST_CASE|static_assert|L2L_|\})[\w:<>,&*\[\]\s]*[\s&*>](\w+)\(",
)]
_ALIAS = re.compile(r"using (\w+) = (.*);")


def _own_names(text):
    """(name, line number) of what anonymous namespaces define; (name, line number, meaning) of aliases of the file."""
    names, aliases, inside = [], [], False
    text = re.sub(r'R"(\w*)\(.*?\)\1"', lambda match: re.sub(r"[^\n]", " ", match.group()), text, flags=re.S)
    for number, line in enumerate(text.splitlines(), 1):
        if line == "namespace {":
            inside = True
        elif line == "}  // namespace":
            inside = False
        elif alias := _ALIAS.match(line):
            aliases.append((alias[1], number, alias[2]))
        elif inside:
            names += [(match[1], number) for pattern in _DEFINITIONS if (match := pattern.match(line))][:1]
    return names, aliases


def _public_names(text):
    """What a header declares."""
    return {match[1] for line in text.splitlines() for match in [_DEFINITIONS[-1].match(line)] if match}


def unit_names(tree):
    folders = {}
    for path in tree.cpp(PRODUCT + ("tests",)):
        if path.startswith("tests/benchmarks/"):  # a program each
            continue
        folders.setdefault(path.rpartition("/")[0], []).append(path)
    found = []
    for paths in folders.values():
        taken = {}  # name -> (the unit that has it, what it means there)
        for path in sorted(paths, key=lambda path: not path.endswith(".hpp")):  # headers first
            unit = path.rpartition(".")[0]
            if path.endswith(".hpp"):
                taken.update((name, (unit, None)) for name in _public_names(tree.text(path)))
                continue
            names, aliases = _own_names(tree.text(path))
            for name, number, meaning in sorted({(*name, f"{unit} {name[0]}") for name in names} | set(aliases), key=lambda n: n[1]):
                other, means = taken.setdefault(name, (unit, meaning))
                if other != unit and means != meaning:
                    found.append(f"{path}:{number}: {other} has a {name}, too, and is compiled together with this unit: "
                                 "name it by what it is here, or share it in a header")
    return found
