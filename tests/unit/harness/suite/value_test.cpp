// YAML to values and back, whatever the locale.
#include "core/yaml.hpp"

#include <locale>

#include <catch2/catch.hpp>

#include "harness/suite/emit.hpp"
#include "harness/suite/json_schema.hpp"
#include "harness/suite/load.hpp"
#include "harness/suite/schema.hpp"
#include "harness/suite/suite.hpp"
#include "tests/support/errors.hpp"
#include "tests/unit/harness/suite/corpus.hpp"

using namespace l2l;
using namespace l2l::suite;
using ValueKind = Value::Kind;

namespace {

Value scalar(const std::string& text) {
  return yaml::parse("[" + text + "]", "t.yaml").items.at(0);
}

/// Decimal commas and grouped thousands, as in many countries.
struct Commas : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

}  // namespace

TEST_CASE("plain scalars follow the YAML 1.2 core schema; quoted ones are text") {
  CHECK(scalar("12").is(ValueKind::integer));
  CHECK(scalar("-12").integer == -12);
  CHECK(scalar("+12").integer == 12);
  CHECK(scalar("1e-5").number == 1e-5);
  CHECK(scalar("1.0e-5").is(ValueKind::number));
  CHECK(scalar("-.5").number == -0.5);
  CHECK(scalar("1.").number == 1.0);
  CHECK(scalar("true").boolean);
  CHECK_FALSE(scalar("False").boolean);
  CHECK(scalar("~").is(ValueKind::null));
  for (const char* text :
       {"yes", "0x10", "+-5", "--5", "1e", ".", "1_000", "1e999", "12ab", "'12'", "\"true\"", "-"})
    CHECK(scalar(text).is(ValueKind::string));
  CHECK(scalar("99999999999999999999").is(ValueKind::number));
}

TEST_CASE("whole numbers are recognised however they are written") {
  CHECK(scalar("2e1").is_whole());
  CHECK(scalar("20.0").is_whole());
  CHECK_FALSE(scalar("20.5").is_whole());
  CHECK_FALSE(scalar("1e300").is_whole());
  CHECK_FALSE(scalar("'20'").is_whole());
}

TEST_CASE("every value knows its place") {
  const Value value = yaml::parse("a: 1\nbb:\n  - x\n  - {c: d}\n", "dir/t.yaml");
  CHECK(value.entries[1].where.to_string() == "dir/t.yaml:2:1");
  CHECK(value.at("a").where.to_string() == "dir/t.yaml:1:4");
  CHECK(value.at("bb").items[1].at("c").where.to_string() == "dir/t.yaml:4:9");
}

TEST_CASE("what is given twice is told with both places") {
  const Error error = test::error_of([] { yaml::parse("a: 1\nb: 2\na: 3\n", "t.yaml"); });
  CHECK(error.where().to_string() == "t.yaml:3:1");
  CHECK(error.hint() == "it is already given at t.yaml:1:1");
}

TEST_CASE("exponentially many aliases are refused, not expanded") {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = fmt::format("*a{}", i - 1);
    text += fmt::format("a{0}: &a{0} [{1}", i, before);
    for (int j = 1; j < 10; ++j) text += ", " + before;
    text += "]\n";
  }
  CHECK_THROWS_AS(yaml::parse(text, "t.yaml"), Error);
}

TEST_CASE("emitted values read back the same") {
  const nlohmann::ordered_json json = {
      {"text",
       {"plain", "with: colon", "- dash", "true", "12", "1e5", "", " space ", "tab\tand\nline", "q\"u\\o'te",
        "# no comment", "naïve", "~", "y", "*alias", "{", "a, b"}},
      {"numbers", {0, -7, 0.1, 0.30000000000000004, 1e-300, 1e22, 123456789012345678, -2.5, 1.0, 3e-8}},
      {"flags", {true, false}},
      {"nested",
       {{"empty map", nlohmann::ordered_json::object()}, {"empty list", nlohmann::ordered_json::array()}}},
      {"list", {{{"a", 1}, {"b", {1, 2}}}, {{"c", {{"d", "e"}}}}}}};
  const std::string text = emit_yaml(yaml::from_json(json, {}));
  CAPTURE(text);
  CHECK(yaml::to_json(yaml::parse(text, "t.yaml")) == json);
  // Readers of YAML 1.1 take 3e-08 for a text.
  CHECK_THAT(text, Catch::Contains("3.0e-08") && Catch::Contains("1.0e-300") && !Catch::Contains("3e-08"));
}

TEST_CASE("the locale changes nothing") {
  const std::string path = (test::corpus("good") / "everything.yaml").string();
  const Suite expected = load_suite(path);
  const std::string schema = suite_json_schema();
  const std::locale before = std::locale::global(std::locale(std::locale::classic(), new Commas));
  const std::string canonical = load_suite(path).canonical_yaml, again = suite_json_schema();
  std::locale::global(before);
  CHECK(canonical == expected.canonical_yaml);
  CHECK(again == schema);
}

TEST_CASE("suggestions are close, or the list of what there is") {
  const std::vector<std::string> known = {"momentum", "adam", "rmsprop"};
  CHECK(suggest("momentun", known) == "did you mean 'momentum'?");
  CHECK(suggest("adm", known) == "did you mean 'adam'?");
  CHECK(suggest("zzzzzzzz", known) == "known: momentum, adam, rmsprop");
  CHECK(suggest("x", {}) == "none is defined");
}
