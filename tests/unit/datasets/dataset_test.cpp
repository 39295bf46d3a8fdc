#include "datasets/dataset.hpp"

#include <catch2/catch.hpp>

#include "core/files.hpp"
#include "datasets/cache.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/datasets/tiny_dataset.hpp"

using namespace l2l;
using Catch::Matchers::Contains;
using l2l::test::error_of;

namespace {

struct OnDisk : test::TinyDataset {
  test::TemporaryFolder folder;
  void write() {
    describe_files();
    for (const auto& [name, bytes] : files) write_file_atomically(folder.path() / name, bytes);
  }
  std::shared_ptr<const ImageDataset> read(const std::string& part) const {
    return read_dataset(entry, part, folder.path());
  }
};

}  // namespace

TEST_CASE("a part of a dataset is read with its shape, pixels and labels") {
  OnDisk tiny;
  tiny.write();
  const auto train = tiny.read("train");
  CHECK(train->count == 5);
  CHECK(train->rows == 2);
  CHECK(train->columns == 3);
  CHECK(train->channels == 1);
  CHECK(train->features() == 6);
  CHECK(train->classes == 3);
  CHECK(train->pixels.size() == 30);
  CHECK(train->pixels[7] == 63);
  CHECK(train->labels == std::vector<std::uint8_t>{0, 1, 2, 1, 0});
  CHECK(tiny.read("test")->labels == std::vector<std::uint8_t>{2, 1});
}

TEST_CASE("an absent or damaged dataset names the command that fetches it") {
  OnDisk tiny;
  tiny.write();
  const auto check = [&](const std::string& words) {
    const Error error = error_of([&] { tiny.read("train"); });
    CHECK(error.code() == ErrorCode::data);
    CHECK_THAT(error.message(), Contains(words));
    CHECK(error.hint() == "l2lbench datasets fetch tiny");
    CHECK_THAT(error.where().file, Contains("train-"));
  };
  const auto labels = tiny.folder.path() / "train-labels";
  std::string bytes = tiny.files["train-labels"];
  bytes.back() ^= 1;
  write_file_atomically(labels, bytes);
  check("SHA-256");
  write_file_atomically(labels, bytes + "x");
  check("14 bytes, expected 13");
  std::filesystem::remove(labels);
  check("not here");
}

TEST_CASE("files that do not belong together are refused") {
  OnDisk tiny;
  SECTION("labels outside the classes") {
    tiny.files["train-labels"].back() = 3;
    tiny.write();
    CHECK_THAT(error_of([&] { tiny.read("train"); }).message(),
               Contains("label 3 in a dataset of 3 classes"));
  }
  SECTION("images of another size") {
    tiny.entry.image = {3, 2, 1};
    tiny.write();
    CHECK_THAT(error_of([&] { tiny.read("train"); }).message(), Contains("images of 2 x 3, expected 3 x 2"));
  }
  SECTION("fewer labels than images") {
    tiny.files["train-labels"] = test::idx_bytes({4}, {0, 1, 2, 1});
    tiny.write();
    CHECK_THAT(error_of([&] { tiny.read("train"); }).message(), Contains("5 images and 4 labels"));
  }
}

TEST_CASE("an unknown dataset or part is a usage error that lists what there is") {
  const Error dataset = error_of([] { load_dataset("mnits", "train"); });
  CHECK(dataset.code() == ErrorCode::usage);
  CHECK_THAT(dataset.hint(), Contains("mnist"));
  const Error part = error_of([] { load_dataset("mnist", "validation"); });
  CHECK(part.code() == ErrorCode::usage);
  CHECK_THAT(part.hint(), Contains("test, train"));
}

// ctest fetches MNIST before it runs this program.
TEST_CASE("every caller of load_dataset shares the bytes") {
  const auto first = load_dataset("mnist", "test"), second = load_dataset("mnist", "test");
  CHECK(first.get() == second.get());
  CHECK(first->count == 10000);
  CHECK(first->features() == 784);
  CHECK(first->labels[0] == 7);
}
