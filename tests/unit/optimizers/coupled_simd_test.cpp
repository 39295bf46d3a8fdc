// The coupled architectures on the vector kernels: against the reference, and the same bits whatever the
// threads, the instruction set and the cut into unrolls.
#include "optimizers/coupled_simd.hpp"

#include <catch2/catch.hpp>

#include "core/parallel.hpp"
#include "core/tolerances.hpp"
#include "optimizers/kernels/isa.hpp"
#include "tests/unit/optimizers/architecture_test_tools.hpp"

using namespace l2l;
using namespace l2l::testing;

namespace {

struct Shape {
  std::size_t functions, n;  // coordinates in all
};

std::vector<ArchitectureSpec> coupled_kinds() {
  std::vector<ArchitectureSpec> kinds = all_kinds();
  std::erase_if(kinds, [](const ArchitectureSpec& spec) { return spec.kind == Architecture::lstm; });
  kinds.push_back(make_gac(5, 20, 2, Preprocessing::log_and_sign));
  ArchitectureSpec ntm = make_ntm(5, 3, 1, 4);
  ntm.lstm.hidden = 20;
  kinds.push_back(ntm);
  return kinds;
}

Outcome<float> run_coupled(const ArchitectureSpec& spec, const Shape& shape, std::size_t steps,
                           std::size_t unrolls, std::span<const double> gradients) {
  const auto architecture = make_simd_coupled(spec);
  architecture->set_phi(initial_phi(spec, 3));
  return run_unrolls<float>(*architecture, spec, shape.functions, shape.n, steps, unrolls, gradients);
}

/// dL/dphi of the second of two unrolls, with an f'' that couples neighbours: dL/dtheta_t is the last one's
/// plus a gradient plus, of coordinate k, 0.3 of its own dL/dgrad_{t+1} and 0.1 of the next one's.
template <class Real>
std::vector<double> through(CoupledArchitecture<Real>& architecture, std::span<const double> phi,
                            const Shape& shape, std::size_t steps, std::span<const double> gradients) {
  const std::vector<Real> g = converted<Real>(gradients);
  const std::size_t n = shape.n;
  std::vector<Real> update(n);
  std::vector<double> dphi;
  architecture.set_phi(converted<Real>(phi));
  architecture.start(shape.functions, n / shape.functions);
  for (std::size_t first : {std::size_t{0}, steps}) {
    architecture.begin_unroll(steps);
    for (std::size_t t = 0; t < steps; ++t)
      architecture.recorded_step(std::span<const Real>(g).subspan((first + t) * n, n), update);
    std::vector<Real> dtheta(n);
    dphi.assign(phi.size(), 0.0);
    architecture.backward_through(
        [&](std::size_t t, std::span<const Real> dgradient, std::span<Real> dupdate) {
          for (std::size_t k = 0; k < n; ++k) {
            dtheta[k] +=
                g[(first + t + 1) * n + k] + Real(0.3) * dgradient[k] + Real(0.1) * dgradient[(k + 1) % n];
            dupdate[k] = dtheta[k];
          }
        },
        dphi);
  }
  return dphi;
}

/// Gradients of one size: the derivative of log-and-sign is 1 / (p g), so that tiny ones would rule all.
std::vector<double> even_gradients(std::size_t count, std::uint64_t seed) {
  std::vector<double> g(count);
  const RandomStream stream(seed);
  for (std::size_t i = 0; i < count; ++i) {
    const double small = i % 5 == 0 ? 1e-5 : 1.0;  // below the threshold of log-and-sign
    const double size = static_cast<float>((0.5 + stream.uniform(2 * i)) * small);
    g[i] = stream.below(2 * i + 1, 2) == 0 ? size : -size;
  }
  return g;
}

}  // namespace

TEST_CASE("coupled kernels: the way back through f'' agrees with the reference") {
  const auto [functions, n] = GENERATE(table<std::size_t, std::size_t>({{1, 1}, {9, 63}, {2, 96}, {1, 101}}));
  std::vector<ArchitectureSpec> kinds = all_kinds();
  kinds.push_back(make_spec(2, 20, Preprocessing::none));
  kinds.push_back(make_gac(5, 20, 2, Preprocessing::log_and_sign));
  for (const ArchitectureSpec& spec : kinds) {
    CAPTURE(name_of(spec), functions, n);
    const std::size_t steps = 4;
    const std::vector<double> phi = start_phi(spec, 3), g = even_gradients((2 * steps + 1) * n, 9);
    const auto found = through<float>(*make_simd_coupled(spec), phi, {functions, n}, steps, g);
    const auto expected = through<double>(*make_reference_architecture(spec), phi, {functions, n}, steps, g);
    CHECK(error_of(found, expected) < tolerances::kMetaGradient.float32);
  }
}

TEST_CASE("coupled kernels: the way back through f'' has the same bits on any machine") {
  const Shape shape{100, 1000};
  for (const ArchitectureSpec& spec :
       {ArchitectureSpec(make_spec(2, 20, Preprocessing::log_and_sign)), make_ntm(2, 3, 1, 0)}) {
    CAPTURE(name_of(spec));
    const std::vector<double> phi = start_phi(spec, 3), g = even_gradients(7 * shape.n, 13);
    const auto run = [&] { return through<float>(*make_simd_coupled(spec), phi, shape, 3, g); };
    const std::vector<double> expected = run();
    for (const std::size_t threads : {1, 2, 5}) {
      const ThreadLimit limit(threads);
      CHECK(run() == expected);
    }
    for (const std::string& isa : available_isas()) {
      CAPTURE(isa);
      const IsaOverride use(isa);
      CHECK(run() == expected);
    }
  }
}

TEST_CASE("coupled kernels agree with the reference, functions cut by blocks anywhere") {
  // One coordinate, an odd few, functions that end inside blocks, whole blocks, one function over several.
  const auto [functions, n] =
      GENERATE(table<std::size_t, std::size_t>({{1, 1}, {1, 5}, {9, 63}, {13, 130}, {2, 96}, {1, 101}}));
  for (const ArchitectureSpec& spec : coupled_kinds()) {
    CAPTURE(name_of(spec), functions, n);
    const std::size_t steps = 5, unrolls = 3;
    const std::vector<double> gradients = made_up_gradients((unrolls * steps + 1) * n, 9);
    const Outcome<float> found = run_coupled(spec, {functions, n}, steps, unrolls, gradients);
    const auto reference = make_reference_architecture(spec);
    reference->set_phi(start_phi(spec, 3));
    const Outcome<double> expected =
        run_unrolls<double>(*reference, spec, functions, n, steps, unrolls, gradients);
    CHECK(error_of(found.updates, expected.updates) < tolerances::kForward.float32);
    CHECK(error_of(found.h, expected.h) < tolerances::kForward.float32);
    CHECK(error_of(found.c, expected.c) < tolerances::kForward.float32);
    CHECK(error_of(found.dphi, expected.dphi) < tolerances::kShortUnrolls.float32);
  }
}

TEST_CASE("coupled kernels: heads, reads and memory are the reference's") {
  for (const ArchitectureSpec& spec : coupled_kinds()) {
    if (!spec.has_memory()) continue;
    CAPTURE(name_of(spec));
    const std::size_t functions = 3, each = 21, n = functions * each;
    const std::vector<double> gradients = made_up_gradients(4 * n, 9);
    const auto look = [&](auto& architecture, auto zero) {
      using Real = decltype(zero);
      const std::vector<Real> g = converted<Real>(gradients);
      updates_of<Real>(architecture, functions, n, g);
      std::vector<Real> outputs(n * spec.outputs()), reads(n * spec.reads()), m(each * each);
      architecture.copy_outputs(outputs);
      architecture.copy_reads(reads);
      architecture.copy_memory(1, m);
      outputs.insert(outputs.end(), reads.begin(), reads.end());
      outputs.insert(outputs.end(), m.begin(), m.end());
      return outputs;
    };
    const auto simd = make_simd_coupled(spec);
    simd->set_phi(initial_phi(spec, 3));
    const auto reference = make_reference_architecture(spec);
    reference->set_phi(start_phi(spec, 3));
    CHECK(error_of(look(*simd, 0.0f), look(*reference, 0.0)) < tolerances::kForward.float32);
  }
}

TEST_CASE("coupled kernels: the same bits for any number of threads and on every instruction set") {
  const Shape shape = GENERATE(Shape{1, 1009}, Shape{100, 1000});
  for (const ArchitectureSpec& spec : {make_gac(5, 20), make_ntm(2, 3, 1, 0), make_ntm(1, 2, 1, 2)}) {
    CAPTURE(name_of(spec), shape.functions);
    const std::vector<double> gradients = made_up_gradients(7 * shape.n, 13);
    const auto run = [&] { return run_coupled(spec, shape, 3, 2, gradients); };
    const Outcome<float> expected = run();
    for (const std::size_t threads : {1, 2, 5}) {
      const ThreadLimit limit(threads);
      CHECK(run() == expected);
    }
    if (shape.functions == 1) continue;
    for (const std::string& isa : available_isas()) {
      CAPTURE(isa);
      const IsaOverride use(isa);
      CHECK(run() == expected);
    }
  }
}

TEST_CASE("coupled kernels: where in a batch a function lies changes no bit of its trajectory") {
  for (const ArchitectureSpec& spec : coupled_kinds()) {
    for (const std::size_t n : {7, 48, 60, 113}) {
      CAPTURE(name_of(spec), n);
      const std::size_t functions = 5, steps = 3;
      const std::vector<float> g = converted<float>(made_up_gradients(steps * functions * n, 5));
      const auto architecture = make_simd_coupled(spec);
      architecture->set_phi(initial_phi(spec, 3));
      const std::vector<float> together = updates_of<float>(*architecture, functions, functions * n, g);
      for (std::size_t f = 0; f < functions; ++f) {
        std::vector<float> own, expected;
        for (std::size_t t = 0; t < steps; ++t) {
          const auto begin = static_cast<std::ptrdiff_t>((t * functions + f) * n);
          own.insert(own.end(), g.begin() + begin, g.begin() + begin + static_cast<std::ptrdiff_t>(n));
          expected.insert(expected.end(), together.begin() + begin,
                          together.begin() + begin + static_cast<std::ptrdiff_t>(n));
        }
        CHECK(updates_of<float>(*architecture, 1, n, own) == expected);
      }
    }
  }
}

TEST_CASE("kernels: permuting the coordinates permutes the updates, for all architectures") {
  std::vector<ArchitectureSpec> kinds = coupled_kinds();
  kinds.push_back(make_spec(2, 20, Preprocessing::log_and_sign));
  for (const ArchitectureSpec& spec : kinds) {
    for (const std::size_t n : {1, 7, 101}) {  // one block, and several
      CAPTURE(name_of(spec), n);
      const auto architecture = make_architecture<float>(spec);
      architecture->set_phi(initial_phi(spec, 3));
      const std::vector<float> g = converted<float>(made_up_gradients(6 * n, 4));
      const auto [found, expected] = permuted_updates<float>(*architecture, n, g);
      if (spec.is_coordinatewise())
        CHECK(found == expected);
      else
        CHECK(error_of(found, expected) < tolerances::kForward.float32);
    }
  }
}

TEST_CASE("coupled kernels: unrolls of any length move state and memory like plain steps") {
  for (const ArchitectureSpec& spec : coupled_kinds()) {
    CAPTURE(name_of(spec));
    const std::size_t n = 60, steps = 12;
    const std::vector<double> gradients = made_up_gradients((steps + 1) * n, 5);
    const std::vector<float> g = converted<float>(std::span(gradients).first(steps * n));
    const auto plain = make_simd_coupled(spec);
    plain->set_phi(initial_phi(spec, 3));
    const std::vector<float> expected = updates_of<float>(*plain, 6, n, g);
    for (const std::size_t unroll : {1, 2, 3, 12})
      CHECK(run_coupled(spec, {6, n}, unroll, steps / unroll, gradients).updates == expected);
    CHECK(updates_of<float>(*plain, 6, n, g) == expected);  // a start forgets everything
  }
}

TEST_CASE("coupled kernels: plain steps and unrolls may be mixed") {
  const ArchitectureSpec spec = make_ntm(1, 2, 1, 2);
  const std::size_t n = 50, steps = 9;
  const std::vector<float> g = converted<float>(made_up_gradients(steps * n, 5));
  const auto row = [&](std::size_t t) { return std::span<const float>(g).subspan(t * n, n); };
  const auto architecture = make_simd_coupled(spec);
  architecture->set_phi(initial_phi(spec, 3));
  const std::vector<float> expected = updates_of<float>(*architecture, 5, n, g);
  std::vector<float> updates(g.size()), weights(3, 1.0f);
  std::vector<double> dphi(phi_size(spec));
  architecture->start(5, n / 5);
  for (std::size_t t = 0; t < steps; ++t) {
    const std::span<float> update = std::span(updates).subspan(t * n, n);
    if (t == 1 || t == 5) architecture->begin_unroll(2);
    if (t == 1 || t == 2 || t == 5 || t == 6)
      architecture->recorded_step(row(t), update);
    else
      architecture->step(row(t), update);
    if (t == 2 || t == 6) architecture->backward(row(t + 1), weights, 1.0f, dphi);
  }
  CHECK(updates == expected);
}
