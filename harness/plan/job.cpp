#include "harness/plan/job.hpp"

#include <bit>
#include <cstdint>

#include "core/digest.hpp"
#include "core/error.hpp"

namespace l2l {
namespace {

static_assert(std::endian::native == std::endian::little, "digests are over little-endian numbers");

int version(JobKind kind) {
  switch (kind) {
    case JobKind::tune:
      return kTuneVersion;
    case JobKind::meta_train:
      return kMetaTrainVersion;
    case JobKind::select:
      return kSelectVersion;
    case JobKind::evaluate:
      return kEvaluateVersion;
  }
  L2L_CHECK(false, "kind={}", static_cast<int>(kind));
}

/// Length first, so that no two different sequences of texts hash alike.
void update_text(Sha256& sha, const std::string& text) {
  sha.update(fmt::format("{}:", text.size())).update(text);
}

}  // namespace

const char* to_string(JobKind kind) {
  switch (kind) {
    case JobKind::tune:
      return "tune";
    case JobKind::meta_train:
      return "meta_train";
    case JobKind::select:
      return "select";
    case JobKind::evaluate:
      return "evaluate";
  }
  L2L_CHECK(false, "kind={}", static_cast<int>(kind));
}

std::string job_key(JobKind kind, const nlohmann::json& config, const std::vector<std::string>& reads) {
  Sha256 sha;
  update_text(sha, "l2lbench job");
  update_text(sha, to_string(kind));
  update_text(sha, std::to_string(version(kind)));
  update_text(sha, config.dump());
  for (const std::string& key : reads) update_text(sha, key);
  return sha.hex();
}

double job_cost(const Job& job) {
  constexpr double kOverhead = 1e7;  // starting, storing: a few milliseconds
  return job.flop + kOverhead;
}

std::string JobResult::digest() const {
  Sha256 sha;
  update_text(sha, "l2lbench result 1");
  update_text(sha, summary.dump());
  for (const auto& [name, array] : arrays) {
    update_text(sha, name);
    for (const std::size_t extent : array.shape) sha.update(fmt::format("{},", extent));
    // "f4x8:" of eight floats: kind and width from the type's name, without its byte order.
    sha.update(fmt::format("{}x{}:", dtype_of(array.values).substr(1), count_of(array.values)));
    sha.update(bytes_of(array.values));
  }
  return sha.hex();
}

}  // namespace l2l
