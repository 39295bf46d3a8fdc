#include "core/files.hpp"

#include <cerrno>

#include <catch2/catch.hpp>

#include "tests/support/errors.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace l2l;
using Catch::Matchers::Contains;
using test::error_of;
using test::TemporaryFolder;

namespace {

std::size_t entries(const std::filesystem::path& folder) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& item : std::filesystem::directory_iterator(folder)) ++count;
  return count;
}

}  // namespace

TEST_CASE("a file is written in one step and read back") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "file";
  const std::string bytes = std::string("with a zero \0 inside\r\n", 22) + std::string(100000, 'x');
  write_file_atomically(path, bytes);
  CHECK(read_file(path) == bytes);
  write_file_atomically(path, "");
  CHECK(read_file(path).empty());
  CHECK(entries(folder.path()) == 1);
}

TEST_CASE("a name without a folder is written in the current one") {
  const TemporaryFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  write_file_atomically("file", "here");
  std::filesystem::current_path(before);
  CHECK(read_file(folder.path() / "file") == "here");
}

TEST_CASE("until it is committed a file is as it was, and without commit nothing stays") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "file";
  write_file_atomically(path, "old");
  {
    AtomicFile abandoned(path);
    abandoned.write("new");
    CHECK(read_file(path) == "old");
    std::size_t temporaries = 0;
    for (const auto& item : std::filesystem::directory_iterator(folder.path())) {
      temporaries += AtomicFile::is_temporary(item.path()) ? 1 : 0;
    }
    CHECK(temporaries == 1);
  }
  CHECK(read_file(path) == "old");
  CHECK(entries(folder.path()) == 1);
  AtomicFile first(path), second(path);  // two writers do not meet
  first.write("first");
  second.write("second");
  first.commit();
  second.commit();
  CHECK(read_file(path) == "second");
  CHECK(entries(folder.path()) == 1);
}

TEST_CASE("an output file is appended to, truncated, or must be new") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "file";
  OutputFile(path, OutputFile::Mode::truncate).write("one");
  OutputFile(path, OutputFile::Mode::append).write(" two");
  CHECK(read_file(path) == "one two");
  OutputFile file(path, OutputFile::Mode::append);
  file.write(" three");
  file.truncate();
  file.write("four");
  file.sync();
  file.close();
  CHECK(read_file(path) == "four");
  CHECK_THAT(error_of([&] { OutputFile(path, OutputFile::Mode::create_new); }).message(),
             Contains("File exists"));
}

TEST_CASE("failures of the disk are errors with the path, the reason and a way out") {
  const TemporaryFolder folder;
  OutputFile full("/dev/full", OutputFile::Mode::append);
  const Error disk = error_of([&] { full.write("x"); });
  CHECK(disk.code() == ErrorCode::environment);
  CHECK(disk.where().file == "/dev/full");
  CHECK_THAT(disk.message(), Contains("cannot write: the disk is full"));
  CHECK_THAT(disk.hint(), Contains("free some space"));

  const Error absent = error_of([&] { read_file(folder.path() / "absent", ErrorCode::format); });
  CHECK(absent.code() == ErrorCode::format);
  CHECK_THAT(absent.message(), Contains("cannot read: No such file"));
  CHECK_THAT(error_of([&] { read_file(folder.path()); }).message(), Contains("Is a directory"));
  CHECK_THAT(error_of([&] { write_file_atomically(folder.path() / "no" / "file", "x"); }).message(),
             Contains("No such file"));
  write_file_atomically(folder.path() / "file", "x");
  CHECK_THAT(error_of([&] { create_folders(folder.path() / "file" / "below"); }).message(),
             Contains("cannot create the folder"));
  CHECK_NOTHROW(create_folders(folder.path() / "a" / "b"));
  CHECK_NOTHROW(create_folders(folder.path() / "a" / "b"));
  CHECK(std::filesystem::is_directory(folder.path() / "a" / "b"));
}

TEST_CASE("quota, file size and permission have their own words") {
  const auto thrown = [](int number) { return error_of([&] { throw_io_error("/f", "write", number); }); };
  CHECK_THAT(thrown(EDQUOT).message(), Contains("the disk is full"));
  CHECK_THAT(thrown(EFBIG).message(), Contains("the disk is full"));
  CHECK_THAT(thrown(EACCES).hint(), Contains("permissions"));
  CHECK_THAT(thrown(EIO).hint(), Contains("disk"));
}
