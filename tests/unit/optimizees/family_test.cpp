// What a sampled function may depend on: (identity, role, index) and nothing else.
#include <cmath>
#include <set>

#include <catch2/catch.hpp>

#include "core/random.hpp"
#include "datasets/minibatch.hpp"
#include "optimizees/mlp.hpp"
#include "optimizees/problem_seed.hpp"
#include "optimizees/quadratic.hpp"

using namespace l2l;

namespace {

constexpr std::array kRoles = {Role::train, Role::validation, Role::tune, Role::test};

std::shared_ptr<const ImageDataset> small_dataset(std::size_t count = 240) {
  auto data = std::make_shared<ImageDataset>();
  data->count = count;
  data->rows = 2;
  data->columns = 3;
  data->channels = 1;
  data->classes = 4;
  data->pixels.resize(count * 6);
  data->labels.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < 6; ++j)
      data->pixels[i * 6 + j] = static_cast<std::uint8_t>(RandomStream(9).below(i * 6 + j, 256));
    data->labels[i] = static_cast<std::uint8_t>(i % 4);
  }
  return data;
}

MlpFamilyOptions mlp_options(std::shared_ptr<const ImageDataset> data) {
  MlpFamilyOptions options;
  options.identity = "mlp";
  options.hidden = {5};
  options.batch = 16;
  options.init_stddev = 0.3;
  for (ExampleRange& range : options.examples) range = {data, 0, data->count};
  return options;
}

std::vector<float> theta_of(const OptimizeeFamily& family, Role role, std::uint64_t index) {
  std::vector<float> theta(family.dimension());
  family.sample(role, index)->initial_theta(theta);
  return theta;
}

double correlation(const std::vector<float>& a, const std::vector<float>& b) {
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += static_cast<double>(a[i]) * b[i];
    aa += static_cast<double>(a[i]) * a[i];
    bb += static_cast<double>(b[i]) * b[i];
  }
  return ab / std::sqrt(aa * bb);
}

}  // namespace

TEST_CASE("every ingredient of every role has a stream of its own") {
  std::set<std::uint64_t> seeds;
  for (const Role role : kRoles)
    for (std::uint64_t index = 0; index < 50; ++index)
      for (const char* use : {"theta", "minibatches", "function"})
        for (const char* identity : {"a", "b"}) seeds.insert(problem_seed(identity, role, index, use));
  CHECK(seeds.size() == 4 * 50 * 3 * 2);
}

TEST_CASE("theta_0 has the declared moments and differs between roles and indices") {
  auto options = mlp_options(small_dataset());
  options.hidden = {600};  // 6,604 coordinates
  const auto family = make_mlp_family(options);
  const std::vector<float> theta = theta_of(*family, Role::test, 0);
  double sum = 0, squares = 0;
  for (const float t : theta) {
    sum += t;
    squares += static_cast<double>(t) * t;
  }
  const double n = static_cast<double>(theta.size());
  CHECK(sum / n == Approx(0).margin(0.3 * 4 / std::sqrt(n)));
  CHECK(squares / n == Approx(0.09).epsilon(4 * std::sqrt(2 / n)));

  for (const Role role : kRoles) {
    CHECK(correlation(theta, theta_of(*family, role, 1)) == Approx(0).margin(4 / std::sqrt(n)));
    if (role != Role::test)
      CHECK(correlation(theta, theta_of(*family, role, 0)) == Approx(0).margin(4 / std::sqrt(n)));
  }
}

TEST_CASE("theta_0 depends on identity, role and index alone") {
  const auto data = small_dataset();
  auto options = mlp_options(data);
  const std::vector<float> theta = theta_of(*make_mlp_family(options), Role::train, 3);
  options.batch = 7;
  options.activation = Activation::relu;
  for (ExampleRange& range : options.examples) range = {data, 100, 140};
  CHECK(theta_of(*make_mlp_family(options), Role::train, 3) == theta);
  options.identity = "another";
  CHECK(theta_of(*make_mlp_family(options), Role::train, 3) != theta);

  // Use does not change it either.
  const auto f = make_mlp_family(options)->sample(Role::train, 3);
  std::vector<float> before(theta.size()), after(theta.size()), gradient(theta.size());
  f->initial_theta(before);
  f->value_and_gradient(before, 5, gradient);
  f->initial_theta(after);
  CHECK(before == after);
}

TEST_CASE("minibatches: same step same batch in any order, other steps, indices and roles others") {
  const auto family = make_mlp_family(mlp_options(small_dataset()));
  const std::vector<float> theta = theta_of(*family, Role::train, 0);
  const auto f = family->sample(Role::train, 0), again = family->sample(Role::train, 0);
  std::vector<float> losses, gradient(theta.size()), gradient_again(theta.size());
  for (std::uint64_t step = 0; step < 20; ++step) losses.push_back(f->value(theta, step));
  for (std::uint64_t step = 20; step-- > 0;) {
    REQUIRE(again->value_and_gradient(theta, step, gradient_again) == losses[step]);
    REQUIRE(again->value(theta, step) == losses[step]);
    f->value_and_gradient(theta, step, gradient);
    REQUIRE(gradient == gradient_again);
  }
  CHECK(std::set<float>(losses.begin(), losses.end()).size() == losses.size());
  std::set<float> first_losses;
  for (const Role role : kRoles)
    for (std::uint64_t index = 0; index < 5; ++index)
      first_losses.insert(family->sample(role, index)->value(theta, 0));
  CHECK(first_losses.size() == 20);
}

TEST_CASE("minibatches are not drawn from the numbers that theta_0 is made of") {
  const auto data = small_dataset();
  const MlpFamilyOptions options = mlp_options(data);
  const auto family = make_mlp_family(options);
  // With no weights and the bias c for class c, the loss tells the sum of the labels.
  std::vector<float> theta(family->dimension(), 0.0F);
  for (std::size_t c = 0; c < 4; ++c) theta[theta.size() - 4 + c] = static_cast<float>(c);
  int alike = 0;
  for (std::uint64_t index = 0; index < 20; ++index) {
    std::vector<std::uint32_t> indices(options.batch);
    draw_minibatch(problem_seed(options.identity, Role::test, index, "theta"), 0, 0, data->count, indices);
    std::vector<float> x(options.batch * 6);
    std::vector<std::uint8_t> labels(options.batch);
    gather_minibatch<float>(*data, indices, x, labels);
    const MlpShape shape{{6, 5, 4}, options.activation};
    const auto other = make_mlp<float>(shape, x, labels, theta);
    alike += family->sample(Role::test, index)->value(theta, 0) == other->value(theta, 0);
  }
  CHECK(alike < 10);
}

TEST_CASE("each role sees the examples of its own range only") {
  // theta bets everything on class 1, which only the examples of the role's own range are.
  auto data = std::make_shared<ImageDataset>(*small_dataset());
  auto options = mlp_options(data);
  options.hidden = {};
  options.examples = {ExampleRange{data, 0, 60}, ExampleRange{data, 60, 120}, ExampleRange{data, 120, 180},
                      ExampleRange{data, 180, 240}};
  for (const Role role : kRoles) {
    const ExampleRange range = options.examples[static_cast<std::size_t>(role)];
    for (std::size_t i = 0; i < data->count; ++i)
      data->labels[i] = static_cast<std::uint8_t>(i >= range.begin && i < range.end ? 1 : 2);
    const auto family = make_mlp_family(options);
    std::vector<float> theta(family->dimension(), 0.0F);
    theta[6 * 4 + 1] = 50;  // the bias of class 1
    const auto f = family->sample(role, 0);
    for (std::uint64_t step = 0; step < 30; ++step) REQUIRE(f->value(theta, step) < 1e-6F);
    for (const Role other : kRoles)
      if (other != role) CHECK(family->sample(other, 0)->value(theta, 0) > 49);
  }
}

TEST_CASE("W and y of a quadratic come from streams of their own") {
  QuadraticFamilyOptions options;
  options.identity = "quadratic";
  options.dimension = 1;
  const auto family = make_quadratic_family(options);
  int equal = 0;
  for (std::uint64_t index = 0; index < 10; ++index) {
    std::vector<float> gradient(1);
    const float y_squared =
        family->sample(Role::test, index)->value_and_gradient(std::vector<float>{0}, 0, gradient);
    equal += gradient[0] == Approx(-2 * y_squared);  // -2 w y: what it is where w = y
  }
  CHECK(equal == 0);
}

TEST_CASE("quadratic families: a function is a pure function of identity, role and index") {
  QuadraticFamilyOptions options;
  options.identity = "q";
  const auto family = make_quadratic_family(options);
  const std::vector<float> ones(10, 1.0F);
  std::set<float> values;
  for (const Role role : kRoles)
    for (std::uint64_t index = 0; index < 25; ++index) {
      const float value = family->sample(role, index)->value(ones, 0);
      REQUIRE(make_quadratic_family(options)->sample(role, index)->value(ones, 3) == value);
      values.insert(value);
    }
  CHECK(values.size() == 100);
  options.identity = "r";
  CHECK(make_quadratic_family(options)->sample(Role::test, 0)->value(ones, 0) !=
        family->sample(Role::test, 0)->value(ones, 0));
}

TEST_CASE("shapes tell costs of the right size") {
  const MlpShape mlp{{6, 5, 4}, Activation::sigmoid};
  // 2 * 16 * (2 * 6*5 + 3 * 5*4)
  CHECK(mlp_gradient_flop(mlp, 16) == 2.0 * 16 * (2 * 30 + 3 * 20));
  CHECK(mlp_bytes(mlp, 16) >= 4 * (16 * 6 + 55 + 2 * 16 * 9));
  CHECK(quadratic_shape(10).gradient_flop == 400);
  CHECK(quadratic_shape(10).function_bytes >= 4 * 10 * (2 * 10 + 3));
}
