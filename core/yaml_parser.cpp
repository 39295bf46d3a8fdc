// yaml-cpp nodes to values. Two things yaml-cpp lets pass are found here: duplicate keys and tabs.
#include <charconv>
#include <cmath>
#include <string_view>

#include <yaml-cpp/yaml.h>

#include "core/utf8.hpp"
#include "core/yaml.hpp"

namespace l2l::yaml {
namespace {

using Kind = Value::Kind;

constexpr int kMaxDepth = 50;
constexpr std::size_t kMaxNodes = 200'000;  // an alias of aliases can describe exponentially many

bool parse_integer(std::string_view text, std::int64_t& value) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

/// [-+]? ( . digits | digits [ . digits? ] ) ( [eE] [-+]? digits )?
bool parse_number(std::string_view text, double& value) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  if (first == text.size() || (text[first] != '.' && (text[first] < '0' || text[first] > '9'))) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && std::isfinite(value);
}

bool is_infinite_or_nan(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  return text == ".inf" || text == ".Inf" || text == ".INF" || text == ".nan" || text == ".NaN" ||
         text == ".NAN";
}

class Converter {
 public:
  explicit Converter(const std::string& file) : file_(file) {}

  Where where(const YAML::Mark& mark) const {
    return mark.is_null() ? Where{file_, 0, 0} : Where{file_, mark.line + 1, mark.column + 1};
  }

  Value convert(const YAML::Node& node, int depth) {
    Value value;
    value.where = where(node.Mark());
    if (depth > kMaxDepth) fail(value.where, fmt::format("nested more than {} levels deep", kMaxDepth));
    if (++nodes_ > kMaxNodes) fail(value.where, fmt::format("more than {} values in one file", kMaxNodes));
    const std::string& tag = node.Tag();
    if (!tag.empty() && tag != "?" && tag != "!")
      fail(value.where, fmt::format("the tag '{}' is not supported", tag),
           "remove it; quote what should be a string");
    if (node.IsScalar())
      scalar(value, node.Scalar(), tag == "!");
    else if (node.IsSequence())
      sequence(value, node, depth);
    else if (node.IsMap())
      map(value, node, depth);
    return value;
  }

 private:
  static void check_encoding(const std::string& text, const Where& place) {
    if (!is_utf8(text)) fail(place, "this is not UTF-8", "save the file as UTF-8");
  }

  void scalar(Value& value, const std::string& text, bool quoted) {
    check_encoding(text, value.where);
    value.text = text;
    value.kind = Kind::string;
    if (quoted) return;
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
      value.kind = Kind::null;
    } else if (text == "true" || text == "True" || text == "TRUE" || text == "false" || text == "False" ||
               text == "FALSE") {
      value.kind = Kind::boolean;
      value.boolean = text[0] == 't' || text[0] == 'T';
    } else if (parse_integer(text, value.integer)) {
      value.kind = Kind::integer;
      value.number = static_cast<double>(value.integer);
    } else if (parse_number(text, value.number)) {
      value.kind = Kind::number;
    } else if (is_infinite_or_nan(text)) {
      fail(value.where, fmt::format("'{}' is not a finite number", text));
    }
  }

  void sequence(Value& value, const YAML::Node& node, int depth) {
    value.kind = Kind::list;
    for (const YAML::Node& item : node) value.items.push_back(convert(item, depth + 1));
  }

  void map(Value& value, const YAML::Node& node, int depth) {
    value.kind = Kind::map;
    for (const auto& pair : node) {
      const Where place = where(pair.first.Mark());
      if (!pair.first.IsScalar()) fail(place, "a key must be plain text");
      const std::string& key = pair.first.Scalar();
      check_encoding(key, place);
      for (const Entry& other : value.entries)
        if (other.key == key)
          fail(place, fmt::format("duplicate key '{}'", key),
               fmt::format("it is already given at {}", other.where.to_string()));
      value.entries.push_back({key, place, convert(pair.second, depth + 1)});
    }
  }

  std::string file_;
  std::size_t nodes_ = 0;
};

/// YAML forbids tabs in indentation; yaml-cpp reports some of them as something else and accepts others.
void refuse_tabs(const std::string& text, const std::string& file) {
  int line = 1;
  for (std::size_t begin = 0; begin < text.size(); ++line) {
    std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) end = text.size();
    const std::string_view content = std::string_view(text).substr(begin, end - begin);
    const std::size_t first = content.find_first_not_of(" \t\r");
    const std::size_t tab = content.find('\t');
    if (first != std::string_view::npos && tab < first)
      fail({file, line, static_cast<int>(tab) + 1}, "a tab in the indentation", "indent with spaces");
    begin = end + 1;
  }
}

}  // namespace

Value parse(const std::string& text, const std::string& file) {
  refuse_tabs(text, file);
  Converter converter(file);
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.empty() || documents[0].IsNull()) fail({file, 1, 1}, "the file is empty");
    if (documents.size() > 1)
      fail(converter.where(documents[1].Mark()), "more than one YAML document in the file");
    return converter.convert(documents[0], 1);
  } catch (const YAML::Exception& exception) {
    fail(converter.where(exception.mark), "not valid YAML: " + exception.msg);
  }
}

}  // namespace l2l::yaml
