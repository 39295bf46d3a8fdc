// Pairs of losses of a real run, for the self-test of claims to draw from.
#pragma once

#include <span>

namespace l2l::reports {

/// ln of the ratio of the losses of two optimizers on a problem, less the mean over problems: rising.
std::span<const float> recorded_log_ratios();

}  // namespace l2l::reports
