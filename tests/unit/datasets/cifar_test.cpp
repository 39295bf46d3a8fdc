#include "datasets/cifar.hpp"

#include <catch2/catch.hpp>

#include "core/digest.hpp"
#include "core/files.hpp"
#include "datasets/dataset.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace l2l;
using Catch::Matchers::Contains;
using l2l::test::error_of;

namespace {

/// Records with these labels; every image has one value, a colour's number added.
std::string cifar_bytes(const std::vector<int>& labels, int value) {
  std::string bytes;
  for (const int label : labels) {
    bytes += static_cast<char>(label);
    for (std::size_t colour = 0; colour < kCifarChannels; ++colour)
      bytes += std::string(kCifarSide * kCifarSide, static_cast<char>(value + static_cast<int>(colour)));
    value += 10;
  }
  return bytes;
}

}  // namespace

TEST_CASE("a CIFAR file gives its labels and pixels") {
  const std::string bytes = cifar_bytes({3, 0}, 100);
  const CifarView view = parse_cifar(bytes, "x", 4);
  REQUIRE(view.count() == 2);
  CHECK(view.label(0) == 3);
  CHECK(view.label(1) == 0);
  CHECK(view.pixels(1).size() == 3072);
  CHECK(static_cast<unsigned char>(view.pixels(1)[0]) == 110);
  CHECK(static_cast<unsigned char>(view.pixels(1)[3071]) == 112);
}

TEST_CASE("a damaged CIFAR file is refused with the reason") {
  const auto what = [](const std::string& bytes) {
    const Error error = error_of([&] { parse_cifar(bytes, "some/file", 4); });
    CHECK(error.code() == ErrorCode::data);
    CHECK(error.where().file == "some/file");
    CHECK_FALSE(error.hint().empty());
    return error.message();
  };
  const std::string good = cifar_bytes({3, 0}, 100);
  CHECK_THAT(what(""), Contains("0 bytes are 0 of them"));
  CHECK_THAT(what(good + "x"), Contains("6147 bytes are 2 of them and 1 bytes more"));
  CHECK_THAT(what(good.substr(1)), Contains("6145 bytes are 1 of them and 3072 bytes more"));
  CHECK_THAT(what(cifar_bytes({3, 4}, 0)), Contains("label 4 in record 1 of a dataset of 4 classes"));
}

TEST_CASE("a part of a CIFAR dataset is its files one after another") {
  const test::TemporaryFolder folder;
  DatasetEntry entry;
  entry.name = "tiny-cifar";
  entry.format = DatasetFormat::cifar;
  entry.classes = 4;
  entry.parts["train"] = {{"b", "a"}, 3};
  const auto write = [&](const std::string& name, const std::string& bytes) {
    write_file_atomically(folder.path() / name, bytes);
    std::erase_if(entry.files, [&](const CatalogFile& file) { return file.name == name; });
    entry.files.push_back({name, bytes.size(), sha256_hex(bytes)});
  };
  write("a", cifar_bytes({2}, 50));
  write("b", cifar_bytes({1, 3}, 100));
  const auto data = read_dataset(entry, "train", folder.path());
  CHECK(data->count == 3);
  CHECK(data->rows == 32);
  CHECK(data->columns == 32);
  CHECK(data->channels == 3);
  CHECK(data->classes == 4);
  CHECK(data->labels == std::vector<std::uint8_t>{1, 3, 2});
  CHECK(data->pixels.size() == 3 * 3072);
  CHECK(data->pixels[3072 + 1024] == 111);
  CHECK(data->pixels.back() == 52);

  write("a", cifar_bytes({2, 2}, 50));
  CHECK_THAT(error_of([&] { read_dataset(entry, "train", folder.path()); }).message(),
             Contains("4 images in 2 files, expected 3"));
  std::filesystem::remove(folder.path() / "a");
  const Error absent = error_of([&] { read_dataset(entry, "train", folder.path()); });
  CHECK(absent.hint() == "l2lbench datasets fetch tiny-cifar");
}

// ctest fetches CIFAR-10 before it runs this program.
TEST_CASE("CIFAR-10 is 50,000 and 10,000 images, every class alike") {
  for (const auto& [part, count] : {std::pair<const char*, std::size_t>{"train", 50000}, {"test", 10000}}) {
    const auto data = load_dataset("cifar10", part);
    CHECK(data->count == count);
    CHECK(data->features() == 3072);
    std::vector<std::size_t> images(10);
    for (const std::uint8_t label : data->labels) ++images.at(label);
    CHECK(images == std::vector<std::size_t>(10, count / 10));
  }
}
