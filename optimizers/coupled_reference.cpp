// The architectures whose coordinates know of each other (paper appendix "Information sharing between
// coordinates"), step by step in double precision and in expressions that read like the equations: what the
// vector kernels are tested against, and what double-precision conformance runs use.
#include <algorithm>
#include <limits>

#include <xtensor/xmath.hpp>
#include <xtensor/xview.hpp>

#include "core/error.hpp"
#include "optimizers/coupled.hpp"
#include "optimizers/lstm_cell.hpp"
#include "optimizers/lstm_reference.hpp"
#include "optimizers/memory_reference.hpp"

namespace l2l {
namespace {

using namespace reference;

/// All that a step leaves behind. Rows are coordinates, functions end to end.
struct Step {
  Vector gradient;                // (N)
  std::vector<LayerStep> layers;  // the bottom one first; h is what its readers see: global cells averaged
  Matrix y;                       // (N, outputs): the update, then the heads
};

class CoupledReference final : public CoupledArchitecture<double> {
 public:
  explicit CoupledReference(const ArchitectureSpec& spec)
      : spec_(spec), phi_size_(phi_size(spec)), phi_(spec) {}

  void set_phi(std::span<const double> phi) override {
    L2L_CHECK(phi.size() == phi_size_, "phi has {} values, expected {}", phi.size(), phi_size_);
    phi_.set(phi);
  }

  void start(std::size_t functions, std::size_t coordinates) override {
    functions_ = functions;
    dimension_ = coordinates;
    n_ = functions * coordinates;
    states_ = initial_states(spec_.lstm, n_);
    y_ = xt::zeros<double>({std::size_t{0}, spec_.outputs()});
    reads_ = xt::zeros<double>({n_, spec_.reads()});
    const MemoryForm form{spec_.reads(), spec_.writes(), spec_.memory_init,
                          spec_.has_history() ? std::size_t(spec_.history) : 0};
    memories_.clear();
    if (spec_.has_memory()) memories_.assign(functions, ReferenceMemory(form, coordinates));
    recording_ = false;
  }

  void step(std::span<const double> gradient, std::span<double> update) override {
    forward(gradient, update);
  }

  void begin_unroll(std::size_t) override {
    unroll_.clear();
    for (ReferenceMemory& memory : memories_) memory.begin_unroll();
    recording_ = true;
  }

  void recorded_step(std::span<const double> gradient, std::span<double> update) override {
    L2L_CHECK(recording_, "no unroll is open");
    unroll_.push_back(forward(gradient, update));
  }

  void backward(std::span<const double> final_gradient, std::span<const double> weights, double scale,
                std::span<double> dphi) override {
    L2L_CHECK(weights.size() == unroll_.size() + 1, "{} weights for {} steps", weights.size(),
              unroll_.size());
    L2L_CHECK(final_gradient.size() == n_, "n={} final_gradient={}", n_, final_gradient.size());
    Vector next_gradient = vector_of(final_gradient);
    Vector dupdate = xt::zeros<double>({n_});  // dL/dg_t = scale * sum over s > t of weights[s] f'(theta_s)
    backward_through(
        [&](std::size_t t, std::span<const double>, std::span<double> update_adjoint) {
          dupdate += scale * weights[t + 1] * next_gradient;
          next_gradient = unroll_[t].gradient;
          std::copy(dupdate.begin(), dupdate.end(), update_adjoint.begin());
        },
        dphi);
  }

  void backward_through(const UpdateAdjoint<double>& update_adjoint, std::span<double> dphi) override {
    L2L_CHECK(recording_ && dphi.size() == phi_size_, "recording={} dphi={} phi={}", recording_, dphi.size(),
              phi_size_);
    Network dnetwork(spec_);
    std::vector<CellState> d = initial_states(spec_.lstm, n_);
    Matrix dreads = xt::zeros_like(reads_);
    Vector dgradient = xt::zeros<double>({n_}), dupdate = dgradient;
    for (std::size_t t = unroll_.size(); t-- > 0;) {
      update_adjoint(t, dgradient, dupdate);
      const Matrix dx = backward_step(unroll_[t], dupdate, dreads, d, dnetwork);
      dgradient = preprocessing_adjoint(spec_.lstm, unroll_[t].gradient, dx);
      dreads = xt::view(dx, xt::all(), xt::range(gradient_inputs(), spec_.inputs()));
    }
    dnetwork.add_to(dphi);
    unroll_.clear();
    for (ReferenceMemory& memory : memories_) memory.end_unroll();
    recording_ = false;
  }

  void copy_state(std::span<double> h, std::span<double> c) const override { copy_states(states_, h, c); }
  void copy_outputs(std::span<double> outputs) const override { copy(y_, outputs); }
  void copy_reads(std::span<double> reads) const override { copy(reads_, reads); }
  void copy_memory(std::size_t function, std::span<double> m) const override {
    copy(memories_.at(function).m(), m);
  }

 private:
  static void copy(const Matrix& from, std::span<double> to) {
    L2L_CHECK(to.size() == from.size(), "{} values, expected {}", to.size(), from.size());
    std::copy(from.begin(), from.end(), to.begin());
  }
  std::size_t gradient_inputs() const { return static_cast<std::size_t>(spec_.lstm.inputs()); }
  /// The rows of function f.
  auto rows_of(std::size_t f) const { return xt::range(f * dimension_, (f + 1) * dimension_); }

  Step forward(std::span<const double> gradient, std::span<double> update) {
    L2L_CHECK(gradient.size() == n_ && update.size() == n_, "n={} gradient={} update={}", n_, gradient.size(),
              update.size());
    Step step{vector_of(gradient), {}, {}};
    Matrix x = xt::concatenate(xt::xtuple(preprocess_gradients(spec_.lstm, step.gradient), reads_), 1);
    for (std::size_t l = 0; l < phi_.layers.size(); ++l) {
      step.layers.push_back(lstm_forward(phi_.layers[l], x, states_[l]));
      average_global_cells(step.layers[l].after.h);
      states_[l] = step.layers[l].after;
      x = states_[l].h;
    }
    y_ = read_out(phi_, x);
    step.y = y_;
    const Vector g = spec_.lstm.output_scale * xt::col(y_, 0);
    std::copy(g.begin(), g.end(), update.begin());
    for (std::size_t f = 0; f < memories_.size(); ++f) {
      const Matrix i = memories_[f].step(xt::view(y_, rows_of(f), xt::range(1, spec_.outputs())));
      // As with gradients: a saturated gate must not hide a divergence.
      xt::view(reads_, rows_of(f)) = xt::where(xt::isfinite(i), i, std::numeric_limits<double>::quiet_NaN());
    }
    return step;
  }

  /// The last `globals` cells: their mean over the coordinates of a function, in each of them. The averaging
  /// is its own transpose, so that it serves dL/dh too.
  void average_global_cells(Matrix& h) const {
    const std::size_t hidden = h.shape(1);
    for (std::size_t f = 0; f < functions_; ++f) {
      auto global = xt::view(h, rows_of(f), xt::range(hidden - spec_.globals(), hidden));
      const Vector mean = xt::mean<double>(global, {0});
      global = mean;
    }
  }

  /// Takes d = dL/dh, dL/dc of every layer from step t to t - 1.
  /// @param dreads  dL/d reads_ that step t left behind: what step t + 1 was fed with
  /// @returns       dL/dx of the bottom layer (N, inputs)
  Matrix backward_step(const Step& step, const Vector& dupdate, const Matrix& dreads,
                       std::vector<CellState>& d, Network& dphi) {
    Matrix dy = Matrix::from_shape({n_, spec_.outputs()});
    xt::col(dy, 0) = spec_.lstm.output_scale * dupdate;
    for (std::size_t f = 0; f < memories_.size(); ++f)
      xt::view(dy, rows_of(f), xt::range(1, spec_.outputs())) =
          memories_[f].step_back(xt::view(dreads, rows_of(f)));
    Matrix dx = read_out_backward(phi_, step.layers.back().after.h, dy, dphi);
    for (std::size_t l = phi_.layers.size(); l-- > 0;) {
      d[l].h += dx;
      average_global_cells(d[l].h);
      dx = lstm_backward(phi_.layers[l], step.layers[l], d[l], dphi.layers[l]);
    }
    return dx;
  }

  ArchitectureSpec spec_;
  std::size_t phi_size_;
  Network phi_;
  std::size_t functions_ = 0, dimension_ = 0, n_ = 0;
  std::vector<CellState> states_;          // per layer
  Matrix y_;                               // of the last step
  Matrix reads_;                           // (N, R), inputs of the next step
  std::vector<ReferenceMemory> memories_;  // per function
  bool recording_ = false;
  std::vector<Step> unroll_;
};

}  // namespace

std::unique_ptr<CoupledArchitecture<double>> make_reference_architecture(const ArchitectureSpec& spec) {
  return std::make_unique<CoupledReference>(spec);
}

}  // namespace l2l
