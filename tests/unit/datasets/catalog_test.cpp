#include "datasets/catalog.hpp"

#include <catch2/catch.hpp>

#include "core/files.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/places.hpp"

using namespace l2l;
using Catch::Matchers::Contains;

namespace {

const char* const kGood = R"(tiny:
  title: a tiny dataset
  format: idx
  classes: 3
  parts:
    train: {images: a, labels: b, examples: 5}
  files:
    - {name: a, size: 46, sha256: ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db}
    - {name: b, size: 13, sha256: 65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5}
  sources:
    - {url: "https://example.org/tiny/", suffix: .gz}
    - {npm: tiny-data, folder: package/data}
    - archive: "https://example.org/tiny.tar.gz"
      sha256: 9bba5c53a0545e0c80184b946153c9f58387e3bd1d4ee35740f29ac2e718b019
      folder: tiny-1
    - {npm: tiny-sheets, folder: package, sheets: {a: {images: a.png, labels: l.json, first: 5}}}
  image: [2, 3, 1]
)";

std::string with(const std::string& from, const std::string& to) {
  std::string text = kGood;
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("the program's catalogue is catalog.yaml") {
  const auto entries = parse_catalog(read_file(test::source("datasets/catalog.yaml")), "catalog.yaml");
  REQUIRE(entries.size() == catalog().size());
  for (std::size_t i = 0; i < entries.size(); ++i)
    CHECK(entries[i].files[0].sha256 == catalog()[i].files[0].sha256);
  const DatasetEntry& mnist = catalog_entry("mnist");
  CHECK(mnist.files.size() == 4);
  CHECK(mnist.bytes() == 47040016 + 60008 + 7840016 + 10008);
  CHECK(mnist.part("train").examples == 60000);
  CHECK(mnist.sources.front().kind == SourceKind::url);
  CHECK(mnist.sources.back().kind == SourceKind::npm);
  const DatasetEntry& cifar = catalog_entry("cifar10");
  CHECK(cifar.bytes() == 6 * 30730000);
  CHECK(cifar.part("train").files.size() == 5);
  CHECK(cifar.sources.front().kind == SourceKind::archive);
  for (const CatalogFile& file : cifar.files) CHECK(cifar.sources.back().sheets.contains(file.name));
  CHECK(cifar.sources.back().sheets.at("data_batch_3.bin").first == 20000);
}

TEST_CASE("a catalogue entry is read in full") {
  const auto entries = parse_catalog(kGood, "c.yaml");
  REQUIRE(entries.size() == 1);
  const DatasetEntry& tiny = entries[0];
  CHECK(tiny.name == "tiny");
  CHECK(tiny.classes == 3);
  CHECK(tiny.image == ImageSize{2, 3, 1});
  CHECK(tiny.part("train").files[1] == "b");
  CHECK(tiny.file("b").size == 13);
  CHECK(tiny.sources[0].location == "https://example.org/tiny/");
  CHECK(tiny.sources[0].suffix == ".gz");
  CHECK(tiny.sources[1].location == "tiny-data");
  CHECK(tiny.sources[1].folder == "package/data");
  CHECK(tiny.sources[1].sheets.empty());
  CHECK(tiny.sources[2].kind == SourceKind::archive);
  CHECK(tiny.sources[2].location == "https://example.org/tiny.tar.gz");
  CHECK(tiny.sources[2].folder == "tiny-1");
  CHECK(tiny.sources[2].sha256 == "9bba5c53a0545e0c80184b946153c9f58387e3bd1d4ee35740f29ac2e718b019");
  CHECK(tiny.sources[3].sheets.at("a").images == "a.png");
  CHECK(tiny.sources[3].sheets.at("a").labels == "l.json");
  CHECK(tiny.sources[3].sheets.at("a").first == 5);
}

TEST_CASE("a wrong catalogue is refused with line and column") {
  struct Case {
    std::string text, words;
    int line;
  };
  const std::vector<Case> cases = {
      {with("classes: 3", "clases: 3"), "unknown key 'clases'", 4},
      {with("classes: 3", "classes: three"), "classes: expected an integer", 4},
      {with("format: idx", "format: png"), "'png' is not one of idx, cifar", 3},
      {with("  title: a tiny dataset\n", ""), "title' is missing", 2},
      {with("labels: b", "labels: c"), "'c' is not among the files", 6},
      {with("name: a", "name: ../a"), "is no file name", 8},
      {with("65a5", "65A5"), "64 lowercase hexadecimal digits", 9},
      {with("tiny/\"", "tiny\""), "it must end in /", 11},
      {with("suffix: .gz", "suffix: .xz"), "'.xz' is not", 11},
      {with("folder: package/data", "folder: [1"), "", 0},
      {with("      folder: tiny-1\n", ""), "'folder' is missing", 13},
      {with("9bba", "9BBA"), "64 lowercase hexadecimal digits", 14},
      {with("tiny.tar.gz\"\n      sha256", "tiny.tar.gz\"\n      sha265"), "unknown key 'sha265'", 14},
      {with("first: 5", "first: x"), "first: expected an integer", 16},
      {with("images: a.png", "images: ../a.png"), "no file name", 16},
      {with("sheets: {a", "sheets: {a: 1, b"), "expected a mapping", 16},
      {with("format: idx", "format: cifar"), "'files' is missing", 6},
      {with("image: [2, 3, 1]", "image: [2, 3]"), "image: fewer than 3 entries", 17},
      {"- tiny", "expected a mapping", 1},
  };
  for (const Case& wrong : cases) {
    const Error error = test::error_of([&] { parse_catalog(wrong.text, "c.yaml"); });
    CHECK(error.code() == ErrorCode::format);
    CHECK(error.where().file == "c.yaml");
    CHECK_THAT(error.message(), Contains(wrong.words));
    if (wrong.line > 0) CHECK(error.where().line == wrong.line);
  }
}
