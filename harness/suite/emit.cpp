#include "harness/suite/emit.hpp"

#include <algorithm>

namespace l2l::suite {
namespace {

using Kind = Value::Kind;

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out += fmt::format("\\{}", c);
    else if (byte < 0x20 || byte == 0x7f)
      out += fmt::format("\\x{:02x}", byte);
    else
      out += c;
  }
  return out + '"';
}

/// Words that read back as the same string without quotes (a name can look like a number: 1e5).
bool is_plain(const std::string& text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto inner = [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  if (text.empty() || !letter(text[0]) || !std::all_of(text.begin(), text.end(), inner)) return false;
  std::string lower = text;
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower != "null" && lower != "true" && lower != "false" && lower != "yes" && lower != "no" &&
         lower != "on" && lower != "off" && lower != "y" && lower != "n";
}

std::string emit_text(const std::string& text) {
  return is_plain(text) ? text : quoted(text);
}

std::string emit_scalar(const Value& value) {
  switch (value.kind) {
    case Kind::boolean:
      return value.boolean ? "true" : "false";
    case Kind::integer:
      return fmt::format("{}", value.integer);
    case Kind::number: {
      // Shortest text that reads back to the same double; YAML 1.1 readers want a dot in it.
      std::string text = fmt::format("{}", value.number);
      if (const std::size_t e = text.find('e'); e != std::string::npos && text.find('.') == std::string::npos)
        text.insert(e, ".0");
      return text;
    }
    case Kind::string:
      return emit_text(value.text);
    default:
      return "null";
  }
}

bool is_scalar(const Value& value) {
  return !value.is(Kind::list) && !value.is(Kind::map);
}

void emit(std::string& out, const Value& value, int indent);

void emit_entries(std::string& out, const Value& map, int indent) {
  bool first = true;
  for (const Entry& entry : map.entries) {
    if (!first) out.append(static_cast<std::size_t>(indent), ' ');
    first = false;
    out += emit_text(entry.key) + ":";
    emit(out, entry.value, indent + 2);
  }
}

/// After "key:" or "-": on the same line where it fits there, else below, `indent` deep.
void emit(std::string& out, const Value& value, int indent) {
  const std::string margin(static_cast<std::size_t>(indent), ' ');
  if (is_scalar(value)) {
    out += fmt::format(" {}\n", emit_scalar(value));
  } else if (value.is(Kind::map)) {
    if (value.entries.empty()) {
      out += " {}\n";
      return;
    }
    out += "\n" + margin;
    emit_entries(out, value, indent);
  } else if (std::all_of(value.items.begin(), value.items.end(), is_scalar)) {
    std::vector<std::string> items;
    for (const Value& item : value.items) items.push_back(emit_scalar(item));
    out += fmt::format(" [{}]\n", fmt::join(items, ", "));
  } else {
    out += "\n";
    for (const Value& item : value.items) {
      out += margin + "-";
      if (item.is(Kind::map) && !item.entries.empty()) {
        out += " ";
        emit_entries(out, item, indent + 2);
      } else {
        emit(out, item, indent + 2);
      }
    }
  }
}

}  // namespace

std::string emit_yaml(const Value& value) {
  std::string out;
  if (value.is(Kind::map) && !value.entries.empty())
    emit_entries(out, value, 0);
  else
    emit(out, value, 0);
  return out;
}

std::string emit_suite(const Value& checked_suite) {
  Value suite = checked_suite;
  std::erase_if(suite.entries, [](const Entry& entry) { return entry.key == "include"; });
  return emit_yaml(suite);
}

}  // namespace l2l::suite
