"""A small tree without faults, and for every rule faults to plant in it: (files, places that must be found)."""

import pathlib

_KEYS = pathlib.Path(__file__).resolve().parents[2] / "docs/suite_keys.py"
_PAGE = """Text.
<!-- keys: written by docs/suite_keys.py -->

### A suite

| key | value | default | |
|---|---|---|---|
| `good` | integer in [1, 9] | **required** | a number |

<!-- end of keys -->
"""

# Faultless, with things that only look like faults.
CLEAN = {
    ".clang-format": "BasedOnStyle: Google\n",
    "core/CMakeLists.txt": "l2l_library(l2l_core LINKS fmt::fmt)  # below l2l_harness\n",
    "core/a.hpp": "// About it.\n#pragma once\n\nint operand(int strand);\n",
    "core/a.cpp": '#include "core/a.hpp"\n\n// No std::chrono, rand() or #include "harness/x.hpp" here.\n'
                  'int operand(int strand) { return strand; }\n',
    "datasets/CMakeLists.txt": "l2l_library(l2l_datasets LINKS l2l_core)\n",
    "datasets/b.hpp": '#pragma once\n\n#include "core/a.hpp"\n',
    "optimizees/CMakeLists.txt": "l2l_library(l2l_optimizees LINKS l2l_core l2l_datasets)\n",
    "optimizees/c.cpp": '#include "datasets/b.hpp"\n',
    "optimizers/CMakeLists.txt": "l2l_library(l2l_optimizers LINKS l2l_core)\n",
    "optimizers/d.cpp": '#include "core/a.hpp"\n#include "hwy/highway.h"\n',
    "reports/CMakeLists.txt": "l2l_library(l2l_reports LINKS l2l_core)\n",
    "reports/e.cpp": '#include "core/a.hpp"\n',
    "harness/CMakeLists.txt": "l2l_library(l2l_harness LINKS l2l_core l2l_datasets l2l_optimizees l2l_optimizers l2l_reports)\n",
    "cmake/made.hpp.in": "#define A @A@\n",
    "optimizers/kernels/k-inl.hpp": "#if defined(K) == defined(HWY_TARGET_TOGGLE)\n#endif\n",
    "harness/f.cpp": '#include <chrono>\n\n#include "made.hpp"\n#include "optimizees/c.hpp"\n#include "optimizers/d.hpp"\n',
    "optimizees/c.hpp": "#pragma once\n",
    "optimizers/d.hpp": "#pragma once\n",
    "CMakeLists.txt": "# never -ffast-math\nadd_compile_options(-ffp-contract=off)\n",
    "tests/lint/long_files.txt": "# path reason\n",
    "docs/a.md": "An hourly network/ path, build/logs/x and ~/work/x.\n",
    "suites/good.yaml": "good: 1\n",
    "docs/suite_keys.py": _KEYS.read_text(),
    "docs/suite.md": _PAGE,
}


def _lines(count):
    return "// long\n" * count


PLANTED = {
    "include_direction": (
        {"core/x.cpp": '#include "core/a.hpp"\n#include "harness/f.hpp"\n', "harness/f.hpp": "#pragma once\n",
         "optimizers/x.cpp": '#include "optimizees/c.hpp"\n', "optimizees/x.cpp": '#include "optimizers/d.hpp"\n',
         "reports/x.cpp": '#  include "datasets/b.hpp"\n', "harness/x.cpp": '#include "f.hpp"\n#include "core/absent.hpp"\n'},
        ["core/x.cpp:2", "optimizers/x.cpp:1", "optimizees/x.cpp:1", "reports/x.cpp:1", "harness/x.cpp:1", "harness/x.cpp:2"]),
    "link_direction": ({"core/CMakeLists.txt": "l2l_library(l2l_core\n  LINKS l2l_harness)\n"}, ["core/CMakeLists.txt:2"]),
    "file_length": (
        {"core/x.cpp": _lines(401), "core/y.cpp": _lines(401), "core/z.cpp": _lines(401), "core/w.cpp": _lines(400),
         "tests/lint/long_files.txt": "core/y.cpp one table that belongs together\ncore/z.cpp\ncore/w.cpp was long at one time\n"},
        ["core/x.cpp:401", "tests/lint/long_files.txt:2", "tests/lint/long_files.txt:3"]),
    "machine_paths": (
        {"docs/x.md": "see /" + "work/x\n", "core/x.cpp": '// built in /' + 'root/x\n', "suites/x.yaml": 'a: "/' + 'home/joe"\n'},
        ["docs/x.md:1", "core/x.cpp:1", "suites/x.yaml:1"]),
    "registry_hosts": ({"docs/x.md": "\nfrom https://registry." + "npm" + "js.org/x\n"}, ["docs/x.md:2"]),
    "counter_based_randomness": (
        {"core/x.cpp": "#include <random>\nint x = rand();\nstd::mt19937 g;\n"}, ["core/x.cpp:1", "core/x.cpp:2", "core/x.cpp:3"]),
    "no_clocks_in_results": (
        {"optimizers/x.cpp": "auto t = std::chrono::steady_clock::now();\nauto u = time(nullptr);\n"},
        ["optimizers/x.cpp:1", "optimizers/x.cpp:2"]),
    "deterministic_parallelism": (
        {"optimizees/x.cpp": "#include <tbb/parallel_reduce.h>\n", "CMakeLists.txt": "\nadd_compile_options(-ffast-math)\n"},
        ["optimizees/x.cpp:1", "CMakeLists.txt:2"]),
    "locale_free_numbers": (
        {"reports/x.cpp": 'double x = std::stod("1");\nvoid f() { std::snprintf(b, n, "%5.2f", x); }\n'},
        ["reports/x.cpp:1", "reports/x.cpp:2"]),
    "pragma_once": ({"core/x.hpp": "// About.\nint x();\n#pragma once\n"}, ["core/x.hpp:1"]),
    "no_leftovers": ({"core/x.cpp": "// TO" + "DO later\n"}, ["core/x.cpp:1"]),
    "suites_load": ({"suites/bad.yaml": "bad: 1\n"}, ["suites/bad.yaml:1"]),
    "suite_reference": ({"docs/suite.md": _PAGE.replace("[1, 9]", "[1, 8]")}, ["docs/suite.md:1"]),
    "clang_format": ({"core/x.cpp": "int  x ;\n"}, ["core/x.cpp:1"]),
}
