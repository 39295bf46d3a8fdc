#include "harness/suite/questions.hpp"

#include "harness/suite/suite.hpp"

namespace l2l {

// Here, where the elements of its vectors are known.
Suite::Suite() = default;
Suite::Suite(const Suite&) = default;
Suite::Suite(Suite&&) noexcept = default;
Suite& Suite::operator=(const Suite&) = default;
Suite& Suite::operator=(Suite&&) noexcept = default;
Suite::~Suite() = default;

}  // namespace l2l
