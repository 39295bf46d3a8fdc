// The rules that are not in the paper, worked by hand; their trajectories by other programs: tests/golden.
#include <cmath>

#include <catch2/catch.hpp>

#include "optimizers/rule.hpp"
#include "tests/unit/optimizers/rule_test_tools.hpp"

using namespace l2l;
using namespace l2l::testing;

TEST_CASE("the defaults of PyTorch, optax and schedulefree") {
  const Hyperparameters kingma = {
      {"learning_rate", 1e-3}, {"beta1", 0.9}, {"beta2", 0.999}, {"epsilon", 1e-8}};
  const auto with = [&](Hyperparameters other) {
    other.insert(kingma.begin(), kingma.end());
    return other;
  };
  CHECK(find_rule("heavy-ball")->defaults == Hyperparameters{{"learning_rate", 1e-3}, {"momentum", 0.9}});
  CHECK(find_rule("adamw")->defaults == with({{"weight_decay", 1e-2}}));
  CHECK(find_rule("amsgrad")->defaults == kingma);
  CHECK(find_rule("nadam")->defaults == with({{"learning_rate", 2e-3}, {"momentum_decay", 4e-3}}));
  CHECK(find_rule("radam")->defaults == kingma);
  CHECK(find_rule("adabelief")->defaults == with({{"epsilon", 1e-16}}));
  CHECK(find_rule("schedule-free-sgd")->defaults ==
        Hyperparameters{{"learning_rate", 1}, {"momentum", 0.9}, {"weight_decay", 0}});
  CHECK(find_rule("schedule-free-adam")->defaults == with({{"learning_rate", 2.5e-3}, {"weight_decay", 0}}));
  CHECK(find_rule("muon")->defaults == with({{"momentum", 0.95},
                                             {"weight_decay", 0.1},
                                             {"match_rms", 0},
                                             {"newton_schulz_steps", 5},
                                             {"newton_schulz_epsilon", 1e-7},
                                             {"adamw_share", 1}}));
}

TEST_CASE("momentum and kin of ADAM worked by hand") {
  // v: 1, then 0.9 - 4 = -3.1
  check_close(run("heavy-ball", {{"learning_rate", 0.5}}, {1, -4}), {-0.5, 1.05});
  // m / c1: 2, then (0.18 - 0.4) / 0.19; v / c2: 4, then (0.999 * 0.004 + 0.001 * 16) / 0.001999
  const double second = -0.22 / 0.19 / (std::sqrt(0.019996 / 0.001999) + 0.1);
  const Hyperparameters coarse = {{"learning_rate", 0.5}, {"epsilon", 0.1}};
  Hyperparameters decayed = coarse;
  decayed["weight_decay"] = 0.2;
  check_close(run("adamw", decayed, {2, -4}), {-1 / 2.1, -0.9 / 2.1 - 0.5 * second});
  // beta1 0: m = g. v: 8, then 4.005, but the largest is 8; c2: 0.5, 0.75
  check_close(
      run("amsgrad", {{"learning_rate", 0.5}, {"beta1", 0}, {"beta2", 0.5}, {"epsilon", 0}}, {4, 0.1}),
      {-0.5, -0.5 - 0.05 / std::sqrt(8 / 0.75)});
  // mu = 0.45: (1 - mu) g / (1 - mu) + mu m / (1 - mu^2), m = 0.2
  Hyperparameters steady = coarse;
  steady["momentum_decay"] = 0;
  check_close(run("nadam", steady, {2}), {-0.5 * (2 + 0.45 * 0.2 / (1 - 0.2025)) / 2.1});
  // g - m = 1.8; s = 0.001 * 3.24 + 0.1 = 0.10324, over c2: 103.24
  check_close(run("adabelief", coarse, {2}), {-0.5 * 2 / (std::sqrt(103.24) + 0.1)});
}

TEST_CASE("NAdam warms its momentum up") {
  // 0.96^(t decay) with decay 1: mu_1 = 0.9 (1 - 0.48) = 0.468, mu_2 = 0.9 (1 - 0.4608) = 0.48528
  check_close(run("nadam", {{"learning_rate", 0.5}, {"epsilon", 0.1}, {"momentum_decay", 1}}, {2}),
              {-0.5 * (2 + 0.48528 * 0.2 / (1 - 0.468 * 0.48528)) / 2.1});
}

TEST_CASE("RAdam: momentum alone for some steps, then ADAM rectified") {
  // A constant gradient of 2: m / c1 is 2 always, and m / c1 over the root of v / c2 is 1.
  const auto thetas =
      run("radam", {{"learning_rate", 0.5}, {"beta2", 0.9}, {"epsilon", 0}}, std::vector<double>(8, 2.0));
  for (std::size_t t = 0; t < 5; ++t) CHECK(thetas[t] == Approx(-1.0 * static_cast<double>(t + 1)));
  // rho = 19; rho_5 = 4.58, rho_6 = 5.39, rho_7 = 6.16
  CHECK(thetas[5] - thetas[4] == Approx(-0.5 * 0.2551768065466866));
  CHECK(thetas[6] - thetas[5] == Approx(-0.5 * 0.3301070190606869));
}

TEST_CASE("a rule's steps have its rate times the factor that is set") {
  for (const char* name : {"heavy-ball", "adamw", "amsgrad", "nadam", "radam", "adabelief",
                           "schedule-free-sgd", "schedule-free-adam", "muon"}) {
    CAPTURE(name);
    const auto scaled = find_rule(name)->make<double>({{"learning_rate", 0.1}});
    const auto own = find_rule(name)->make<double>({{"learning_rate", 0.3}});
    start_with_matrix(*scaled, 5);
    start_with_matrix(*own, 5);
    scaled->set_rate_factor(3);
    std::vector<double> theta(5, 1.0), same = theta;
    for (const double g : {2.0, -0.5, 1.0, 0.1, 3.0, -2.0, 1.0}) {
      const std::vector<double> gradient = {g, 1, -g, 0.5, g * g};
      scaled->step(gradient, theta);
      own->step(gradient, same);
    }
    for (std::size_t i = 0; i < 5; ++i) CHECK(theta[i] == Approx(same[i]).epsilon(1e-9));
  }
}

TEST_CASE("the average of schedule-free rules takes less of what came while the rate was warmed up") {
  // z: -0.25, then 1.75, then 0.75; weights 0.25, 1, and 1 again: the largest rate so far counts.
  const auto optimizer = find_rule("schedule-free-sgd")->make<double>({{"learning_rate", 0.5}});
  std::vector<double> theta = {0};
  optimizer->start(1);
  const auto step = [&](double factor, double g) {
    optimizer->set_rate_factor(factor);
    optimizer->step(std::vector<double>{g}, theta);
    return theta[0];
  };
  CHECK(step(0.5, 1) == Approx(-0.25));
  CHECK(step(1, -4) == Approx(0.2 * -0.25 + 0.8 * 1.75));
  CHECK(step(0.5, 4) == Approx((0.25 * -0.25 + 1.75 + 0.75) / 2.25));
}

TEST_CASE("schedule-free rules worked by hand: theta is the average, gradients are wanted ahead of it") {
  // z: -0.5, 1.5, 0.5, and x their average
  check_close(run("schedule-free-sgd", {{"learning_rate", 0.5}}, {1, -4, 2}), {-0.5, 0.5, 0.5});
  // decay at y: 0, then -0.5
  check_close(run("schedule-free-sgd", {{"learning_rate", 0.5}, {"weight_decay", 0.2}}, {1, -4}),
              {-0.5, (-0.5 + 1.55) / 2});
  const double first = -0.5 * 2 / 2.1, root = std::sqrt(0.019996 / 0.001999) + 0.1;
  check_close(run("schedule-free-adam", {{"learning_rate", 0.5}, {"epsilon", 0.1}}, {2, -4}),
              {first, first + 0.5 * 0.5 * 4 / root});
  check_close(
      run("schedule-free-adam", {{"learning_rate", 0.5}, {"epsilon", 0.1}, {"weight_decay", 0.2}}, {2, -4}),
      {first, first + 0.5 * (0.5 * 4 / root - 0.1 * first)});

  for (const char* rule : {"schedule-free-sgd", "schedule-free-adam"}) {
    CAPTURE(rule);
    const auto optimizer = find_rule(rule)->make<double>({{"learning_rate", 0.5}});
    REQUIRE(optimizer->looks_ahead());
    optimizer->start(1);
    std::vector<double> theta = {7}, point = {0};
    optimizer->gradient_point(theta, point);
    CHECK(point[0] == 7);
    optimizer->step(std::vector<double>{1}, theta);
    const double z1 = theta[0];
    optimizer->step(std::vector<double>{-4}, theta);
    optimizer->gradient_point(theta, point);
    const double z2 = 2 * theta[0] - z1;
    CHECK(point[0] == Approx(0.9 * theta[0] + 0.1 * z2));
  }
}
