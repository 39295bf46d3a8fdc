// UTF-8: what is a character, and what is none (Unicode 15, table 3-7).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace l2l {

/// Bytes of the character that the text starts with; 0 where it starts with none: an overlong form, a
/// surrogate, a code point beyond U+10FFFF, a sequence cut off, or nothing at all.
std::size_t utf8_length(std::string_view text);

/// Its code point. @pre utf8_length(text) > 0
std::uint32_t code_point(std::string_view text);

bool is_utf8(std::string_view text);

/// The text with every byte that belongs to no character replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

/// How many characters (code points) a text has: its columns, where none is wide or combining.
std::size_t count_characters(std::string_view text);

/// The first `count` characters, or all of fewer.
std::string_view first_characters(std::string_view text, std::size_t count);

}  // namespace l2l
