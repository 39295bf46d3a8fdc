#include <iterator>
#include <sstream>

#include <catch2/catch.hpp>

#include "core/files.hpp"
#include "datasets/cache.hpp"
#include "datasets/catalog.hpp"
#include "harness/cli/commands.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace l2l;
using namespace l2l::test;

namespace {

/// Runs the command line; its exit code.
int run(const std::string& command_line) {
  CommandLine line("l2lbench", "");
  add_datasets_command(line.program());
  std::istringstream words(command_line);
  return line.run({std::istream_iterator<std::string>(words), {}});
}

}  // namespace

TEST_CASE("the datasets command lists, refuses to call damage good, and reports what it cannot fetch") {
  const TemporaryFolder folder;
  const ScopedEnvironment cache("L2LBENCH_DATA", folder.path().c_str());
  CHECK(run("datasets list") == 0);
  CHECK(run("datasets verify") == 0);  // nothing was fetched: nothing is damaged
  CHECK(run("datasets verify mnist") == 2);
  const CatalogFile& labels = catalog_entry("mnist").files[3];
  create_folders(dataset_folder("mnist"));
  write_file_atomically(dataset_folder("mnist") / labels.name, std::string(labels.size, '\0'));
  CHECK(run("datasets verify") == 2);
  CHECK(run("datasets list") == 0);

  create_folders(folder.path() / "empty");
  const Error absent =
      error_of([&] { run("datasets fetch mnist --from " + (folder.path() / "empty").string()); });
  CHECK_THAT(absent.what(), Catch::Contains("4 of its 4 files are missing"));
  CHECK(error_of([] { run("datasets verify mnits"); }).code() == ErrorCode::usage);
  CHECK(error_of([] { run("datasets"); }).code() == ErrorCode::usage);
  CHECK(error_of([] { run("datasets list mnist"); }).code() == ErrorCode::usage);
}
