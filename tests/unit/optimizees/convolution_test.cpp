#include "optimizees/convolution.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include "core/random.hpp"
#include "core/tolerances.hpp"

using namespace l2l;

TEST_CASE("oneDNN and im2col agree on odd sizes") {
  const std::vector<ConvolutionShape> shapes = {
      {3, 9, 7, 3, 4, 5, 2}, {2, 8, 11, 1, 17, 4, 0}, {4, 5, 6, 16, 16, 3, 1}, {1, 32, 32, 3, 16, 5, 2}};
  for (const ConvolutionShape& shape : shapes) {
    const std::size_t inputs = shape.batch * shape.rows * shape.columns * shape.in;
    const std::size_t outputs = shape.batch * shape.out_rows() * shape.out_columns() * shape.out;
    std::vector<float> x(inputs), weights(shape.weights()), dz(outputs);
    RandomStream(5).fill_normal<float>(x, 1);
    RandomStream(6).fill_normal<float>(weights, 1);
    RandomStream(7).fill_normal<float>(dz, 1);
    struct Results {
      std::vector<float> z, dw, dx;
    };
    const auto run = [&](std::unique_ptr<Convolution<float>> convolution) {
      Results r{std::vector<float>(outputs, 99), std::vector<float>(weights.size(), 99),
                std::vector<float>(inputs, 99)};
      convolution->forward(x.data(), weights.data(), r.z.data());
      convolution->weight_gradient(x.data(), dz.data(), r.dw.data());
      convolution->input_gradient(weights.data(), dz.data(), r.dx.data());
      return r;
    };
    const Results a = run(make_dnnl_convolution(shape)), b = run(make_gemm_convolution<float>(shape));
    const auto agree = [](const std::vector<float>& one, const std::vector<float>& other) {
      float largest = 0, difference = 0;
      for (std::size_t i = 0; i < one.size(); ++i) {
        largest = std::max(largest, std::abs(other[i]));
        difference = std::max(difference, std::abs(one[i] - other[i]));
      }
      return difference < tolerances::kConvolution.float32 * largest;
    };
    CAPTURE(shape.rows, shape.out);
    CHECK(agree(a.z, b.z));
    CHECK(agree(a.dw, b.dw));
    CHECK(agree(a.dx, b.dx));
    // The same bits from another object and another thread of calls.
    const Results again = run(make_dnnl_convolution(shape));
    CHECK((again.z == a.z && again.dw == a.dw && again.dx == a.dx));
  }
}
