// The registry of architectures: what each has decides its canonical form, its costs and how it is made.
#include "optimizers/architectures.hpp"

#include <set>

#include <catch2/catch.hpp>

#include "core/random.hpp"
#include "optimizers/architecture_fields.hpp"

using namespace l2l;
using nlohmann::json;

namespace {

ArchitectureSpec spec_of(Architecture kind) {
  ArchitectureSpec spec;
  spec.kind = kind;
  spec.lstm.hidden = 6;
  spec.global_cells = 2;
  return spec;
}

/// Updates of six coordinates after `steps` given gradients.
std::vector<double> updates(LearnedArchitecture<double>& architecture, const ArchitectureSpec& spec,
                            std::size_t n) {
  const std::vector<float> phi = initial_phi(spec, 3);
  architecture.set_phi(std::vector<double>(phi.begin(), phi.end()));
  architecture.start(1, n);
  std::vector<double> gradient(n), update(n);
  for (std::uint64_t t = 0; t < 3; ++t) {
    for (std::size_t i = 0; i < n; ++i) gradient[i] = RandomStream(t).uniform(i) - 0.5;
    architecture.step(gradient, update);
  }
  return update;
}

}  // namespace

TEST_CASE("architectures: every one has a label, a name, costs, and is made") {
  std::set<std::string> labels;
  for (const auto& [kind, name] : SpecNames<Architecture>::names) {
    CAPTURE(name);
    const ArchitectureRow& row = architecture_row(kind);
    const ArchitectureSpec spec = spec_of(kind);
    CHECK(labels.insert(row.label).second);
    CHECK(row.version >= 1);
    CHECK(row.flop(spec, 100) > 2.0 * 4 * 6 * 6);
    CHECK(state_bytes(spec, 100) >= 4.0 * 2 * 2 * 6);  // h and c of two layers
    for (const DashedEdges edges : {DashedEdges::dropped, DashedEdges::kept})
      CHECK(training_bytes(spec, 100, 20, edges) > state_bytes(spec, 100));
    CHECK(row.in_float.make(spec) != nullptr);
    const auto alone = row.in_double.make(spec);
    const auto stepwise = row.in_double.make_stepwise(spec);
    const auto expected = updates(*alone, spec, 6), got = updates(*stepwise, spec, 6);
    for (std::size_t i = 0; i < 6; ++i) CHECK(got[i] == Approx(expected[i]).epsilon(1e-10));
  }
}

TEST_CASE("architectures: coordinates know of each other where the registry says so") {
  for (const auto& [kind, name] : SpecNames<Architecture>::names) {
    CAPTURE(name);
    const ArchitectureSpec spec = spec_of(kind);
    const auto two = make_architecture<double>(spec), six = make_architecture<double>(spec);
    CHECK((updates(*two, spec, 2)[0] == updates(*six, spec, 6)[0]) == spec.is_coordinatewise());
  }
  ArchitectureSpec none = spec_of(Architecture::lstm_gac);
  none.global_cells = 0;
  CHECK(none.is_coordinatewise());
}

TEST_CASE("architectures: the canonical form has the settings of the architecture, both ways") {
  const json lstm = {
      {"layers", 2}, {"hidden", 6}, {"preprocessing", "none"}, {"p", 10.0}, {"output_scale", 1.0}};
  json gac = lstm;
  gac.update({{"architecture", "lstm-gac"}, {"global_cells", 2}});
  json ntm = gac;
  ntm.update({{"architecture", "ntm-bfgs"}, {"read_heads", 1}, {"write_heads", 3}, {"memory_init", 1.0}});
  json history = ntm;
  history.update({{"architecture", "ntm-l-bfgs"}, {"history", 10}});
  const std::pair<Architecture, json> expected[] = {{Architecture::lstm, lstm},
                                                    {Architecture::lstm_gac, gac},
                                                    {Architecture::ntm_bfgs, ntm},
                                                    {Architecture::ntm_l_bfgs, history}};
  for (const auto& [kind, canonical] : expected) {
    const ArchitectureSpec spec = spec_of(kind);
    CHECK(fields<ArchitectureSpec>().canonical(spec).dump() == canonical.dump());
    const ArchitectureSpec again = fields<ArchitectureSpec>().from_canonical(canonical);
    CHECK(fields<ArchitectureSpec>().canonical(again) == canonical);
    CHECK(again.kind == kind);
  }
  ArchitectureSpec late = spec_of(Architecture::ntm_bfgs);
  late.head_init = 0.25;
  CHECK(fields<ArchitectureSpec>().canonical(late).at("head_init") == 0.25);
  CHECK(fields<ArchitectureSpec>().from_canonical(fields<ArchitectureSpec>().canonical(late)) == late);
  history.erase("history");
  CHECK_THROWS(fields<ArchitectureSpec>().from_canonical(history));
}

TEST_CASE("architectures: costs follow the settings") {
  const auto flop = [](const ArchitectureSpec& spec, double n) {
    return architecture_row(spec.kind).flop(spec, n);
  };
  ArchitectureSpec dense = spec_of(Architecture::ntm_bfgs), history = spec_of(Architecture::ntm_l_bfgs);
  CHECK(flop(dense, 200) - flop(dense, 100) == Approx(2 * 100 * (1 + 3)));
  CHECK(flop(history, 200) == flop(history, 100));
  const double ten = flop(history, 100);
  history.history = 30;
  CHECK(flop(history, 100) - ten == Approx(4 * 20 * 3));
  CHECK(memory_bytes(history, 2, 100, 0) == 2 * 30 * 7 * 100 * sizeof(float));
  CHECK(memory_bytes(dense, 1, 100, 0) == 100 * 100 * sizeof(float));
  CHECK(memory_bytes(dense, 1, 100, 5) == (2 * 100 * 100 + 5 * 7 * 100) * sizeof(float));
  const ArchitectureSpec lstm = spec_of(Architecture::lstm);
  CHECK(training_bytes(lstm, 100, 20, DashedEdges::kept) >
        2 * training_bytes(lstm, 100, 20, DashedEdges::dropped));
}
