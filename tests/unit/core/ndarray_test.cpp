// One array for results, .npz and golden files: its bytes and their types, and tensors of it.
#include "core/ndarray.hpp"

#include <limits>

#include <catch2/catch.hpp>

#include "core/tensors.hpp"

using namespace l2l;

namespace {

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

TEST_CASE("array: its values are little-endian bytes under NumPy's name of their type, and come back") {
  const NdArray::Values floats = std::vector<float>{1, -0.0F}, doubles = std::vector<double>{1},
                        bytes = std::vector<std::uint8_t>{7, 255};
  CHECK(dtype_of(floats) == "<f4");
  CHECK(dtype_of(doubles) == "<f8");
  CHECK(dtype_of(bytes) == "|u1");
  CHECK(text_of(bytes_of(floats)) == std::string("\0\0\x80\x3f\0\0\0\x80", 8));
  CHECK(text_of(bytes_of(doubles)) == std::string("\0\0\0\0\0\0\xf0\x3f", 8));
  CHECK(text_of(bytes_of(bytes)) == "\x07\xff");
  for (const NdArray::Values& values : {floats, doubles, bytes, NdArray::Values()}) {
    CHECK(bytes_of(values).size() == count_of(values) * width_of(values));
    CHECK(values_from(dtype_of(values), bytes_of(values)) == values);
    CHECK(values_from(dtype_of(values), bytes_of(values).first(bytes_of(values).size() / 2)) != std::nullopt);
  }
  for (const char* alien : {"", "<f", ">f4", "<f2", "<i4", "|u1 "})
    CHECK(values_from(alien, bytes_of(floats)) == std::nullopt);
}

TEST_CASE("array: the size of a shape is its product, one of no axes a single value") {
  CHECK(size_of({}) == 1);
  CHECK(size_of({3}) == 3);
  CHECK(size_of({2, 3, 4}) == 24);
  CHECK(size_of({2, 0}) == 0);
  CHECK(shape_text({}) == "()");
  CHECK(shape_text({2, 3}) == "(2, 3)");
}

TEST_CASE("tensors: of an array of the same rank, row by row, and of spans in place") {
  const NdArray array{{2, 3}, std::vector<double>{1, 2, 3, 4, 5, 6}};
  xt::xtensor<float, 2> tensor = tensor_of<float, 2>(array);
  CHECK(tensor.shape(0) == 2);
  CHECK(tensor(1, 0) == 4);
  CHECK(tensor(0, 2) == 3);
  CHECK_THROWS_AS((tensor_of<float, 1>(array)), CheckFailure);
  CHECK_THROWS_AS((tensor_of<float, 2>({{2, 2}, array.values})), CheckFailure);

  slice(tensor, 1)[2] = 60;
  CHECK(tensor(1, 2) == 60);
  CHECK(slice(tensor, 0).size() == 3);
  xt::xtensor<int, 3> single = xt::zeros<int>({1, 2, 2});  // strides of axes of one are 0
  CHECK(slice(single, 0).size() == 4);

  std::vector<int> values = {1, 2, 3, 4, 5, 6};
  shaped<int, 2>(values, {3, 2})(2, 0) = 50;
  CHECK(values[4] == 50);
}
