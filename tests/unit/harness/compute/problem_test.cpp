#include "harness/compute/problem.hpp"

#include <algorithm>
#include <cmath>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "datasets/dataset.hpp"
#include "harness/plan/estimate.hpp"

using namespace l2l;

namespace {

std::vector<float> theta_of(const OptimizeeSpec& spec, Role role, std::uint64_t index) {
  const auto family = make_family(spec);
  std::vector<float> theta(family->dimension());
  family->sample(role, index)->initial_theta(theta);
  return theta;
}

nlohmann::json split(const char* part, int begin, int end) {
  return {{"part", part}, {"begin", begin}, {"end", end}};
}

OptimizeeSpec quadratic() {
  return {"quad", "", "quadratic", nlohmann::json::object()};
}

OptimizeeSpec mnist() {
  return {"mnist-mlp",
          "",
          "mlp",
          {{"split",
            {{"train", split("train", 0, 30000)},
             {"validation", split("train", 30000, 40000)},
             {"test", split("train", 40000, 60000)}}}}};
}

}  // namespace

// ctest fetches MNIST before it runs this program.

TEST_CASE("a family's problems follow from what it computes, not from what it is called") {
  OptimizeeSpec spec = quadratic();
  const std::vector<float> theta = theta_of(spec, Role::test, 4);
  CHECK(theta.size() == 10);
  spec.name = "other";
  spec.label = "Another name";
  CHECK(theta_of(spec, Role::test, 4) == theta);
  CHECK(theta_of(spec, Role::tune, 4) != theta);
  CHECK(theta_of(spec, Role::test, 5) != theta);
  spec.settings["distribution"] = "uniform";
  CHECK(theta_of(spec, Role::test, 4) != theta);
  spec.settings["dimension"] = 3;
  CHECK(theta_of(spec, Role::test, 4).size() == 3);
}

TEST_CASE("a quadratic has the distribution and the starting point its specification asks for") {
  OptimizeeSpec spec = quadratic();
  spec.settings = {{"dimension", 300}, {"init_stddev", 0.5}};
  const auto mean_square = [](const std::vector<float>& values) {
    double sum = 0;
    for (const float x : values) sum += x * x;
    return sum / static_cast<double>(values.size());
  };
  CHECK(mean_square(theta_of(spec, Role::test, 0)) == Approx(0.25).epsilon(0.3));
  // At 0, f = ||y||^2: the mean of y_i^2 is 1 for N(0, 1), and 1/3 for U[0, 1).
  const auto at_zero = [&] {
    return make_family(spec)->sample(Role::test, 0)->value(std::vector<float>(300, 0.0F), 0) / 300;
  };
  CHECK(at_zero() == Approx(1).epsilon(0.3));
  spec.settings["distribution"] = "uniform";
  CHECK(at_zero() == Approx(1.0 / 3).epsilon(0.3));

  OptimizeeSpec mlp = mnist();
  mlp.settings["init_stddev"] = 0.1;
  CHECK(mean_square(theta_of(mlp, Role::test, 0)) == Approx(0.01).epsilon(0.1));
}

TEST_CASE("an MLP has the activation its specification asks for") {
  OptimizeeSpec spec = mnist();
  spec.settings["hidden"] = {2};
  // Hidden units of no weights are sigmoid(0) = 1/2, but tanh(0) = relu(0) = 0: nothing for the last layer.
  const auto last_layer_moves = [&](const char* activation) {
    spec.settings["activation"] = activation;
    const auto f = make_family(spec)->sample(Role::test, 0);
    std::vector<float> theta(f->dimension(), 0.0F), gradient(f->dimension());
    f->value_and_gradient(theta, 0, gradient);
    const auto& group = f->groups().at(2);
    return std::any_of(gradient.begin() + static_cast<std::ptrdiff_t>(group.begin),
                       gradient.begin() + static_cast<std::ptrdiff_t>(group.end),
                       [](float g) { return g != 0; });
  };
  CHECK(last_layer_moves("sigmoid"));
  CHECK_FALSE(last_layer_moves("tanh"));
  CHECK_FALSE(last_layer_moves("relu"));
}

TEST_CASE("an MLP's family takes inputs and classes from its dataset") {
  OptimizeeSpec spec = mnist();
  CHECK(make_family(spec)->dimension() == 15910);
  spec.settings["hidden"] = {20, 20};
  CHECK(make_family(spec)->dimension() == 15910 + 420);
  const auto f = make_family(spec)->sample(Role::test, 0);
  std::vector<float> theta(f->dimension());
  f->initial_theta(theta);
  CHECK(f->value(theta, 0) == Approx(2.3026).margin(0.02));  // ln 10: the initial parameters are small
}

TEST_CASE("a ConvNet's family: the paper's network on CIFAR-10, and subsets of its labels") {
  OptimizeeSpec spec{"cifar",
                     "",
                     "convnet",
                     {{"batch", 64},
                      {"split",
                       {{"train", split("train", 0, 40000)},
                        {"validation", split("train", 40000, 50000)},
                        {"test", split("test", 0, 10000)}}}}};
  CHECK(make_family(spec)->dimension() == 22682);
  CHECK(coordinates_of(spec) == 22682);
  const auto loss = [&] {
    const auto f = make_family(spec)->sample(Role::test, 0);
    std::vector<float> theta(f->dimension());
    f->initial_theta(theta);
    return f->value(theta, 0);
  };
  CHECK(loss() == Approx(std::log(10)).margin(0.05));
  spec.settings["labels"] = {7, 2};
  CHECK(make_family(spec)->dimension() == 22682 - 8 * 33);
  CHECK(coordinates_of(spec) == 22682 - 8 * 33);
  CHECK(loss() == Approx(std::log(2)).margin(0.05));
  spec.settings["split"]["test"] = split("test", 0, 1);  // image 0 of the test file is a cat, label 3
  CHECK_THROWS_AS(make_family(spec), Error);
}

TEST_CASE("a split that does not fit its dataset is the suite's error and is named") {
  const auto complaint = [](const OptimizeeSpec& spec) -> std::string {
    try {
      make_family(spec);
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::suite);
      return error.message();
    }
    return "";
  };
  OptimizeeSpec spec = mnist();
  spec.settings["split"]["test"]["end"] = 60001;
  CHECK(complaint(spec).find("optimizee 'mnist-mlp': split.test: 60001 is out of range") !=
        std::string::npos);
  spec = mnist();
  spec.settings["split"]["validation"] = split("train", 5, 5);
  CHECK(complaint(spec).find("split.validation: the range [5, 5) is empty") != std::string::npos);
  spec = mnist();
  spec.settings["split"]["train"]["begin"] = -1;
  CHECK(complaint(spec).find("split.train") != std::string::npos);
}

TEST_CASE("every role draws from its own split; tuning from that of validation") {
  const auto labels = load_dataset("mnist", "train")->labels;
  OptimizeeSpec spec = mnist();
  spec.settings["hidden"] = nlohmann::json::array();
  spec.settings["split"] = {
      {"train", split("train", 0, 1)}, {"validation", split("train", 1, 2)}, {"test", split("train", 2, 3)}};
  const auto family = make_family(spec);
  // With no weights and the bias c for class c, the loss is ln sum_c e^c minus the label.
  std::vector<float> theta(family->dimension(), 0.0F);
  for (std::size_t c = 0; c < 10; ++c) theta[theta.size() - 10 + c] = static_cast<float>(c);
  const double normaliser = 9.45863;
  const std::pair<Role, std::size_t> examples[] = {
      {Role::train, 0}, {Role::validation, 1}, {Role::tune, 1}, {Role::test, 2}};
  for (const auto& [role, example] : examples) {
    CAPTURE(to_string(role));
    for (std::uint64_t step = 0; step < 3; ++step)
      CHECK(family->sample(role, 0)->value(theta, step) ==
            Approx(normaliser - labels[example]).epsilon(1e-5));
  }
}
