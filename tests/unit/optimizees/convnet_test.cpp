#include "optimizees/convnet.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <thread>

#include <catch2/catch.hpp>

#include "core/random.hpp"
#include "core/tolerances.hpp"
#include "finite_differences.hpp"

using namespace l2l;

namespace {

struct ConvNetProblem {
  ConvNetShape shape;
  std::vector<double> x, theta;
  std::vector<std::uint8_t> labels;
};

ConvNetProblem random_convnet(const ConvNetShape& shape, std::size_t batch) {
  ConvNetProblem p;
  p.shape = shape;
  p.x.resize(batch * shape.inputs());
  p.theta.resize(shape.parameters());
  p.labels.resize(batch);
  RandomStream(1).fill_uniform<double>(p.x, 0, 1);
  RandomStream(2).fill_normal<double>(p.theta, 0.4);
  for (std::size_t i = 0; i < batch; ++i)
    p.labels[i] = static_cast<std::uint8_t>(RandomStream(3).below(i, shape.classes));
  return p;
}

// An array (batch, channels, rows, columns).
struct Images {
  std::size_t batch, channels, rows, columns;
  std::vector<double> values;
  double& at(std::size_t b, std::size_t c, std::size_t y, std::size_t x) {
    return values[((b * channels + c) * rows + y) * columns + x];
  }
};

Images images(std::size_t batch, std::size_t channels, std::size_t rows, std::size_t columns) {
  return {batch, channels, rows, columns, std::vector<double>(batch * channels * rows * columns)};
}

// The equations in the plainest words: normalise over batch and pixels, ReLU, then pool.
Images normalise_and_pool(Images z, const double* gamma, const double* beta, double epsilon,
                          std::size_t pool) {
  Images y = images(z.batch, z.channels, z.rows / pool, z.columns / pool);
  const double count = static_cast<double>(z.batch * z.rows * z.columns);
  for (std::size_t c = 0; c < z.channels; ++c) {
    const auto sum_of = [&](auto term) {
      double sum = 0;
      for (std::size_t b = 0; b < z.batch; ++b)
        for (std::size_t i = 0; i < z.rows; ++i)
          for (std::size_t j = 0; j < z.columns; ++j) sum += term(z.at(b, c, i, j));
      return sum;
    };
    const double mean = sum_of([](double v) { return v; }) / count;
    const double variance = sum_of([&](double v) { return (v - mean) * (v - mean); }) / count;
    for (std::size_t b = 0; b < z.batch; ++b)
      for (std::size_t i = 0; i < y.rows; ++i)
        for (std::size_t j = 0; j < y.columns; ++j) {
          double largest = 0;  // ReLU
          for (std::size_t k = 0; k < pool; ++k)
            for (std::size_t l = 0; l < pool; ++l) {
              const double xhat =
                  (z.at(b, c, i * pool + k, j * pool + l) - mean) / std::sqrt(variance + epsilon);
              largest = std::max(largest, (gamma == nullptr ? 1 : gamma[c]) * xhat + beta[c]);
            }
          y.at(b, c, i, j) = largest;
        }
  }
  return y;
}

double plain_convnet_loss(const ConvNetProblem& p) {
  const ConvNetShape& shape = p.shape;
  const std::size_t batch = p.labels.size();
  const double* theta = p.theta.data();
  const auto take = [&](std::size_t count) { return std::exchange(theta, theta + count); };
  const auto take_if = [&](bool there, std::size_t count) { return there ? take(count) : nullptr; };
  Images a{batch, shape.channels, shape.rows, shape.columns, p.x};
  for (const ConvLayer& layer : shape.convolutions) {
    const std::size_t size = layer.kernel, border = 2 * layer.padding;
    const double* const weights = take(layer.channels * a.channels * size * size);
    const double* const bias = take_if(shape.bias, layer.channels);
    const double* const gamma = take_if(shape.scale, layer.channels);
    const double* const beta = take(layer.channels);
    Images z = images(batch, layer.channels, a.rows + border + 1 - size, a.columns + border + 1 - size);
    for (std::size_t b = 0; b < batch; ++b)
      for (std::size_t o = 0; o < z.channels; ++o)
        for (std::size_t y = 0; y < z.rows; ++y)
          for (std::size_t x = 0; x < z.columns; ++x) {
            double& sum = z.at(b, o, y, x);
            sum = bias == nullptr ? 0 : bias[o];
            for (std::size_t i = 0; i < a.channels; ++i)
              for (std::size_t j = 0; j < size; ++j)
                for (std::size_t k = 0; k < size; ++k) {
                  const std::size_t row = y + j - layer.padding, column = x + k - layer.padding;
                  if (row < a.rows && column < a.columns)  // unsigned: negative ones are huge
                    sum += weights[((o * a.channels + i) * size + j) * size + k] * a.at(b, i, row, column);
                }
          }
    a = normalise_and_pool(z, gamma, beta, shape.epsilon, layer.pool);
  }
  const auto product = [&](const Images& in, std::size_t units, bool biased) {
    const std::size_t width = in.values.size() / batch;
    const double* const weights = take(units * width);
    const double* const bias = take_if(biased, units);
    Images z = images(batch, units, 1, 1);
    for (std::size_t b = 0; b < batch; ++b)
      for (std::size_t o = 0; o < units; ++o) {
        double& sum = z.at(b, o, 0, 0);
        sum = bias == nullptr ? 0 : bias[o];
        for (std::size_t i = 0; i < width; ++i) sum += weights[o * width + i] * in.values[b * width + i];
      }
    return z;
  };
  for (const std::size_t units : shape.hidden) {
    const Images z = product(a, units, shape.bias);
    const double* const gamma = take_if(shape.scale, units);
    a = normalise_and_pool(z, gamma, take(units), shape.epsilon, 1);
  }
  Images logits = product(a, shape.classes, true);
  double total = 0;
  for (std::size_t b = 0; b < batch; ++b) {
    double sum = 0;
    for (std::size_t c = 0; c < shape.classes; ++c) sum += std::exp(logits.at(b, c, 0, 0));
    total += std::log(sum) - logits.at(b, p.labels[b], 0, 0);
  }
  return total / static_cast<double>(batch);
}

ConvNetShape shape_of(std::size_t channels, std::size_t rows, std::size_t columns,
                      std::vector<ConvLayer> convolutions, std::vector<std::size_t> hidden,
                      std::size_t classes, bool bias, bool scale) {
  ConvNetShape shape{rows, columns, channels, std::move(convolutions), std::move(hidden), classes};
  shape.bias = bias;
  shape.scale = scale;
  return shape;
}

// Odd images, kernels that are even, padding that is none, windows that leave rests, more channels than a
// block of lanes and fewer, several fully connected layers and none.
std::vector<ConvNetShape> odd_shapes() {
  std::vector<ConvNetShape> shapes;
  for (const bool bias : {false, true})
    for (const bool scale : {false, true}) {
      shapes.push_back(shape_of(3, 9, 7, {{4, 5, 2, 2}, {3, 3, 1, 2}}, {5}, 4, bias, scale));
      shapes.push_back(shape_of(1, 8, 11, {{17, 4, 0, 3}}, {6, 7}, 3, bias, scale));
      shapes.push_back(shape_of(2, 5, 6, {{2, 2, 1, 1}, {16, 3, 0, 1}}, {}, 2, bias, scale));
    }
  return shapes;
}

std::vector<float> to_float(const std::vector<double>& values) {
  return {values.begin(), values.end()};
}

}  // namespace

TEST_CASE("a ConvNet's loss and gradient, with and without biases and gamma, for odd sizes") {
  for (const ConvNetShape& shape : odd_shapes())
    for (const std::size_t batch : {2U, 7U}) {
      const ConvNetProblem p = random_convnet(shape, batch);
      const auto f = make_convnet<double>(p.shape, p.x, p.labels, p.theta);
      CAPTURE(shape.channels, shape.bias, shape.scale, batch);
      CHECK(f->value(p.theta, 0) == Approx(plain_convnet_loss(p)).epsilon(1e-11));
      CHECK(finite_difference_error(*f, p.theta) < 1e-6);
    }
}

TEST_CASE("a ConvNet in float agrees with double") {
  for (const ConvNetShape& shape : odd_shapes()) {
    const ConvNetProblem p = random_convnet(shape, 19);
    const auto in_double = make_convnet<double>(p.shape, p.x, p.labels, p.theta);
    const std::vector<float> theta = to_float(p.theta);
    const auto in_float = make_convnet<float>(p.shape, to_float(p.x), p.labels, theta);
    std::vector<double> exact(p.theta.size());
    std::vector<float> gradient(p.theta.size()), again(p.theta.size());
    const double loss = in_double->value_and_gradient(p.theta, 0, exact);
    const float loss_in_float = in_float->value_and_gradient(theta, 0, gradient);
    CHECK(loss_in_float == Approx(loss).epsilon(tolerances::kConvNetLoss.float32));
    const double margin = tolerances::kConvNet.float32 * largest_entry(exact);
    for (std::size_t i = 0; i < exact.size(); ++i) REQUIRE(gradient[i] == Approx(exact[i]).margin(margin));
    // Buffers are reused: a second call must not see what the first one left.
    CHECK(in_float->value_and_gradient(theta, 1, again) == loss_in_float);
    CHECK(again == gradient);
  }
}

TEST_CASE("a bias before batch normalisation changes nothing and has no gradient") {
  const ConvNetShape shape = shape_of(3, 9, 7, {{4, 5, 2, 2}}, {5}, 4, true, false);
  const ConvNetProblem p = random_convnet(shape, 6);
  const auto f = make_convnet<double>(p.shape, p.x, p.labels, p.theta);
  std::vector<double> theta = p.theta, gradient(theta.size());
  const double loss = f->value_and_gradient(theta, 0, gradient);
  for (const ParameterGroup& group : f->groups()) {
    const bool read_out = group.end == f->dimension();
    if (!group.name.ends_with("-biases") || read_out) continue;
    for (std::size_t i = group.begin; i < group.end; ++i) {
      CHECK(gradient[i] == 0);
      theta[i] += 3;
    }
  }
  REQUIRE(theta != p.theta);
  CHECK(f->value(theta, 0) == loss);
}

TEST_CASE("a ConvNet's parameter groups cover theta in order; small ones go with the fully connected") {
  ConvNetShape shape = shape_of(3, 32, 32, {3, ConvLayer{}}, {32}, 10, true, false);
  CHECK(shape.parameters() == 22682);
  std::size_t next = 0;
  std::map<std::string, std::size_t> sizes;
  for (const ParameterGroup& group : shape.groups()) {
    CHECK(group.begin == next);
    next = group.end;
    sizes[group.name] += group.end - group.begin;
    const bool weights = group.name == "conv" || group.name == "fc";
    CHECK(group.goes_with == (weights ? "" : "fc"));
    CHECK((group.rows > 0) == weights);
    if (weights) CHECK((group.end - group.begin) % group.rows == 0);
    if (group.name == "conv") CHECK(group.rows == 16);  // output channels
  }
  CHECK(next == shape.parameters());
  CHECK(sizes == std::map<std::string, std::size_t>{{"conv", 14000},
                                                    {"conv-biases", 48},
                                                    {"conv-batch-norm", 48},
                                                    {"fc", 256 * 32 + 320},
                                                    {"fc-biases", 42},
                                                    {"fc-batch-norm", 32}});
  shape.bias = false;
  shape.scale = true;
  next = 0;
  for (const ParameterGroup& group : shape.groups()) {
    CHECK(group.begin == next);
    next = group.end;
  }
  CHECK(next == shape.parameters());
}

TEST_CASE("a NaN parameter of a ConvNet gives a NaN loss, huge ones a loss that is no false hope") {
  const ConvNetProblem p =
      random_convnet(shape_of(3, 9, 7, {{4, 5, 2, 2}, {3, 3, 1, 2}}, {5}, 4, true, true), 8);
  const std::vector<float> theta = to_float(p.theta);
  const auto f = make_convnet<float>(p.shape, to_float(p.x), p.labels, theta);
  for (std::size_t i = 0; i < theta.size(); ++i) {
    std::vector<float> broken = theta;
    broken[i] = std::nanf("");
    CAPTURE(i);
    REQUIRE(std::isnan(f->value(broken, 0)));
  }
  std::vector<float> huge = theta, gradient(theta.size());
  for (float& t : huge) t *= 1e38F;
  const float loss = f->value_and_gradient(huge, 0, gradient);
  CHECK((std::isnan(loss) || loss > 1e3F));
}

TEST_CASE("a sampled ConvNet sees the minibatch of its step, whatever thread asks") {
  auto data = std::make_shared<ImageDataset>();
  *data = {60, 6, 5, 3, std::vector<std::uint8_t>(60 * 90), std::vector<std::uint8_t>(60), 4};
  for (std::size_t i = 0; i < data->pixels.size(); ++i)
    data->pixels[i] = static_cast<std::uint8_t>(RandomStream(9).below(i, 256));
  for (std::size_t i = 0; i < data->count; ++i) data->labels[i] = static_cast<std::uint8_t>(i % 4);
  ConvNetFamilyOptions options;
  options.identity = "convnet";
  options.batch = 16;
  options.init_stddev = 0.3;
  options.convolutions = {{4, 3, 1, 2}};
  options.hidden = {5};
  options.scale = true;
  for (ExampleRange& range : options.examples) range = {data, 10, 60};
  const auto family = make_convnet_family(options);
  const auto f = family->sample(Role::train, 2);
  std::vector<float> theta(family->dimension()), gradient(theta.size()), expected(theta.size());
  f->initial_theta(theta);
  const float loss = f->value_and_gradient(theta, 7, gradient);

  // The same by hand.
  std::vector<std::uint32_t> indices(options.batch);
  draw_minibatch(problem_seed("convnet", Role::train, 2, "minibatches"), 7, 10, 60, indices);
  std::vector<float> x(options.batch * data->features());
  std::vector<std::uint8_t> labels(options.batch);
  gather_minibatch<float>(*data, indices, x, labels);
  const ConvNetShape shape = shape_of(3, 6, 5, options.convolutions, {5}, 4, true, true);
  const auto fixed = make_convnet<float>(shape, x, labels, theta);
  CHECK(fixed->value_and_gradient(theta, 0, expected) == loss);
  CHECK(gradient == expected);
  CHECK(f->value(theta, 8) != loss);

  std::vector<float> elsewhere(theta.size());
  std::thread([&] { CHECK(f->value_and_gradient(theta, 7, elsewhere) == loss); }).join();
  CHECK(elsewhere == gradient);

  // With two labels only: the same draw among fewer examples, which have new labels.
  for (ExampleRange& range : options.examples)
    range.subset = make_label_subset(*data, 10, 60, std::vector{3, 1});
  const auto of_two = make_convnet_family(options);
  const LabelSubset& subset = *options.examples[0].subset;
  draw_minibatch(problem_seed("convnet", Role::train, 2, "minibatches"), 7, 0, subset.examples.size(),
                 indices);
  for (std::uint32_t& index : indices) index = subset.examples[index];
  gather_minibatch<float>(*data, indices, x, labels);
  for (std::uint8_t& label : labels) {
    REQUIRE((label == 3 || label == 1));
    label = label == 3 ? 0 : 1;
  }
  std::vector<float> few(of_two->dimension());
  of_two->sample(Role::train, 2)->initial_theta(few);
  ConvNetShape shape_of_two = shape;
  shape_of_two.classes = 2;
  REQUIRE(few.size() == shape_of_two.parameters());
  CHECK(of_two->sample(Role::train, 2)->value(few, 7) ==
        make_convnet<float>(shape_of_two, x, labels, few)->value(few, 0));

  for (const ConvNetShape::Layer& layer : shape.layers())
    if (layer.gamma)
      for (std::size_t c = 0; c < layer.out; ++c) CHECK(theta[*layer.gamma + c] == 1);
  CHECK(convnet_gradient_flop(shape, 16) == 2.0 * 16 * (2 * 4 * 3 * 9 * 30 + 3 * (24 * 5 + 5 * 4)));
}
