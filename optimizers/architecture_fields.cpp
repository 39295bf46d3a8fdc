#include "optimizers/architecture_fields.hpp"

#include "optimizers/architectures.hpp"

namespace l2l {

template <>
const Fields<LstmSpec>& fields() {
  using S = LstmSpec;
  static const Fields<S> described = {
      field("hidden", &S::hidden, schema::integer(1, 128), "hidden units per layer")
          .axis("hidden units per layer of learned optimizers"),
      field("layers", &S::layers, schema::integer(1, 3), "layers of the LSTM")
          .axis("layers of learned optimizers"),
      field("preprocessing", &S::preprocessing, "of the gradient (appendix A)"),
      // e^p must fit a float (below 88), with room for the gradients it multiplies.
      field("p", &S::p, schema::positive(80), "of log-and-sign"),
      field("output_scale", &S::output_scale, schema::positive(1e6),
            "the update is this times the read-out")};
  return described;
}

template <>
const Fields<ArchitectureSpec>& fields() {
  using S = ArchitectureSpec;
  const auto has_averages = [](const S& s) { return s.has_averages(); };
  const auto has_memory = [](const S& s) { return s.has_memory(); };
  const auto has_history = [](const S& s) { return s.has_history(); };
  const std::string of_memory = "of learned optimizers with a memory";
  const std::string heads = "of ntm-bfgs and ntm-l-bfgs";
  static const Fields<S> described = {
      field("architecture", &S::kind, "of the learned optimizer")
          .axis("of learned optimizers")
          .unless_default(),
      field("global_cells", &S::global_cells, schema::integer(0, 128),
            "of all but lstm: cells per layer that are averaged over the coordinates")
          .axis("of learned optimizers but lstm")
          .when(has_averages),
      field("read_heads", &S::read_heads, schema::integer(1, 16), heads).axis(of_memory).when(has_memory),
      field("write_heads", &S::write_heads, schema::integer(1, 16), heads).axis(of_memory).when(has_memory),
      field("memory_init", &S::memory_init, schema::number(0, 1'000),
            "M_0 is this times the identity: 1 is what BFGS starts from, 0 the zero matrix")
          .axis(of_memory)
          .when(has_memory),
      field("head_init", &S::head_init, schema::positive(1'000),
            "weights and biases of the heads start this times as large as the others")
          .axis(of_memory)
          .when(has_memory)
          .unless_default(),
      field("history", &S::history, schema::integer(1, 1'000), "of ntm-l-bfgs: steps whose writes M holds")
          .axis("of ntm-l-bfgs")
          .when(has_history),
      within(&S::lstm)};
  return described;
}

nlohmann::json canonical(const ArchitectureSpec& spec) {
  return fields<ArchitectureSpec>().canonical(spec);
}

ArchitectureSpec architecture_from(const nlohmann::json& config) {
  return fields<ArchitectureSpec>().from_canonical(config);
}

int architecture_version(const ArchitectureSpec& spec) {
  return architecture_row(spec.kind).version;
}

std::string label_of(Architecture kind) {
  return architecture_row(kind).label;
}

}  // namespace l2l
