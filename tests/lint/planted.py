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
    "core/a.cpp": '#include "core/a.hpp"\n\n// No std::chrono, rand() or #include "harness/run/x.hpp" here.\n'
                  'int operand(int strand) { return strand; }\n',
    "core/t.hpp": "#pragma once\n\n#include <xtensor/xtensor.hpp>\n",
    "core/t.cpp": "#include <xtensor-blas/xlinalg.hpp>\n// auto bad = xt::exp(x);\nauto row = xt::view(x, 1);\nconst auto& col = xt::col(x, 1);\n"
                  "double total = xt::sum<double>(x)();\nauto zero = xt::xtensor<double, 1>::from_shape({3});\n",
    "optimizers/lstm_reference.cpp": "#include <xtensor/xmath.hpp>\n",
    "datasets/CMakeLists.txt": "l2l_library(l2l_datasets LINKS l2l_core)\n",
    "datasets/b.hpp": '#pragma once\n\n#include "core/a.hpp"\n',
    "optimizees/CMakeLists.txt": "l2l_library(l2l_optimizees LINKS l2l_core l2l_datasets)\n",
    "optimizees/c.cpp": '#include "datasets/b.hpp"\n',
    "optimizers/CMakeLists.txt": "l2l_library(l2l_optimizers LINKS l2l_core)\n",
    "optimizers/d.cpp": '#include "core/a.hpp"\n#include "hwy/highway.h"\n',
    "reports/CMakeLists.txt": "l2l_library(l2l_reports LINKS l2l_core)\n",
    "reports/results/e.cpp": '#include "core/a.hpp"\n',
    "reports/figures/e.cpp": '#include "reports/results/e.hpp"\n\n#include "reports/figures/g.hpp"\n',
    "reports/figures/g.hpp": "#pragma once\n",
    "harness/CMakeLists.txt": "l2l_library(l2l_harness LINKS l2l_core l2l_datasets l2l_optimizees l2l_optimizers l2l_reports)\n",
    "cmake/made.hpp.in": "#define A @A@\n",
    "optimizers/kernels/k-inl.hpp": "#if defined(K) == defined(HWY_TARGET_TOGGLE)\n#endif\n",
    "harness/run/f.cpp": '#include <chrono>\n\n#include "made.hpp"\n#include "optimizees/c.hpp"\n#include "optimizers/d.hpp"\n',
    "core/k.cpp": "using Kind = A::Kind;\n\nnamespace {\n\nint own(int a) { return operand(a); }\n\n}  // namespace\n",
    "core/l.cpp": "using Kind = A::Kind;\n",
    "core/c.cpp": '/*\n#include "harness/run/f.hpp"\nstod(\n*/\n',
    "optimizees/c.hpp": "#pragma once\n",
    "optimizers/d.hpp": "#pragma once\n",
    "reports/results/e.hpp": "#pragma once\n",
    "harness/run/f.hpp": "#pragma once\n",
    "CMakeLists.txt": "# never -ffast-math\nadd_compile_options(-ffp-contract=off)\n",
    "tests/lint/long_files.txt": "# path reason\n",
    "docs/a.md": "An hourly network/ path, build/logs/x, ~/" + "work/x and /" + "home/me/x.\n",
    "docs/a.bin": "\0/" + "work/x\n",
    "suites/good.yaml": "good: 1\n",
    "docs/suite_keys.py": _KEYS.read_text(),
    "docs/suite.md": _PAGE,
    "suites/a.yaml": "include: [definitions/a.yaml]\nclaims: [{step: 30}]  # step: 31\n",
    "suites/definitions/a.yaml": "epochs: 8\naxes: {f.width: [0.1, 0.2]}\n",
    "docs/reproduction/paper.csv": "panel,step,optimizer,value\nA,20,LSTM,0.35\n",
    "docs/reproduction/a/report.md": "7.77 on 2026-01-02\n| Computing time, summed over jobs | 1 h 02 min |\n",
    "docs/reproduction/a/claims.csv": "id,verdict,effect\nx,reproduced,0.9312\ny,reproduced,2\nz,contradicted,3\n",
    "docs/reproduction/a/summary.csv": "optimizer,step,mean,n\nlstm,20,0.3149,1024\nlstm,40,1.2e-7,1024\nsgd,20,0.6,1024\n",
    "docs/reproduction/README.md": """# CIFAR-10, 2026-01-02

| report | time |
|---|---|
| [A](a/report.md) of `--threads 5` | 1 h 2 min: 2 of 3 reproduced, 1 contradicted; 0.315 <!-- from a: 0.315 = [summary lstm step=20] --> |

At steps 20 to 40 and 30, after 8 epochs, widths 0.1 and 0.2 on 1,024 functions: 0.315, 0.3 (paper 0.35), 1.9 times, 7 % and
1e-7.
<!-- from a: 0.1 = suite width; 0.2 = suite width; 1,024 = [summary .n]; 0.315 = [a/summary lstm step=20];
     0.3 = min[summary step=20]; 0.35 = [paper LSTM step=20]; 1e-7 = [summary step=40];
     1.9 = [summary sgd step=20] / [summary lstm step=20]; 7 = 100 * (1 - [claims x .effect]) -->
""",
}


def _long(count):
    return "// long\n" * count


def _each(path, lines):
    """A file with one fault a line, and the places of them all."""
    return {path: "".join(line + "\n" for line in lines)}, [f"{path}:{n}" for n in range(1, len(lines) + 1)]


def _all(*parts):
    """Several (files, places) together."""
    files, places = {}, []
    for more, there in parts:
        files.update(more)
        places += there
    return files, places


_HEADERS = {"core": "core/a.hpp", "datasets": "datasets/b.hpp", "optimizees": "optimizees/c.hpp",
            "optimizers": "optimizers/d.hpp", "reports": "reports/results/e.hpp", "harness": "harness/run/f.hpp"}
_FORBIDDEN = {"core": ["datasets", "optimizees", "optimizers", "reports", "harness"],
              "datasets": ["optimizees", "optimizers", "reports", "harness"],
              "optimizees": ["optimizers", "reports", "harness"],
              "optimizers": ["datasets", "optimizees", "reports", "harness"],
              "reports": ["datasets", "optimizees", "optimizers", "harness"]}

PLANTED = {
    "include_direction": _all(
        *[_each(f"{folder}/text/x.cpp" if folder == "reports" else f"{folder}/x.cpp",
                [f'#  include "{_HEADERS[other]}"' for other in others]) for folder, others in _FORBIDDEN.items()],
        _each("harness/run/x.cpp", ['#include "f.hpp"', '#include "core/absent.hpp"']),
        _each("harness/store/x.cpp", ['#include "harness/run/f.hpp"']),
        _each("reports/statistics/x.cpp", ['#include "reports/figures/g.hpp"']),
        ({"harness/stray.cpp": "", "reports/attic/x.cpp": ""}, ["harness/stray.cpp:1", "reports/attic/x.cpp:1"]),
        _each("optimizers/y.cpp", ['#define HWY_TARGET_INCLUDE "reports/results/e.hpp"'])),
    "include_circles": ({"core/p.hpp": '#pragma once\n\n#include "core/q.hpp"\n', "core/q.hpp": "#pragma once\n",
                         "core/q.cpp": '#include "core/q.hpp"\n\n#include "core/p.hpp"\n'}, ["core/q.cpp:3"]),
    "link_direction": _all(*[_each(f"{folder}/CMakeLists.txt", [f"l2l_library(x LINKS l2l_{other})" for other in others])
                             for folder, others in _FORBIDDEN.items()]),
    "file_length": (
        {"core/y.cpp": _long(401), "core/z.cpp": _long(401), "core/w.cpp": _long(400), "docs/x.md": _long(401),
         **{path: _long(401) for path in ("core/x.cpp", "core/x.hpp", "tests/x.py", "tests/x.sh", "cmake/x.cmake",
                                          "tests/CMakeLists.txt", "l2lbench")},
         "tests/lint/long_files.txt": "core/y.cpp one table that belongs together\ncore/z.cpp\ncore/w.cpp was long at one time\n"},
        ["core/x.cpp:401", "core/x.hpp:401", "tests/x.py:401", "tests/x.sh:401", "cmake/x.cmake:401", "tests/CMakeLists.txt:401",
         "l2lbench:401", "tests/lint/long_files.txt:2", "tests/lint/long_files.txt:3"]),
    "machine_paths": _all(
        _each("docs/x.md", ["see /" + "work/x", "/" + "tmp/bash_jobs.0/x", "cd /" + "tmp/l2l-test-x"]),
        _each("core/x.cpp", ["// built in /" + "root/x"]), _each("suites/x.yaml", ['a: "/' + 'home/joe"'])),
    "registry_hosts": _each("docs/x.md", [
        "https://registry." + "npm.example", "npm" + "js.org", "www.npm" + "js.com", "pypi" + ".org", "pypi" + ".python",
        "files.python" + "hosted.org", "deb." + "debian.org", "ftp." + "debian.org", "security." + "debian.org",
        "archive." + "ubuntu.com", "proxy." + "golang.org", "crates" + ".io"]),
    "counter_based_randomness": _each("core/x.cpp", [
        "#include <random>", "int x = rand();", "int y = random();", "srand(1);", "std::mt19937 g;", "std::random_device d;",
        "std::default_random_engine e;", "std::shuffle(a, b, g);", "std::random_shuffle(a, b);", "auto z = xt::random::rand;"]),
    "no_clocks_in_results": _all(
        _each("optimizers/x.cpp", [
            "#include <chrono>", "#include <ctime>", "#include <time.h>", "#include <sys/time.h>", "std::chrono::seconds s;",
            "auto t = time(nullptr);", "auto u = time(NULL);", "auto v = time(0);", "const char* d = __DATE__;",
            "const char* e = __TIME__;", "const char* f = __TIMESTAMP__;", "clock_gettime(a, b);", "auto w = __rdtsc();"]),
        *[_each(f"{folder}/x.cpp", ["std::chrono::seconds s;"]) for folder in ("core", "optimizees", "reports")]),
    "deterministic_parallelism": _all(
        _each("optimizers/x.cpp", ["#include <tbb/parallel_reduce.h>", "#include <oneapi/tbb/task.h>", "#include <thread>",
                                   "#include <execution>", "#include <omp.h>", "#pragma omp parallel"]),
        *[_each(f"{folder}/x.cpp", ["#include <thread>"]) for folder in ("optimizees", "reports")],
        _each("cmake/x.cmake", ["-ffast-math", "-fopenmp", "-fassociative-math", "-ffinite-math-only", "-Ofast",
                                "-ffp-contract=fast"]),
        _each("CMakeLists.txt", ["add_compile_options(-ffast-math)"]), _each("CMakePresets.json", ['{"flags": "-Ofast"}'])),
    "locale_free_numbers": _each("reports/x.cpp", [
        'double a = std::stod("1");', 'float b = stof("1");', 'auto c = std::stold("1");', 'double d = strtod("1", e);',
        'float f = std::strtof("1", e);', 'auto g = strtold("1", e);', 'double h = atof("1");', 'int i = atoi("1");',
        'long j = atol("1");', 'sscanf("1", "%d", &i);', 'setlocale(LC_ALL, "C");', "std::locale k;", 'printf("%g", a);',
        'std::fprintf(o, "%-+8.3e", a);', 'sprintf(p, "%Lf", c);', 'std::snprintf(p, n, "%5.2f", a);', 'vsnprintf(p, n, "%A", v);',
        'const char* l = R"(say "//)"; double m = std::stod("1");']),
    "shaped_arrays": _all(
        _each("core/x.cpp", ["double a = xt::sum(x)();", "double b = xt::mean(x, {1})();", "auto c = xt::exp(x);",
                             "const auto d = -xt::transpose(x);", "auto&& e = (xt::where(x, y, z));", "using namespace xt;"]),
        _each("tests/x.cpp", ["auto v = xt::variance (x);"]),
        ({"core/x.hpp": "#pragma once\n#include <xtensor-blas/xlinalg.hpp>\n",
          "datasets/x.hpp": "#pragma once\n#include <xtensor/xview.hpp>\n"}, ["core/x.hpp:2", "datasets/x.hpp:2"]),
        _each("optimizers/kernels/x.cpp", ["#include <xtensor/xarray.hpp>"]),
        _each("optimizers/hand_designed/bfgs.cpp", ["#include <xtensor-blas/xblas.hpp>"]),
        _each("optimizees/quadratic.cpp", ['#include "core/tensors.hpp"'])),
    "pragma_once": _all(({"core/x.hpp": "// About.\nint x();\n#pragma once\n"}, ["core/x.hpp:1"]), _each("tests/x.hpp", ["int x();"])),
    "no_leftovers": _all(
        _each("core/x.cpp", ["// TO" + "DO later", "// FIX" + "ME", "// X" + "XX", "// HA" + "CK"]),
        *[_each(path, ["# TO" + "DO"]) for path in ("docs/x.md", "suites/x.yaml", "l2lbench", "tests/x.py")]),
    "suites_load": ({"suites/bad.yaml": "bad: 1\n"}, ["suites/bad.yaml:1"]),
    "suite_reference": ({"docs/suite.md": _PAGE.replace("[1, 9]", "[1, 8]")}, ["docs/suite.md:1"]),
    "named_headers": _all(
        _each("core/x.cpp", ["std::vector<int> a;", "auto b = std::tie(c, d);", "nlohmann::json e;"]),
        ({"core/x.hpp": "#pragma once\n\n#include <map>\n", "tests/x.cpp": '#include "core/x.hpp"\n\nstd::map<int, int> a;\n'
                                                                          "std::multiset<int> b;\n"}, ["tests/x.cpp:4"])),
    "unit_names": _all(
        ({"core/x.hpp": "#pragma once\n\nint shared(int a);\n",
          "core/x.cpp": "using Kind = A::Kind;\n\nnamespace {\n\nint f(int a) {\n  return a;\n}\nstruct S {};\n\n}  // namespace\n",
          "datasets/x.cpp": "namespace {\n\nint f(int a) {\n  return a;\n}\n\n}  // namespace\n"}, []),
        ({"core/y.cpp": "using Kind = B::Kind;\n\nnamespace {\n\nvoid f(const char* a) {}\nconstexpr int S = 3;\n"
                        "int shared(double a) {\n  return 1;\n}\n\n}  // namespace\n"},
         ["core/y.cpp:1", "core/y.cpp:5", "core/y.cpp:6", "core/y.cpp:7"])),
    "traced_numbers": _each("docs/reproduction/README.md", ["- " + line for line in (
        "0.316 <!-- from a: 0.316 = [summary lstm step=20] -->", "0.315, and no source: [A](a/report.md)",
        "nothing <!-- from a: 0.315 = [summary lstm step=20] -->", "0.3 <!-- from a: 0.3 = [summary lstm] -->",
        "0.6 <!-- from a: 0.6 = [summary adam step=20] -->", "0.6 <!-- from a: 0.6 = [absent sgd] -->",
        "0.6 <!-- from a: 0.6 = [summary sgd .median] -->", "0.6 <!-- from a: 0.6 = [summary sgd] + -->",
        "0.6 <!-- from a: 0.6 = __import__('os') -->", "0.3 <!-- from a: 0.3 = suite width -->", "at step 21 <!-- from a -->",
        "at step 31 <!-- from a -->", "after 9 epochs <!-- from a -->", "at step 20 of what?", "3 of 3 reproduced <!-- from a -->",
        "2 of 4 reproduced <!-- from a -->", "2 contradicted <!-- from a -->", "1 h 3 min <!-- from a -->", "1 h 2 min of what?",
        "on 2026-01-03", "7.77 <!-- from a -->", "1,025 functions <!-- from a: 1,025 = [summary .n] -->",
        "2e-7 <!-- from a: 2e-7 = [summary step=40] -->", "0.36 <!-- from a: 0.36 = [paper LSTM step=20] -->")]),
    "clang_format": _all(_each("core/x.cpp", ["int  x ;"]), _each("tests/x.cpp", ["int  x ;"])),
}
