#include "harness/suite/meta_loss_weights.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"

namespace l2l {

std::vector<double> MetaLossWeights::at_steps(int horizon) const {
  L2L_CHECK(horizon >= 1, "horizon={}", horizon);
  const auto steps = static_cast<std::size_t>(horizon);
  std::vector<double> weights(steps, kind == Kind::last ? 0.0 : 1.0);
  weights.back() = 1;
  if (kind == Kind::linear) {
    weights.back() = to;
    for (std::size_t i = 0; i + 1 < steps; ++i)
      weights[i] = from + (to - from) * static_cast<double>(i) / static_cast<double>(steps - 1);
  } else if (kind == Kind::exponential) {
    // By products: std::pow rounds differently from library to library.
    for (std::size_t i = steps - 1; i > 0; --i) weights[i - 1] = ratio * weights[i];
  } else if (kind == Kind::listed) {
    L2L_CHECK(values.size() == steps, "weights={} horizon={}", values.size(), horizon);
    weights = values;
  }
  return weights;
}

std::optional<std::string> MetaLossWeights::complaint(int horizon) const {
  if (kind == Kind::listed && values.size() != static_cast<std::size_t>(horizon))
    return fmt::format("{} weight{} for a horizon of {} steps", values.size(), values.size() == 1 ? "" : "s",
                       horizon);
  const std::vector<double> weights = at_steps(horizon);
  if (std::all_of(weights.begin(), weights.end(), [](double w) { return w == 0; }))
    return fmt::format("no step of a horizon of {} has a weight above 0", horizon);
  return std::nullopt;
}

}  // namespace l2l
