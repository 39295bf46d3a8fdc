// What follows from the one description of a specification's fields.
#include "core/fields.hpp"

#include <array>
#include <map>

#include <catch2/catch.hpp>

namespace fields_test {

enum class Colour { red, green };

struct Part {
  int size = 3;
  double weight = 0.5;
};

struct Base {
  int batch = 128;
};

struct Whole : Base {
  Colour colour = Colour::red;
  std::string name = "none";
  bool shiny = false;
  bool own = false;
  std::vector<int> sizes = {1, 2};
  std::vector<Part> parts = {Part{}, Part{7, 0.5}};
  std::optional<double> rate;
  Part inner;
  Part nested;
  double late = 1;
  std::string remark;
};

struct Shape {
  std::string kind;
  double radius = 1, share = 0;
};

}  // namespace fields_test

using namespace fields_test;

namespace l2l {

template <>
struct SpecNames<Colour> {
  static constexpr std::array<std::pair<Colour, std::string_view>, 2> names = {
      {{Colour::red, "red"}, {Colour::green, "green"}}};
};

template <>
const Fields<Part>& fields() {
  static const Fields<Part> described = {
      field("size", &Part::size, schema::integer(1, 9), "of a part").axis("of a part, swept", "part_size"),
      field("weight", &Part::weight, schema::positive(1), "of a part")};
  return described;
}

template <>
const Fields<Whole>& fields() {
  static const Fields<Whole> described = {
      field("batch", &Whole::batch, schema::integer(1, 1000), "of the base").axis("of the base"),
      field("colour", &Whole::colour, "of it").axis("its colour"),
      field("name", &Whole::name, schema::text(), "of it").required(),
      field("shiny", &Whole::shiny, "whether").when([](const Whole& w) { return w.colour == Colour::green; }),
      field("axis", &Whole::own, schema::choice({"shared", "own"}), "a boolean of two words"),
      field("sizes", &Whole::sizes, schema::list(schema::integer(0, 9)), "numbers"),
      field("parts", &Whole::parts, schema::list(fields<Part>().node()), "things"),
      field("rate", &Whole::rate, schema::positive(1), "may be absent"),
      within(&Whole::inner),
      field("nested", &Whole::nested, "a part"),
      field("late", &Whole::late, schema::number(0, 1), "came later").unless_default(),
      field("remark", &Whole::remark, schema::text(), "for people").not_canonical().optional()};
  return described;
}

template <>
const Fields<Shape>& fields() {
  static const Fields<Shape> described = {
      {field("kind", &Shape::kind, schema::choice({"circle", "ring"}), "which").required(),
       field("size", &Shape::radius, schema::positive(9), "the radius").of({"circle"}),
       field("size", &Shape::share, schema::positive(1), "the share of a ring").of({"ring"}).required()},
      "kind"};
  return described;
}

}  // namespace l2l

using namespace l2l;
using nlohmann::json;

TEST_CASE("fields: the schema has ranges, defaults and what is required from the description") {
  const schema::Node node = fields<Whole>().node();
  std::map<std::string, const schema::Field*> by_name;
  for (const schema::Field& field : node.fields) by_name[field.name] = &field;
  CHECK(node.fields.size() == 13);
  CHECK(by_name.at("batch")->fallback == 128);
  CHECK(by_name.at("colour")->node.choices == std::vector<std::string>{"red", "green"});
  CHECK(by_name.at("colour")->fallback == "red");
  CHECK(by_name.at("name")->required);
  CHECK(by_name.at("name")->fallback.is_null());
  CHECK(by_name.at("shiny")->node.type == schema::Node::Type::boolean);
  CHECK(by_name.at("axis")->fallback == "shared");
  CHECK(by_name.at("parts")->fallback == nlohmann::ordered_json::parse(R"([{}, {"size": 7}])"));
  CHECK(by_name.at("rate")->fallback.is_null());
  CHECK(by_name.at("weight")->fallback == 0.5);
  CHECK(by_name.at("nested")->node.fields.size() == 2);
  CHECK(by_name.at("nested")->fallback == nlohmann::ordered_json::object());
  CHECK(by_name.at("remark")->fallback.is_null());
}

TEST_CASE("fields: the canonical form says what decides a result, and reads back") {
  const Fields<Whole>& described = fields<Whole>();
  Whole whole;
  CHECK(described.canonical(whole).dump() ==
        R"({"axis":"shared","batch":128,"colour":"red","name":"none","nested":{"size":3,"weight":0.5},)"
        R"("parts":[{"size":3,"weight":0.5},{"size":7,"weight":0.5}],"rate":null,"size":3,"sizes":[1,2],)"
        R"("weight":0.5})");
  whole = {};
  whole.batch = 5;
  whole.colour = Colour::green;
  whole.shiny = whole.own = true;
  whole.sizes = {};
  whole.parts = {{9, 1}};
  whole.rate = 0.25;
  whole.inner.size = 8;
  whole.nested.weight = 1;
  whole.late = 0;
  whole.remark = "decides nothing";
  const json config = described.canonical(whole);
  CHECK(config.at("shiny") == true);
  CHECK(config.at("late") == 0);
  CHECK(config.at("size") == 8);
  CHECK_FALSE(config.contains("remark"));
  CHECK(described.canonical(described.from_canonical(config)) == config);
  CHECK(described.from_canonical(config).batch == 5);
  CHECK(described.read(described.write(whole, Form::full)).remark == "decides nothing");
  CHECK(described.write(described.read(described.write(whole, Form::changed)), Form::full) ==
        described.write(whole, Form::full));
}

TEST_CASE("fields: a canonical form that lacks a field is refused, one that may be absent is not") {
  const Fields<Whole>& described = fields<Whole>();
  json config = described.canonical(Whole{});
  config.erase("late");
  CHECK_NOTHROW(described.from_canonical(config));
  config.erase("weight");
  CHECK_THROWS_AS(described.from_canonical(config), json::exception);
  CHECK_THROWS_AS(described.read({{"colour", "blue"}}), CheckFailure);
  CHECK_THROWS_AS(described.read({{"batch", "many"}}), json::exception);
}

TEST_CASE("fields: axes are those that say so, under their names, and set their field") {
  const std::vector<schema::Field> axes = fields<Whole>().axes();
  REQUIRE(axes.size() == 3);
  CHECK(axes[0].name == "batch");
  CHECK(axes[0].node.maximum == 1000.0);
  CHECK(axes[1].doc == "its colour");
  CHECK(axes[2].name == "part_size");
  Whole whole;
  for (const FieldEntry& entry : fields<Whole>().entries())
    if (entry.axis && entry.axis->name == "part_size") entry.set(&whole, 4);
  CHECK(whole.inner.size == 4);
}

TEST_CASE("fields: entries of some kinds are variants, and read only for their kinds") {
  const schema::Node node = fields<Shape>().node();
  CHECK(node.discriminator == "kind");
  REQUIRE(node.variants.size() == 2);
  CHECK(node.variants[0].values == std::vector<std::string>{"circle"});
  CHECK_FALSE(node.variants[0].fields.at(0).required);
  CHECK(node.variants[1].fields.at(0).required);
  const Shape ring = fields<Shape>().read({{"kind", "ring"}, {"size", 0.25}});
  CHECK(ring.share == 0.25);
  CHECK(ring.radius == 1);
}
