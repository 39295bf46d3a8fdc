"""Every file names the headers of what it uses. The compiler does not ask for it where headers are precompiled."""
import functools
import re

from tree import PRODUCT, without_comments

# Of the headers in cmake/precompiled*.hpp: header -> the names that only it stands for here.
NAMES = {
    "algorithm": r"std::(?:(?:stable_|partial_)?sort|(?:all|any|none)_of|copy_n|count_if|find_if(?:_not)?|(?:min|max|minmax)_element"
                 r"|(?:lower|upper)_bound|equal_range|transform|reverse|unique|replace|clamp|nth_element|for_each|binary_search|ranges::\w+)\b",
    "array": r"std::(?:array|to_array)\b",
    "atomic": r"std::atomic\b",
    "bit": r"std::(?:bit_cast|popcount|countl_zero|countr_zero|bit_width|bit_ceil|has_single_bit)\b",
    "catch2/catch.hpp": r"\b(?:TEST_CASE|REQUIRE|CHECK_THAT)\b",
    "charconv": r"std::(?:from_chars|to_chars)\b",
    "chrono": r"std::chrono\b",
    "cmath": r"std::(?:a?(?:sin|cos|tan)h?|exp2?|expm1|log(?:2|10|1p)?|sqrt|cbrt|pow|hypot|fma|floor|ceil|l?l?round|trunc|isfinite"
             r"|isnan|isinf|nextafter|erfc?|lgamma|tgamma|ldexp|frexp|copysign|signbit)\b",
    "cstring": r"std::(?:memcpy|memcmp|memset|strerror|strlen|strcmp)\b",
    "filesystem": r"std::filesystem\b",
    "fmt/format.h": r"\bfmt::(?:format|print|format_to|join|formatter)\b",
    "fstream": r"std::[io]?fstream\b",
    "functional": r"std::(?:function|bind|less|greater|plus|hash|reference_wrapper|c?ref)\b",
    "limits": r"std::numeric_limits\b",
    "map": r"std::(?:multi)?map\b",
    "memory": r"std::(?:(?:unique|shared|weak)_ptr|make_(?:unique|shared))\b",
    "mutex": r"std::(?:mutex|lock_guard|unique_lock|scoped_lock|once_flag|call_once)\b",
    "core/json.hpp": r"\bnlohmann::(?:ordered_)?json\b",
    "numeric": r"std::(?:accumulate|iota|inner_product|partial_sum|reduce|transform_reduce|gcd|lcm|midpoint)\b",
    "optional": r"std::(?:optional|nullopt)\b",
    "set": r"std::(?:multi)?set\b",
    "span": r"std::span\b",
    "sstream": r"std::[io]?stringstream\b",
    "thread": r"std::(?:thread|this_thread|jthread)\b",
    "tuple": r"std::(?:tuple|tie|make_tuple|apply)\b",
    "unordered_map": r"std::unordered_map\b",
    "unordered_set": r"std::unordered_set\b",
    "variant": r"std::(?:variant|visit|holds_alternative|monostate)\b",
    "vector": r"std::vector\b",
}
# Where a declaration is enough.
BRINGS = {
    "nlohmann/json_fwd.hpp": {"core/json.hpp"},
}


def named_headers(tree):
    @functools.lru_cache(maxsize=None)
    def text(path):
        return without_comments(tree.text(path) or "")

    @functools.lru_cache(maxsize=None)
    def own(path):
        return re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', text(path), re.M)

    def seen_from(path):
        """All headers that the file includes, through files of the tree."""
        seen, waiting = {path}, [path]
        while waiting:
            for header in own(waiting.pop()):
                if header not in seen:
                    seen |= {header} | BRINGS.get(header, set())
                    if header in files:
                        waiting.append(header)
        return seen

    files, found = set(tree.files), []
    for path in tree.cpp(PRODUCT + ("tests",)):
        seen = seen_from(path)
        for header, names in NAMES.items():
            if header in seen:
                continue
            match = re.search(names, text(path))
            if match:
                line = text(path).count("\n", 0, match.start()) + 1
                found.append(f"{path}:{line}: {match[0]} without #include <{header}>")
    return found
