#include "harness/cluster/conflict_text.hpp"

#include <cstdio>

#include <fmt/format.h>

namespace l2l {

void print_conflicts(const std::vector<Conflict>& conflicts) {
  for (const Conflict& conflict : conflicts) {
    std::fputs(
        fmt::format("CONFLICT: two results of \"{}\" (key {})\n  kept    {}\n    from  {}\n  refused {}\n"
                    "    from  {}\n",
                    conflict.label, conflict.key, conflict.kept_digest,
                    conflict.kept_origin.empty() ? "not recorded" : conflict.kept_origin,
                    conflict.other_digest,
                    conflict.other_origin.empty() ? "not recorded" : conflict.other_origin)
            .c_str(),
        stderr);
  }
  if (!conflicts.empty()) {
    std::fputs(
        "  one of the machines computes other bits: find out which with `l2lbench verify RUN --all` on "
        "each\n",
        stderr);
  }
}

}  // namespace l2l
