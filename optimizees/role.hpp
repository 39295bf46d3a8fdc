// What a problem is for.
#pragma once

namespace l2l {

/// Disjoint sources of problems: what is tuned, trained or validated on is never tested on.
enum class Role { train, validation, tune, test };
const char* to_string(Role role);

}  // namespace l2l
