// Schedules against factors worked out by hand, and what they do to a rule.
#include "optimizers/rate_schedule.hpp"

#include <cmath>

#include <catch2/catch.hpp>

#include "core/random.hpp"
#include "optimizers/rate_schedule_fields.hpp"
#include "optimizers/rule.hpp"

using namespace l2l;

namespace {

std::vector<double> factors(const RateSchedule& schedule, std::size_t horizon) {
  std::vector<double> result;
  for (std::size_t t = 0; t < horizon; ++t) result.push_back(schedule.factor(t, horizon));
  return result;
}

void check_factors(const std::vector<double>& actual, const std::vector<double>& expected) {
  REQUIRE(actual.size() == expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) CHECK(actual[i] == Approx(expected[i]).margin(1e-15));
}

}  // namespace

TEST_CASE("schedules worked by hand") {
  using Kind = ScheduleKind;
  check_factors(factors({}, 3), {1, 1, 1});
  check_factors(factors({.kind = Kind::linear, .final_share = 0.2}, 5), {1, 0.8, 0.6, 0.4, 0.2});
  check_factors(factors({.kind = Kind::cosine, .final_share = 0}, 5),
                {1, (1 + std::sqrt(0.5)) / 2, 0.5, (1 - std::sqrt(0.5)) / 2, 0});
  check_factors(factors({.kind = Kind::exponential, .final_share = 0.0001}, 5),
                {1, 0.1, 0.01, 0.001, 0.0001});
  check_factors(factors({.kind = Kind::step, .final_share = 0.01, .drops = 2}, 7),
                {1, 1, 1, 0.1, 0.1, 0.01, 0.01});
  check_factors(factors({.warm_up = 0.5}, 6), {0.25, 0.5, 0.75, 1, 1, 1});
  check_factors(factors({.kind = Kind::linear, .final_share = 0, .warm_up = 0.5}, 6),
                {0.25, 0.5, 0.75, 1, 0.5, 0});
}

TEST_CASE("a schedule is defined on the shortest horizons and beyond its own") {
  for (const std::string& kind : names_of<ScheduleKind>()) {
    CAPTURE(kind);
    const RateSchedule schedule{.kind = value_of<ScheduleKind>(kind), .warm_up = 0.5};
    CHECK(RateSchedule{.kind = schedule.kind}.factor(0, 1) == 1);
    CHECK(schedule.factor(0, 1) == 0.5);  // 0.5 of one step is one, rounded
    CHECK(schedule.factor(40, 10) == schedule.factor(9, 10));
  }
}

TEST_CASE("a scheduled rule takes each step with its factor, and starts anew") {
  const RateSchedule linear{.kind = ScheduleKind::linear, .final_share = 0.5};
  const auto optimizer = scheduled(find_rule("sgd")->make<double>({{"learning_rate", 1}}), linear, 3);
  for (int round = 0; round < 2; ++round) {
    std::vector<double> theta = {0};
    optimizer->start(1);
    std::vector<double> thetas;
    for (int t = 0; t < 3; ++t) {
      optimizer->step(std::vector<double>{1}, theta);
      thetas.push_back(theta[0]);
    }
    check_factors(thetas, {-1, -1.75, -2.25});
  }
}

TEST_CASE("NAG looks ahead under a schedule too; a flat schedule is the rule itself") {
  CHECK(scheduled(find_rule("nag")->make<float>({}), {.kind = ScheduleKind::cosine}, 5)->looks_ahead());
  auto rule = find_rule("sgd")->make<float>({});
  const auto* const before = rule.get();
  CHECK(scheduled(std::move(rule), {}, 5).get() == before);
}

TEST_CASE("a schedule in words, as a canonical form, and back") {
  CHECK(schedule_text({}).empty());
  CHECK(schedule_text({.kind = ScheduleKind::step, .warm_up = 0.1}) ==
        "step to 0.01 in 2 drops after a warm-up of 0.1");
  CHECK(schedule_from("cosine") == RateSchedule{.kind = ScheduleKind::cosine});
  CHECK(canonical(schedule_from("constant")).dump() == R"({"kind":"constant"})");
  CHECK(canonical(schedule_from({{"kind", "linear"}, {"drops", 7}})).dump() ==
        R"({"final":0.01,"kind":"linear"})");
  for (const std::string& kind : names_of<ScheduleKind>()) {
    const RateSchedule schedule{.kind = value_of<ScheduleKind>(kind), .warm_up = 0.25};
    CHECK(canonical(schedule_from(canonical(schedule))) == canonical(schedule));
    CHECK(complaint_of(schedule).empty());
    const bool multiplies = kind == "exponential" || kind == "step";
    CHECK(complaint_of({.kind = schedule.kind, .final_share = 0}).empty() != multiplies);
  }
}
