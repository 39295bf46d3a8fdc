#include "optimizers/rate_schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "core/error.hpp"

namespace l2l {
namespace {

template <class Real>
class Scheduled final : public Optimizer<Real> {
 public:
  Scheduled(std::unique_ptr<Optimizer<Real>> rule, const RateSchedule& schedule, std::size_t horizon)
      : rule_(std::move(rule)), schedule_(schedule), horizon_(horizon) {}

  void start(std::size_t n) override { start_batch(1, n); }
  void start_batch(std::size_t functions, std::size_t n) override {
    steps_ = 0;
    rule_->start_batch(functions, n);
  }
  void set_matrices(std::span<const MatrixRange> matrices) override { rule_->set_matrices(matrices); }
  bool looks_ahead() const override { return rule_->looks_ahead(); }
  void gradient_point(std::span<const Real> theta, std::span<Real> point) const override {
    rule_->gradient_point(theta, point);
  }
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    rule_->set_rate_factor(schedule_.factor(steps_++, horizon_));
    rule_->step(gradient, theta);
  }

 private:
  std::unique_ptr<Optimizer<Real>> rule_;
  RateSchedule schedule_;
  std::size_t horizon_, steps_ = 0;
};

}  // namespace

double RateSchedule::factor(std::size_t t, std::size_t horizon) const {
  L2L_CHECK(horizon > 0, "horizon={}", horizon);
  const double last = static_cast<double>(horizon) - 1, at = std::min(static_cast<double>(t), last);
  const double warm = std::round(warm_up * static_cast<double>(horizon));
  if (at < warm) return (at + 1) / (warm + 1);
  const double u = last > warm ? (at - warm) / (last - warm) : 0;
  switch (kind) {
    case ScheduleKind::constant:
      return 1;
    case ScheduleKind::linear:
      return 1 - (1 - final_share) * u;
    case ScheduleKind::cosine:
      return final_share + (1 - final_share) * (1 + std::cos(std::numbers::pi * u)) / 2;
    case ScheduleKind::exponential:
      return std::pow(final_share, u);
    case ScheduleKind::step: {
      const double stretch = std::floor((at - warm) * (drops + 1) / (last + 1 - warm));
      return std::pow(final_share, std::min<double>(stretch, drops) / drops);
    }
  }
  L2L_CHECK(false, "kind={}", static_cast<int>(kind));
}

std::string schedule_text(const RateSchedule& schedule) {
  if (schedule.is_flat()) return "";
  std::string text(name_of(schedule.kind));
  if (schedule.kind != ScheduleKind::constant) text += fmt::format(" to {}", schedule.final_share);
  if (schedule.kind == ScheduleKind::step) text += fmt::format(" in {} drops", schedule.drops);
  if (schedule.warm_up > 0) text += fmt::format(" after a warm-up of {}", schedule.warm_up);
  return text;
}

template <class Real>
std::unique_ptr<Optimizer<Real>> scheduled(std::unique_ptr<Optimizer<Real>> rule,
                                           const RateSchedule& schedule, std::size_t horizon) {
  if (schedule.is_flat()) return rule;
  return std::make_unique<Scheduled<Real>>(std::move(rule), schedule, horizon);
}

template std::unique_ptr<Optimizer<float>> scheduled(std::unique_ptr<Optimizer<float>>, const RateSchedule&,
                                                     std::size_t);
template std::unique_ptr<Optimizer<double>> scheduled(std::unique_ptr<Optimizer<double>>, const RateSchedule&,
                                                      std::size_t);

}  // namespace l2l
