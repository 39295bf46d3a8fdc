#include <cmath>
#include <set>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/random.hpp"
#include "optimizers/rule.hpp"
#include "tests/unit/optimizers/rule_test_tools.hpp"

using namespace l2l;
using namespace l2l::testing;

TEST_CASE("the registry holds every baseline of the paper and the quasi-Newton references, all names once") {
  for (const char* name : {"sgd", "momentum", "nag", "rprop", "adagrad", "rmsprop", "adam", "bfgs", "l-bfgs"})
    CHECK(find_rule(name) != nullptr);
  std::set<std::string> names, labels;
  for (const Rule& rule : rules()) {
    CHECK(find_rule(rule.name) == &rule);
    for (const auto& [other, given] : rule.also) CHECK(names.insert(other).second);
    CHECK(names.insert(rule.name).second);
    CHECK(labels.insert(rule.label).second);
  }
  CHECK(find_rule("adam")->label == "ADAM");
  CHECK(find_rule("nothing") == nullptr);
}

TEST_CASE("every rule's tuned hyperparameter and defaults are within its bounds") {
  for (const Rule& rule : rules()) {
    CAPTURE(rule.name);
    CHECK(rule.defaults.count(rule.tuned) == 1);
    CHECK(rule.resolve({}) == rule.defaults);
    CHECK(rule.resolve(rule.defaults) == rule.defaults);
    CHECK_FALSE(rule.equation.empty());
    CHECK(rule.make<float>({}) != nullptr);
    for (const auto& [other, given] : rule.also) CHECK(rule.make<float>(given) != nullptr);
    CHECK(rule.version >= 1);
  }
}

TEST_CASE("what a rule costs follows from its equation, hyperparameters and n") {
  const auto flop = [](const char* rule, const Hyperparameters& given, double n) {
    return find_rule(rule)->flop(given, n);
  };
  CHECK(flop("sgd", {}, 10) == 2);
  CHECK(flop("adam", {}, 10) == 12);
  CHECK(find_rule("sgd")->state_bytes({}, 10) == 0);
  CHECK(find_rule("adam")->state_bytes({}, 10) == 8);
  CHECK(flop("bfgs", {}, 200) - flop("bfgs", {}, 100) == 1100);
  CHECK(find_rule("bfgs")->state_bytes({}, 101) - find_rule("bfgs")->state_bytes({}, 100) == sizeof(double));
  CHECK(flop("l-bfgs", {}, 100) - flop("l-bfgs", {{"history", 90}}, 100) == 80);
  CHECK(find_rule("l-bfgs")->state_bytes({{"history", 20}}, 100) ==
        find_rule("l-bfgs")->state_bytes({{"history", 10}}, 500) + 20 * sizeof(double));
  for (const Rule& rule : rules()) {
    CAPTURE(rule.name);
    CHECK(rule.flop({}, 10) > 0);
    CHECK(rule.state_bytes({}, 10) >= 0);
    if (rule.coordinatewise) CHECK(rule.flop({}, 1000) == rule.flop({}, 10));
  }
}

TEST_CASE("where coordinates know nothing of each other, so do their updates") {
  const std::size_t n = 5, steps = 8;
  std::vector<double> gradients(n * steps);
  RandomStream(6).fill_normal<double>(gradients, 1.0);
  for (const Rule& rule : rules()) {
    const auto together = rule.make<double>({});
    start_with_matrix(*together, n);
    std::vector<double> theta(n, 0.5);
    for (std::size_t t = 0; t < steps; ++t)
      together->step(std::span<const double>(gradients).subspan(t * n, n), theta);
    bool same = true;
    for (std::size_t i = 0; i < n; ++i) {
      const auto alone = rule.make<double>({});
      start_with_matrix(*alone, 1);
      std::vector<double> one = {0.5};
      for (std::size_t t = 0; t < steps; ++t) alone->step(std::vector<double>{gradients[t * n + i]}, one);
      same = same && one[0] == theta[i];
    }
    CAPTURE(rule.name);
    CHECK(same == rule.coordinatewise);
  }
}

TEST_CASE("Lion moves every coordinate by its rate, but not what is NaN") {
  const auto lion = find_rule("lion")->make<float>({{"learning_rate", 0.25}});
  std::vector<float> theta(3, 1.0F);
  lion->start(3);
  lion->step(std::vector<float>{1e-30F, -1e30F, std::nanf("")}, theta);
  CHECK(theta[0] == 0.75F);
  CHECK(theta[1] == 1.25F);
  CHECK(std::isnan(theta[2]));
}

TEST_CASE("without epsilon a coordinate whose gradients were all zero stays, and no other changes") {
  for (const Rule& rule : rules()) {
    if (!rule.bounds.contains("epsilon")) continue;
    CAPTURE(rule.name);
    CHECK(rule.version_with({{"epsilon", 0}}) >= rule.version_with({}));
    Hyperparameters given = {{"epsilon", 0}};
    if (rule.bounds.contains("weight_decay")) given["weight_decay"] = 0;
    const auto optimizer = rule.make<float>(given);
    std::vector<float> theta(3, 1.0F);
    testing::start_with_matrix(*optimizer, 3);
    for (int t = 0; t < 3; ++t) optimizer->step(std::vector<float>{0, -0.0F, 2}, theta);
    CHECK(theta[0] == 1);
    CHECK(theta[1] == 1);
    CHECK(theta[2] < 1);
    optimizer->step(std::vector<float>{4, std::nanf(""), 1}, theta);
    CHECK(theta[0] < 1);
    CHECK(std::isnan(theta[1]));  // what is no number is not taken for zero
  }
}

TEST_CASE("the bits without epsilon have a version of their own") {
  const Rule& adam = *find_rule("adam");
  CHECK(adam.version_with({{"epsilon", 0}}) == adam.version + 1);
  CHECK(adam.version_with({{"epsilon", 1e-40}}) == adam.version + 1);  // nothing in float
  CHECK(adam.version_with({{"epsilon", 1e-30}}) == adam.version);
  CHECK(find_rule("sgd")->version_with({}) == 1);
}

TEST_CASE("Torch7's defaults") {
  CHECK(find_rule("sgd")->defaults == Hyperparameters{{"learning_rate", 1e-3}});
  CHECK(find_rule("momentum")->defaults ==
        Hyperparameters{{"learning_rate", 1e-3}, {"momentum", 0.9}, {"dampening", -1}});
  CHECK(find_rule("nag")->defaults == Hyperparameters{{"learning_rate", 1e-3}, {"momentum", 0.9}});
  CHECK(find_rule("rprop")->defaults == Hyperparameters{{"stepsize", 0.1},
                                                        {"etaplus", 1.2},
                                                        {"etaminus", 0.5},
                                                        {"stepsizemax", 50},
                                                        {"stepsizemin", 1e-6}});
  CHECK(find_rule("adagrad")->defaults == Hyperparameters{{"learning_rate", 1e-3}, {"epsilon", 1e-10}});
  CHECK(find_rule("rmsprop")->defaults ==
        Hyperparameters{{"learning_rate", 1e-2}, {"alpha", 0.99}, {"epsilon", 1e-8}, {"initial_mean", 0}});
  CHECK(find_rule("l-bfgs")->defaults == Hyperparameters{{"learning_rate", 1}, {"history", 100}});
  CHECK(find_rule("adam")->defaults == Hyperparameters{{"learning_rate", 1e-3},
                                                       {"beta1", 0.9},
                                                       {"beta2", 0.999},
                                                       {"epsilon", 1e-8},
                                                       {"kingma_epsilon", 0}});
}

TEST_CASE("rules worked by hand") {
  check_close(run("sgd", {{"learning_rate", 0.5}}, {1, -4}), {-0.5, 1.5});
  // v: 1, then 0.9 + 0.1 * -4 = 0.5
  check_close(run("momentum", {{"learning_rate", 0.5}}, {1, -4}), {-0.5, -0.75});
  // dampening follows the momentum: v: 1, then 0.5 + 0.5 * -4 = -1.5
  check_close(run("momentum", {{"learning_rate", 0.5}, {"momentum", 0.5}}, {1, -4}), {-0.5, 0.25});
  // heavy ball, v: 1, then 0.9 - 4 = -3.1
  check_close(run("momentum", {{"learning_rate", 0.5}, {"dampening", 0}}, {1, -4}), {-0.5, 1.05});
  // d: -0.5, then -0.45 + 2 = 1.55
  check_close(run("nag", {{"learning_rate", 0.5}}, {1, -4}), {-0.5, 1.05});
  // steps 0.1; same sign 0.12; the sign turns: 0.06, not moved; then as if fresh: 0.06 moved
  check_close(run("rprop", {}, {3, 1, -2, -5, -1}), {-0.1, -0.22, -0.22, -0.16, -0.16 + 0.072});
  check_close(run("rprop", {{"stepsizemax", 0.11}}, {3, 1}), {-0.1, -0.21});
  check_close(run("rprop", {{"stepsizemin", 0.08}}, {3, -1, -1}), {-0.1, -0.1, -0.02});
  check_close(run("adagrad", {{"learning_rate", 0.5}, {"epsilon", 0}}, {3, -4}), {-0.5, -0.5 + 0.4});
  // m: 0.01 * 9 -> root 0.3; 0.99 * 0.09 + 0.01 * 16 = 0.2491
  check_close(run("rmsprop", {{"learning_rate", 0.5}, {"epsilon", 0.2}}, {3, -4}),
              {-3.0, -3.0 + 2 / (std::sqrt(0.2491) + 0.2)});
  // m: 0.99 * 4 + 0.01 * 9 = 4.05
  check_close(run("rmsprop", {{"learning_rate", 0.5}, {"epsilon", 0}, {"initial_mean", 4}}, {3}),
              {-1.5 / std::sqrt(4.05)});
  // first step: m = 0.2, v = 0.004; lr * sqrt(0.001) / 0.1 * 0.2 / (sqrt(0.004) + 0.1), and Kingma's
  // 0.5 * 2 / (2 + 0.1)
  check_close(run("adam", {{"learning_rate", 0.5}, {"epsilon", 0.1}}, {2}),
              {-0.5 * std::sqrt(0.001) * 2 / (std::sqrt(0.004) + 0.1)});
  check_close(run("adam", {{"learning_rate", 0.5}, {"epsilon", 0.1}, {"kingma_epsilon", 1}}, {2}),
              {-0.5 * 2 / 2.1});
  // m: 0.02; 0.9 * 0.02 - 0.1 * 40 < 0, but 0.9 * 0.02 - 0.1 * 0.1 > 0: momentum overrules the gradient
  check_close(run("lion", {{"learning_rate", 0.5}}, {2, -40}), {-0.5, 0});
  check_close(run("lion", {{"learning_rate", 0.5}}, {2, -0.1}), {-0.5, -1});
  check_close(run("lion", {{"learning_rate", 0.5}}, {0, 3}), {0, -0.5});
  check_close(run("lion", {{"learning_rate", 0.5}, {"weight_decay", 0.1}}, {2, -40}), {-0.5, 0.025});
}

TEST_CASE("NAG wants its gradient ahead of theta, gradient descent at theta") {
  CHECK(find_rule("nag")->make<float>({})->looks_ahead());
  CHECK_FALSE(find_rule("sgd")->make<float>({})->looks_ahead());
  const auto nag = find_rule("nag")->make<double>({{"learning_rate", 0.5}});
  nag->start(1);
  std::vector<double> theta = {7}, point = {0};
  nag->gradient_point(theta, point);
  CHECK(point[0] == 7);
  nag->step(std::vector<double>{1}, theta);
  nag->gradient_point(theta, point);
  CHECK(theta[0] == 6.5);
  CHECK(point[0] == Approx(6.5 - 0.45));
}

TEST_CASE("start() forgets everything") {
  std::vector<float> gradients(13 * 20);
  RandomStream(4).fill_normal<float>(gradients, 1.0);
  for (const Rule& rule : rules()) {
    const auto optimizer = rule.make<float>({});
    std::vector<std::vector<float>> ends;
    for (int round = 0; round < 2; ++round) {
      start_with_matrix(*optimizer, 13);
      std::vector<float> theta(13, 0.5F);
      for (std::size_t t = 0; t < 20; ++t)
        optimizer->step(std::span<const float>(gradients).subspan(t * 13, 13), theta);
      ends.push_back(theta);
    }
    CAPTURE(rule.name);
    CHECK(ends[0] == ends[1]);
  }
}

TEST_CASE("every rule's step follows the factor of its rate") {
  std::vector<double> gradients(3 * 6);
  RandomStream(7).fill_normal<double>(gradients, 1.0);
  for (const Rule& rule : rules()) {
    CAPTURE(rule.name);
    const auto run_with = [&](double factor, double rate) {
      const auto optimizer = rule.make<double>({{rule.tuned, rate}});
      std::vector<double> theta(3, 0.5);
      start_with_matrix(*optimizer, 3);
      optimizer->set_rate_factor(factor);
      for (std::size_t t = 0; t < 6; ++t)
        optimizer->step(std::span<const double>(gradients).subspan(t * 3, 3), theta);
      return theta;
    };
    const double rate = rule.name == "rprop" ? 0.01 : 0.1;
    const auto half = run_with(0.5, rate), smaller = run_with(1, 0.5 * rate);
    for (std::size_t i = 0; i < 3; ++i) CHECK(half[i] == Approx(smaller[i]).epsilon(1e-12));
    CHECK(run_with(0, rate) == std::vector<double>(3, 0.5));
  }
}

TEST_CASE("float follows double over a hundred steps of given gradients") {
  const std::size_t n = 11, steps = 100;
  std::vector<float> gradients(n * steps);
  RandomStream(5).fill_normal<float>(gradients, 1.0);
  const std::vector<double> in_double(gradients.begin(), gradients.end());
  for (const Rule& rule : rules()) {
    const auto f = rule.make<float>({});
    const auto d = rule.make<double>({});
    start_with_matrix(*f, n);
    start_with_matrix(*d, n);
    std::vector<float> theta(n, 0.0F);
    std::vector<double> exact(n, 0.0);
    for (std::size_t t = 0; t < steps; ++t) {
      f->step(std::span<const float>(gradients).subspan(t * n, n), theta);
      d->step(std::span<const double>(in_double).subspan(t * n, n), exact);
    }
    CAPTURE(rule.name);
    for (std::size_t i = 0; i < n; ++i) CHECK(theta[i] == Approx(exact[i]).epsilon(1e-4).margin(1e-6));
  }
}

TEST_CASE("Rprop's sign agreement survives gradients whose product underflows") {
  const auto optimizer = find_rule("rprop")->make<float>({});
  optimizer->start(1);
  std::vector<float> theta = {0};
  for (int i = 0; i < 3; ++i) optimizer->step(std::vector<float>{1e-30F}, theta);
  CHECK(theta[0] == Approx(-(0.1 + 0.12 + 0.144)));
}

TEST_CASE("unknown and impossible hyperparameters are the user's error") {
  const Rule& adam = *find_rule("adam");
  for (const Hyperparameters& bad :
       {Hyperparameters{{"beta3", 0.9}}, Hyperparameters{{"beta1", 1.0}}, Hyperparameters{{"beta1", -0.1}},
        Hyperparameters{{"epsilon", std::nan("")}}}) {
    CHECK_THROWS_AS(adam.resolve(bad), Error);
    CHECK_THROWS_AS(adam.make<float>(bad), Error);
  }
  try {
    adam.resolve({{"beta3", 0.9}});
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::suite);
    CHECK(error.message().find("beta3") != std::string::npos);
    CHECK(error.hint().find("beta1") != std::string::npos);
  }
}
