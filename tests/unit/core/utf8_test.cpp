#include "core/utf8.hpp"

#include <catch2/catch.hpp>

using namespace l2l;

namespace {

const std::string kReplaced = "\xEF\xBF\xBD";

/// The UTF-8 of a code point by the definition's bit pattern, surrogates and what is beyond included.
std::string encoded(char32_t point, std::size_t length) {
  if (length == 1) return std::string(1, static_cast<char>(point));
  std::string text(length, '\0');
  for (std::size_t i = length; i-- > 1; point >>= 6U) text[i] = static_cast<char>(0x80U | (point & 0x3FU));
  text[0] = static_cast<char>((0xF00U >> length & 0xFFU) | point);
  return text;
}

std::size_t shortest(char32_t point) {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

}  // namespace

TEST_CASE("every code point has one form, its shortest; a surrogate has none") {
  std::size_t characters = 0;
  for (char32_t point = 0; point <= 0x110000; ++point) {
    const bool character = (point < 0xD800 || point > 0xDFFF) && point <= 0x10FFFF;
    const std::string text = encoded(point, shortest(point));
    characters += is_utf8(text) ? 1 : 0;
    if (is_utf8(text) != character || utf8_length(text) != (character ? text.size() : 0) ||
        (character && code_point(text) != point))
      FAIL("U+" << std::hex << static_cast<unsigned>(point));
    for (std::size_t length = shortest(point) + 1; length <= 4; ++length)
      if (utf8_length(encoded(point, length)) != 0)
        FAIL("overlong U+" << std::hex << static_cast<unsigned>(point));
  }
  CHECK(characters == 0x110000 - 0x800);
}

TEST_CASE("a sequence that is cut off, or interrupted, is no character") {
  for (const std::string text : {"é", "€", "𝄞"}) {
    for (std::size_t kept = 0; kept < text.size(); ++kept) {
      const std::string_view cut = std::string_view(text).substr(0, kept);  // the rest stands behind it
      CHECK(utf8_length(cut) == 0);
      CHECK(is_utf8(cut) == (kept == 0));
      CHECK_FALSE(is_utf8(text.substr(0, kept + 1).substr(kept) + "x"));
    }
    for (std::size_t i = 1; i < text.size(); ++i) {
      std::string interrupted = text;
      interrupted[i] = 'x';
      CHECK(utf8_length(interrupted) == 0);
    }
    CHECK(utf8_length(text + "\xff") == text.size());
  }
  for (const char* text : {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xF5\x80\x80\x80", "\xFF", "\xFE"})
    CHECK(utf8_length(text) == 0);
}

TEST_CASE("repair replaces each byte that belongs to no character, and nothing else") {
  CHECK(valid_utf8("") == "");
  CHECK(valid_utf8("φ ≤ 𝄞\n") == "φ ≤ 𝄞\n");
  CHECK(valid_utf8("a\xE2\x82z") == "a" + kReplaced + kReplaced + "z");
  CHECK(valid_utf8("\xED\xA0\x80") == kReplaced + kReplaced + kReplaced);
  CHECK(valid_utf8("é\xC3") == "é" + kReplaced);
  CHECK(valid_utf8(std::string_view("\0é", 3)) == std::string_view("\0é", 3));
}

TEST_CASE("characters are counted and cut as characters") {
  CHECK(count_characters("") == 0);
  CHECK(count_characters("∇f(θ)") == 5);
  CHECK(first_characters("∇f(θ)", 0) == "");
  CHECK(first_characters("∇f(θ)", 1) == "∇");
  CHECK(first_characters("∇f(θ)", 4) == "∇f(θ");
  CHECK(first_characters("∇f(θ)", 5) == "∇f(θ)");
  CHECK(first_characters("∇f(θ)", 9) == "∇f(θ)");
}
