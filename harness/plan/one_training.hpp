// Claims about learned optimizers that rest on one training.
#pragma once

#include <string>
#include <vector>

#include "harness/suite/suite.hpp"

namespace l2l {

/// Ids, in the suite's order, of the claims about or against a learned optimizer that the suite trains once:
/// their verdicts are about that phi, and another training of the same settings may decide them otherwise.
std::vector<std::string> claims_on_one_training(const Suite& suite);

}  // namespace l2l
