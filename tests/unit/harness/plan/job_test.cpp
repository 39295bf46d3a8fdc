// Keys and digests see every bit they should.
#include "harness/plan/job.hpp"

#include <cstring>
#include <limits>
#include <set>

#include <catch2/catch.hpp>

using namespace l2l;
using nlohmann::json;

TEST_CASE("a key depends on kind, configuration and what is read, in order") {
  const json config = {{"a", 1}, {"b", 2.5}};
  const std::string key = job_key(JobKind::tune, config, {"x", "y"});
  CHECK(key.size() == 64);
  CHECK(key == job_key(JobKind::tune, json::parse(R"({"b": 2.5, "a": 1})"), {"x", "y"}));
  const std::set<std::string> others = {
      key,
      job_key(JobKind::evaluate, config, {"x", "y"}),
      job_key(JobKind::tune, {{"a", 1}, {"b", 2.5000001}}, {"x", "y"}),
      job_key(JobKind::tune, {{"a", 1}}, {"x", "y"}),
      job_key(JobKind::tune, config, {"y", "x"}),
      job_key(JobKind::tune, config, {"xy"}),
      job_key(JobKind::tune, config, {}),
  };
  CHECK(others.size() == 7);
}

TEST_CASE("a digest is over these bytes, as stored results have it") {
  JobResult result;
  result.summary = {{"best", 0.5}};
  result.arrays["losses"] = {{2, 2}, std::vector<float>{1, 2, 3, 0}};
  result.arrays["rates"] = {{3}, std::vector<double>{0.001, 0.03, 1}};
  // 17:l2lbench result 1 12:{"best":0.5} 6:losses 2,2,f4x4: and 16 bytes, 5:rates 3,f8x3: and 24 (no blanks)
  CHECK(result.digest() == "49b87564daae53389d63557dafd3945f366df6259b6148620d9b42cbf35860d2");
}

TEST_CASE("a digest depends on every bit of a result") {
  JobResult base;
  base.summary = {{"best", 0.5}};
  base.arrays["losses"] = {{2, 2}, std::vector<float>{1, 2, 3, 0}};
  const std::string digest = base.digest();
  CHECK(digest == JobResult(base).digest());
  std::set<std::string> seen = {digest};
  const auto differs = [&](auto change) {
    JobResult other = base;
    change(other);
    return seen.insert(other.digest()).second;
  };
  CHECK(differs([](JobResult& r) { r.summary["best"] = 0.5000000000000001; }));
  CHECK(differs([](JobResult& r) { r.summary["more"] = 1; }));
  CHECK(differs([](JobResult& r) { r.arrays["losses"].shape = {4}; }));
  CHECK(differs([](JobResult& r) { r.arrays["losses"].values = std::vector<double>{1, 2, 3, 0}; }));
  CHECK(differs([](JobResult& r) { r.arrays["losses"].values = std::vector<float>{1, 2, 3, -0.0F}; }));
  CHECK(differs([](JobResult& r) {
    r.arrays["losses"].values = std::vector<float>{1, 2, 3, std::numeric_limits<float>::denorm_min()};
  }));
  CHECK(differs([](JobResult& r) {
    r.arrays["losses"].values = std::vector<float>{1, 2, 3, std::numeric_limits<float>::infinity()};
  }));
  CHECK(differs([](JobResult& r) {
    r.arrays["renamed"] = r.arrays["losses"];
    r.arrays.erase("losses");
  }));
  CHECK(differs([](JobResult& r) { r.arrays["phi"] = {{0}, std::vector<float>{}}; }));
  CHECK(differs([](JobResult& r) {  // the same bytes, read as other numbers
    std::vector<double> same_bytes(2);
    std::memcpy(same_bytes.data(), std::get<std::vector<float>>(r.arrays["losses"].values).data(), 16);
    r.arrays["losses"].values = same_bytes;
  }));
  CHECK(differs([](JobResult& r) { r.arrays.clear(); }));
}
