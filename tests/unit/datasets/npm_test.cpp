// Fetching from an npm package, with a stand-in for npm on the path.
#include <catch2/catch.hpp>

#include <archive.h>
#include <archive_entry.h>

#include "datasets/npm.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/errors.hpp"
#include "tests/unit/datasets/fetch_fixture.hpp"

using namespace l2l;
using namespace l2l::test;
using Catch::Matchers::Contains;
using Names = std::vector<std::string>;

namespace {

void write_package(const std::filesystem::path& path, const std::map<std::string, std::string>& files,
                   bool compressed = true) {
  archive* out = archive_write_new();
  if (compressed) archive_write_add_filter_gzip(out);
  archive_write_set_format_ustar(out);
  archive_write_open_filename(out, path.c_str());
  for (const auto& [name, bytes] : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(out, entry);
    archive_write_data(out, bytes.data(), bytes.size());
    archive_entry_free(entry);
  }
  archive_write_free(out);
}

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
