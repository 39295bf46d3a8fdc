// What people type and read: amounts, durations, words of a shell, spelling.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace l2l {

/// "500M", "8G", "1.5GiB" (1024-based; B, K, M, G, T) as bytes. Throws Error{usage}.
std::size_t parse_bytes(const std::string& text);
/// "257 MiB", "1.5 GiB"
std::string bytes_text(std::size_t bytes);
/// "90", "90s", "30m", "1.5h" as seconds. Throws Error{usage}.
double parse_duration(const std::string& text);
/// "0:42", "12:05", "3:10:00"
std::string format_duration(double seconds);

/// `text` as one word of a shell command: quoted where it has to be ("my suite.yaml").
std::string shell_word(const std::string& text);
/// A command as one would type it: its words, quoted likewise.
std::string shell_line(const std::vector<std::string>& words);

/// "did you mean 'x'?", where one of `known` is close to `given`, else empty.
std::string suggestion(const std::string& given, const std::vector<std::string>& known);

}  // namespace l2l
