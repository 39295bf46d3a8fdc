"""The rules. Each takes a Tree and returns findings, "path:line: what is wrong and what to do"."""
import re
import subprocess
import sys

from named_headers import named_headers
from traced_numbers import traced_numbers
from tree import PRODUCT, matches, without_comments
from unit_names import unit_names

# What a folder may include and link, itself apart. The program brings the others together in harness.
MAY_USE = {
    "core": set(),
    "datasets": {"core"},
    "optimizees": {"core", "datasets"},
    "optimizers": {"core"},
    "reports": {"core"},
    "harness": {"core", "datasets", "optimizees", "optimizers", "reports"},
}
# The rooms of the two large folders, bottom to top, and what each may include of its own folder beside itself. In
# harness that is every room below.
_HARNESS = ("phi", "suite", "plan", "compute", "store", "reporting", "run", "cluster", "watch", "conformance", "cli")
ROOMS = {
    "harness": {room: set(_HARNESS[:place]) for place, room in enumerate(_HARNESS)},
    "reports": {
        "results": set(),
        "statistics": {"results"},
        "text": {"statistics"},
        "claims": {"results", "statistics", "text"},
        "charts": {"results", "text"},
        "figures": {"results", "statistics", "text", "charts"},
        "gate": {"results", "statistics", "text"},
        "pages": {"results", "statistics", "text", "claims", "charts", "figures"},
    },
}
MAX_LINES = 400
LONG_FILES = "tests/lint/long_files.txt"
# Where optimizers, functions and minibatches are computed, xtensor's expressions are 3 to 10 times as slow as loops:
# there only these may use it, units without suffix.
XTENSOR_IN = ("optimizees/spectrum", "optimizers/reference_algebra", "optimizers/lstm_cell", "optimizers/lstm_reference",
              "optimizers/coupled_reference", "optimizers/memory_reference")
CODE = (".cpp", ".hpp", ".py", ".sh", ".cmake", "CMakeLists.txt")


class Skipped(Exception):
    """The rule cannot be checked on this machine."""


def room_of(path):
    """("harness", "suite") of a file there, (folder, None) elsewhere."""
    parts = path.split("/")
    return parts[0], parts[1] if parts[0] in ROOMS and len(parts) > 2 else None


def includes(tree, path):
    """(line number, included path) of every include of a file of the program, and of Highway's kind of include."""
    for number, line in enumerate(without_comments(tree.text(path)).splitlines(), 1):
        match = re.match(r'\s*#\s*(?:include|define\s+HWY_TARGET_INCLUDE)\s*"([^"]+)"', line)
        if match and not match[1].startswith("hwy/") and f"cmake/{match[1]}.in" not in tree.files:  # written by CMake
            yield number, match[1]


def include_direction(tree):
    found = []
    for path in tree.cpp():
        folder, room = room_of(path)
        if folder in ROOMS and room not in ROOMS[folder]:
            found.append(f"{path}:1: it lies in no room of {folder}/: {', '.join(ROOMS[folder])}")
            continue
        for number, included in includes(tree, path):
            target, target_room = room_of(included)
            if target not in PRODUCT or not (tree.root / included).is_file():
                found.append(f'{path}:{number}: "{included}" is no file of the program: write includes from the root')
            elif target != folder and target not in MAY_USE[folder]:
                found.append(f"{path}:{number}: {folder}/ must not include {target}/")
            elif target == folder and target_room != room and target_room not in ROOMS[folder][room]:
                found.append(f"{path}:{number}: {folder}/{room}/ must not include {folder}/{target_room}/")
    return found


def unit_of(path):
    """A header and its source are one unit."""
    return path.rsplit(".", 1)[0]


def include_circles(tree):
    arrows = {}
    for path in tree.cpp():
        for number, included in includes(tree, path):
            if unit_of(included) != unit_of(path):
                arrows.setdefault(unit_of(path), {}).setdefault(unit_of(included), f"{path}:{number}")
    found, done = [], set()

    def visit(unit, trail):
        if unit in trail:
            circle = trail[trail.index(unit):] + [unit]
            found.append(f"{arrows[circle[-2]][unit]}: units include each other in a circle: {' -> '.join(circle)}")
        elif unit not in done:
            for other in arrows.get(unit, {}):
                visit(other, trail + [unit])
            done.add(unit)

    for unit in sorted(arrows):
        visit(unit, [])
    return found


def link_direction(tree):
    found = []
    for folder in PRODUCT:
        path = f"{folder}/CMakeLists.txt"
        text = re.sub(r"#[^\n]*", "", tree.text(path))
        for number, line in enumerate(text.splitlines(), 1):
            for target in re.findall(r"\bl2l_(\w+)", line):
                if target in PRODUCT and target != folder and target not in MAY_USE[folder]:
                    found.append(f"{path}:{number}: {folder}/ must not link l2l_{target}")
    return found


def file_length(tree):
    found, reasons = [], {}
    for number, line in enumerate((tree.text(LONG_FILES) or "").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            path, _, reason = line.partition(" ")
            reasons[path] = number
            if len(reason.strip()) < 10:
                found.append(f"{LONG_FILES}:{number}: {path} has no reason")
    long = set()
    for path in tree.files:
        if path.endswith(CODE) or path == "l2lbench":
            lines = tree.text(path).count("\n")
            if lines > MAX_LINES:
                long.add(path)
                if path not in reasons:
                    found.append(f"{path}:{lines}: over {MAX_LINES} lines: split it by meaning, or give a reason in {LONG_FILES}")
    found += [f"{LONG_FILES}:{n}: {p} is not long (any more): remove it" for p, n in reasons.items() if p not in long]
    return found


def machine_paths(tree):
    # The patterns are put together so that they do not find this file.
    names = ["/" + "work/", "/" + "root/", "/" + "tmp/bash_jobs", "/" + "tmp/l2l", "/" + "home/" + r"(?!me\b)\w+"]
    return matches(tree, tree.files, "(?<![\\w.~})])(?:" + "|".join(names) + ")",
                   "'{}' is a path of one machine", clean=None)


def registry_hosts(tree):
    hosts = [r"registry\." + "npm", "npm" + r"js\.(?:org|com)", "pypi" + r"\.(?:org|python)", "python" + r"hosted\.org",
             r"(?:deb|ftp|security)\." + "debian", r"archive\." + "ubuntu", r"proxy\." + "golang", "crates" + r"\.io"]
    return matches(tree, tree.files, r"(?i)(?:" + "|".join(hosts) + ")", "'{}' names a package registry's host", clean=None)


def counter_based_randomness(tree):
    return matches(
        tree, tree.cpp(),
        r"#\s*include\s*<random>|\bstd::(?:mt19937|random_device|default_random_engine|shuffle|random_shuffle)\b"
        r"|(?<![\w:.>])s?rand(?:om)?\s*\(|\bxt::random\b",
        "'{}': random numbers come from core/random.hpp only")


def no_clocks_in_results(tree):
    # harness/ shows progress and datasets/ waits for servers: they may look at a clock.
    return matches(
        tree, tree.cpp(("core", "optimizees", "optimizers", "reports")),
        r"#\s*include\s*<(?:chrono|ctime|time\.h|sys/time\.h)>|\bstd::chrono\b|(?<![\w.>])time\s*\(\s*(?:nullptr|NULL|0)?\s*\)"
        r"|\b__(?:DATE|TIME|TIMESTAMP)__\b|\bclock_gettime\b|\b__rdtsc\b",
        "'{}': results must not depend on a clock")


def deterministic_parallelism(tree):
    paths = tree.cpp(("optimizees", "optimizers", "reports"))
    found = matches(tree, paths, r"#\s*include\s*<(?:o?n?e?api/)?(?:tbb/[\w.]+|thread|execution|omp\.h)>|#\s*pragma\s+omp\b",
                    "'{}': parallel loops go through core/parallel.hpp")
    builds = [p for p in tree.files if p.endswith(("CMakeLists.txt", ".cmake", "CMakePresets.json"))]
    return found + matches(tree, builds, r"-f(?:fast-math|openmp|associative-math|finite-math-only)|-Ofast|-ffp-contract=(?!off)\w+",
                           "'{}' changes the bits of results", clean=lambda text: re.sub(r"#[^\n]*", "", text))


def locale_free_numbers(tree):
    banned = r"\b(?:std::)?(?:sto(?:d|f|ld)|strto(?:d|f|ld)|ato[fil]|sscanf|setlocale)\s*\(|\bstd::locale\b"
    printed = r"\b(?:f|s|sn|vsn)?printf\s*\([^;]*%[-+ #0-9.*]*L?[aefgAEFG]"
    return matches(tree, tree.cpp(), banned + "|" + printed,
                   "'{}' depends on the locale or hides errors: use std::from_chars and fmt")


def shaped_arrays(tree):
    """The rules for xtensor in HACKING.md (no xt::random: counter_based_randomness)."""
    everywhere = tree.cpp(PRODUCT + ("tests",))
    loops = [p for p in tree.cpp(("datasets", "optimizees", "optimizers")) if p.rpartition(".")[0] not in XTENSOR_IN]
    headers = [p for p in everywhere if p.endswith(".hpp")]
    # A view, an adaptor and a container are what they are; everything else is lazy, or a reducer's scalar.
    named = r"(?:view|row|col|strided_view|dynamic_view|adapt|xarray|xtensor|range|shape)\b"
    return (matches(tree, everywhere, r"\bxt::(?:sum|prod|mean|average|variance|stddev|cumsum|cumprod)\s*\(",
                    "'{}' adds up in the elements' own type, or is lazy in it: name it, xt::sum<double>(")
            + matches(tree, everywhere, r"\bauto\b\s*(?:const\b)?\s*&{0,2}\s*\w+\s*=\s*[-+!(]*\s*xt::(?!" + named + r")\w+",
                      "'{}': name the container or scalar, auto keeps a lazy expression of what may be gone")
            + matches(tree, everywhere, r"\busing\s+namespace\s+xt\b", "'{}': write xt::, which these rules look for")
            + matches(tree, headers, r"#\s*include\s*<xtensor-blas/xlinalg\.hpp>",
                      "'{}' in a header: seconds in every unit, and bits that depend on OpenBLAS's core")
            + matches(tree, loops, r'#\s*include\s*(?:<xtensor(?:-blas)?/[^>]*>|"core/tensors\.hpp")',
                      "'{}': plain loops here, or name the unit in XTENSOR_IN"))


def pragma_once(tree):
    found = []
    for path in tree.cpp(PRODUCT + ("tests",), (".hpp",)):
        if path.endswith("-inl.hpp"):  # Highway includes these once an instruction set
            continue
        if not re.match(r"\s*#pragma once\n", without_comments(tree.text(path))):
            found.append(f"{path}:1: #pragma once must come before everything but comments")
    return found


def no_leftovers(tree):
    words = "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"])
    paths = [p for p in tree.files if p.endswith(CODE + (".yaml", ".md")) or p == "l2lbench"]
    return matches(tree, paths, r"\b(?:" + words + r")\b", "'{}': finish it or drop it", clean=None)


def suites_load(tree):
    if not tree.binary:
        raise Skipped("needs --binary")
    found = []
    for path in [p for p in tree.files if re.fullmatch(r"suites/[^/]+\.ya?ml", p)]:
        done = subprocess.run([tree.binary, "plan", path], cwd=tree.root, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            found.append(f"{path}:1: l2lbench plan exits with {done.returncode}: {(done.stderr or done.stdout).strip()}")
    return found


def suite_reference(tree):
    if not tree.binary:
        raise Skipped("needs --binary")
    command = [sys.executable, "-B", str(tree.root / "docs/suite_keys.py"), tree.binary, "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [] if done.returncode == 0 else [f"docs/suite.md:1: {(done.stderr or done.stdout).strip()}"]


def clang_format(tree):
    if not tree.clang_format:
        raise Skipped("needs clang-format 14 (other versions format otherwise)")
    paths = tree.cpp(PRODUCT + ("tests",))
    command = [tree.clang_format, "--dry-run", "-Werror", *paths]
    done = subprocess.run(command, cwd=tree.root, capture_output=True, text=True, check=False)
    first = {}
    for path, line in re.findall(r"^([^\s:]+):(\d+):\d+: error", done.stderr, re.M):
        first.setdefault(path, f"{path}:{line}: run clang-format-14 -i on this file")
    return list(first.values())


RULES = [include_direction, include_circles, link_direction, file_length, machine_paths, registry_hosts, counter_based_randomness,
         no_clocks_in_results, deterministic_parallelism, locale_free_numbers, shaped_arrays, pragma_once, no_leftovers,
         suites_load, suite_reference, named_headers, unit_names, traced_numbers, clang_format]
