#include "harness/suite/matrices.hpp"

#include "core/error.hpp"

namespace l2l {

std::vector<MatrixRange> matrices_of(const std::vector<ParameterGroup>& groups) {
  std::vector<MatrixRange> matrices;
  for (const ParameterGroup& group : groups) {
    if (group.rows == 0) continue;
    const std::size_t size = group.end - group.begin;
    L2L_CHECK(size > 0 && size % group.rows == 0, "group={} size={} rows={}", group.name, size, group.rows);
    matrices.push_back({group.begin, group.rows, size / group.rows});
  }
  return matrices;
}

}  // namespace l2l
