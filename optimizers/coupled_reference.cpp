// The coupled architectures step by step, all coordinates together, in scalar code that reads like the
// equations: what faster code is tested against, and what the double-precision conformance runs use.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "optimizers/coupled.hpp"
#include "optimizers/lstm_cell.hpp"
#include "optimizers/lstm_reference.hpp"
#include "optimizers/shared_memory.hpp"

namespace l2l {
namespace {

/// All that a step leaves behind. Arrays of cells are [layer][coordinate][hidden].
template <class Real>
struct StepRecord {
  std::vector<Real> gradient;      // [coordinate]
  std::vector<Real> input;         // [coordinate][inputs]
  std::vector<Gates<Real>> gates;  // of cells
  std::vector<Real> h, c;          // of cells, after the step; h as its readers see it
  std::vector<Real> output;        // [coordinate][outputs]
};

template <class Real>
class CoupledReference final : public CoupledArchitecture<Real> {
 public:
  explicit CoupledReference(const ArchitectureSpec& spec)
      : spec_(spec),
        arrays_(phi_layout(spec)),
        layer_(lstm_layers(arrays_)),
        phi_(phi_size(spec)),
        hidden_(static_cast<std::size_t>(spec.lstm.hidden)),
        gradient_inputs_(static_cast<std::size_t>(spec.lstm.inputs())),
        w_out_(arrays_[arrays_.size() - 2].offset),
        b_out_(arrays_.back().offset) {}

  void set_phi(std::span<const Real> phi) override {
    L2L_CHECK(phi.size() == phi_.size(), "phi has {} values, expected {}", phi.size(), phi_.size());
    std::copy(phi.begin(), phi.end(), phi_.begin());
  }

  void start(std::size_t functions, std::size_t coordinates) override {
    functions_ = functions;
    dimension_ = coordinates;
    n_ = functions * coordinates;
    now_ = {};
    now_.h.assign(layer_.size() * n_ * hidden_, Real(0));
    now_.c = now_.h;
    reads_.assign(n_ * spec_.reads(), Real(0));
    const MemoryForm form{spec_.reads(), spec_.writes(), spec_.memory_init,
                          spec_.kind == Architecture::ntm_l_bfgs ? std::size_t(spec_.history) : 0};
    memories_.clear();
    if (spec_.has_memory()) memories_.assign(functions, SharedMemory<Real>(form, coordinates));
    recording_ = false;
  }

  void step(std::span<const Real> gradient, std::span<Real> update) override {
    now_ = forward(gradient, update);
  }

  void begin_unroll(std::size_t) override {
    records_.clear();
    start_ = now_;
    for (auto& memory : memories_) memory.begin_unroll();
    recording_ = true;
  }

  void recorded_step(std::span<const Real> gradient, std::span<Real> update) override {
    L2L_CHECK(recording_, "no unroll is open");
    step(gradient, update);
    records_.push_back(now_);
  }

  void backward(std::span<const Real> final_gradient, std::span<const Real> weights, Real scale,
                std::span<double> dphi) override {
    L2L_CHECK(weights.size() == records_.size() + 1, "{} weights for {} steps", weights.size(),
              records_.size());
    L2L_CHECK(final_gradient.size() == n_, "n={} final_gradient={}", n_, final_gradient.size());
    std::vector<Real> suffix(n_);  // sum over s > t of weights[s] f'(theta_s)
    backward_through(
        [&](std::size_t t, std::span<const Real>, std::span<Real> update_adjoint) {
          const std::span<const Real> next =
              t + 1 == records_.size() ? final_gradient : records_[t + 1].gradient;
          for (std::size_t k = 0; k < n_; ++k) {
            suffix[k] += weights[t + 1] * next[k];
            update_adjoint[k] = scale * suffix[k];
          }
        },
        dphi);
  }

  void backward_through(const UpdateAdjoint<Real>& update_adjoint, std::span<double> dphi) override {
    L2L_CHECK(recording_ && dphi.size() == phi_.size(), "recording={} dphi={} phi={}", recording_,
              dphi.size(), phi_.size());
    dh_.assign(layer_.size() * n_ * hidden_, Real(0));
    dc_ = dh_;
    dreads_.assign(n_ * spec_.reads(), Real(0));
    std::vector<Real> dgradient(n_), dupdate(n_);
    for (std::size_t t = records_.size(); t-- > 0;) {
      update_adjoint(t, dgradient, dupdate);
      backward_step(records_[t], t == 0 ? start_ : records_[t - 1], dupdate, dgradient, dphi.data());
    }
    records_.clear();
    for (auto& memory : memories_) memory.end_unroll();
    recording_ = false;
  }

  void copy_state(std::span<Real> h, std::span<Real> c) const override {
    copy(now_.h, h);
    copy(now_.c, c);
  }
  void copy_outputs(std::span<Real> outputs) const override { copy(now_.output, outputs); }
  void copy_reads(std::span<Real> reads) const override { copy(reads_, reads); }
  void copy_memory(std::size_t function, std::span<Real> m) const override {
    memories_.at(function).copy_dense(m);
  }

 private:
  static void copy(const std::vector<Real>& from, std::span<Real> to) {
    L2L_CHECK(to.size() == from.size(), "{} values, expected {}", to.size(), from.size());
    std::copy(from.begin(), from.end(), to.begin());
  }
  /// Where coordinate k of layer l begins in an array of cells.
  std::size_t cells(std::size_t l, std::size_t k) const { return (l * n_ + k) * hidden_; }

  StepRecord<Real> forward(std::span<const Real> gradient, std::span<Real> update) {
    L2L_CHECK(gradient.size() == n_ && update.size() == n_, "n={} gradient={} update={}", n_, gradient.size(),
              update.size());
    const std::size_t inputs = spec_.inputs(), outputs = spec_.outputs();
    StepRecord<Real> step;
    step.gradient.assign(gradient.begin(), gradient.end());
    step.h = now_.h;
    step.c = now_.c;
    step.gates.resize(step.h.size());
    step.input.resize(n_ * inputs);
    step.output.resize(n_ * outputs);
    for (std::size_t k = 0; k < n_; ++k) {
      preprocess_gradient(spec_.lstm, gradient[k], &step.input[k * inputs]);
      std::copy_n(reads_.begin() + static_cast<std::ptrdiff_t>(k * spec_.reads()), spec_.reads(),
                  step.input.begin() + static_cast<std::ptrdiff_t>(k * inputs + gradient_inputs_));
    }
    for (std::size_t l = 0; l < layer_.size(); ++l) {
      for (std::size_t k = 0; k < n_; ++k)
        lstm_forward(layer_[l], phi_.data(), layer_input(step, l, k), &step.h[cells(l, k)],
                     &step.c[cells(l, k)], &step.gates[cells(l, k)]);
      average_global_cells(step.h, l);
    }
    for (std::size_t k = 0; k < n_; ++k) {
      const Real* top = &step.h[cells(layer_.size() - 1, k)];
      for (std::size_t row = 0; row < outputs; ++row) {
        Real out = phi_[b_out_ + row];
        for (std::size_t u = 0; u < hidden_; ++u) out += phi_[w_out_ + row * hidden_ + u] * top[u];
        step.output[k * outputs + row] = out;
      }
      update[k] = static_cast<Real>(spec_.lstm.output_scale) * step.output[k * outputs];
    }
    for (std::size_t f = 0; f < memories_.size(); ++f) use_memory(step, f);
    return step;
  }

  const Real* layer_input(const StepRecord<Real>& step, std::size_t l, std::size_t k) const {
    return l == 0 ? &step.input[k * spec_.inputs()] : &step.h[cells(l - 1, k)];
  }

  /// Every global cell of layer l: its mean over the coordinates of a function, in each of them. The
  /// averaging is its own transpose, so that it serves the adjoints too.
  void average_global_cells(std::vector<Real>& values, std::size_t l) const {
    for (std::size_t f = 0; f < functions_; ++f) {
      for (std::size_t u = hidden_ - spec_.globals(); u < hidden_; ++u) {
        double sum = 0;
        for (std::size_t k = 0; k < dimension_; ++k) sum += values[cells(l, f * dimension_ + k) + u];
        const Real mean = static_cast<Real>(sum / static_cast<double>(dimension_));
        for (std::size_t k = 0; k < dimension_; ++k) values[cells(l, f * dimension_ + k) + u] = mean;
      }
    }
  }

  /// Function f reads and writes with the heads of this step; what it read is the next step's input.
  void use_memory(const StepRecord<Real>& step, std::size_t f) {
    const std::size_t outputs = spec_.outputs(), reads = spec_.reads(), first = f * dimension_;
    std::vector<Real> heads((outputs - 1) * dimension_), results(reads * dimension_);
    for (std::size_t head = 0; head + 1 < outputs; ++head)
      for (std::size_t k = 0; k < dimension_; ++k)
        heads[head * dimension_ + k] = step.output[(first + k) * outputs + 1 + head];
    memories_[f].step(heads, results);
    for (std::size_t m = 0; m < reads; ++m)
      for (std::size_t k = 0; k < dimension_; ++k) {
        const Real i = results[m * dimension_ + k];
        // As with gradients: a saturated gate must not hide a divergence.
        reads_[(first + k) * reads + m] = std::isfinite(i) ? i : std::numeric_limits<Real>::quiet_NaN();
      }
  }

  /// Takes dL/dh, dL/dc and dL/d reads of step t to those of step t - 1.
  /// @param dgradient  dL/d grad_t through the optimizer
  void backward_step(const StepRecord<Real>& step, const StepRecord<Real>& before,
                     std::span<const Real> dupdate, std::span<Real> dgradient, double* dphi) {
    const std::size_t outputs = spec_.outputs(), inputs = spec_.inputs(), layers = layer_.size();
    std::vector<Real> doutput(n_ * outputs), dinput(n_ * inputs), dz(4 * hidden_);
    for (std::size_t k = 0; k < n_; ++k)
      doutput[k * outputs] = static_cast<Real>(spec_.lstm.output_scale) * dupdate[k];
    for (std::size_t f = 0; f < memories_.size(); ++f) use_memory_backward(f, doutput);
    for (std::size_t k = 0; k < n_; ++k) {
      for (std::size_t row = 0; row < outputs; ++row) {
        const Real dy = doutput[k * outputs + row];
        dphi[b_out_ + row] += dy;
        for (std::size_t u = 0; u < hidden_; ++u) {
          dphi[w_out_ + row * hidden_ + u] += dy * step.h[cells(layers - 1, k) + u];
          dh_[cells(layers - 1, k) + u] += dy * phi_[w_out_ + row * hidden_ + u];
        }
      }
    }
    for (std::size_t l = layers; l-- > 0;) {
      average_global_cells(dh_, l);
      for (std::size_t k = 0; k < n_; ++k) {
        const std::size_t at = cells(l, k);
        lstm_backward(layer_[l], phi_.data(), &step.gates[at], layer_input(step, l, k), &before.h[at],
                      &before.c[at], &dh_[at], &dc_[at], dz.data(),
                      l == 0 ? &dinput[k * inputs] : &dh_[cells(l - 1, k)], dphi);
      }
    }
    for (std::size_t k = 0; k < n_; ++k) {
      dgradient[k] = preprocessing_adjoint(spec_.lstm, step.gradient[k], &dinput[k * inputs]);
      std::copy_n(dinput.begin() + static_cast<std::ptrdiff_t>(k * inputs + gradient_inputs_), spec_.reads(),
                  dreads_.begin() + static_cast<std::ptrdiff_t>(k * spec_.reads()));
    }
  }

  /// dL/d heads of function f from dL/d reads, into rows 1.. of doutput.
  void use_memory_backward(std::size_t f, std::vector<Real>& doutput) {
    const std::size_t outputs = spec_.outputs(), reads = spec_.reads(), first = f * dimension_;
    std::vector<Real> dheads((outputs - 1) * dimension_), dresults(reads * dimension_);
    for (std::size_t m = 0; m < reads; ++m)
      for (std::size_t k = 0; k < dimension_; ++k)
        dresults[m * dimension_ + k] = dreads_[(first + k) * reads + m];
    memories_[f].step_back(dresults, dheads);
    for (std::size_t head = 0; head + 1 < outputs; ++head)
      for (std::size_t k = 0; k < dimension_; ++k)
        doutput[(first + k) * outputs + 1 + head] = dheads[head * dimension_ + k];
  }

  ArchitectureSpec spec_;
  std::vector<PhiArray> arrays_;
  std::vector<LstmLayer> layer_;
  std::vector<Real> phi_;
  std::size_t hidden_, gradient_inputs_, w_out_, b_out_;
  std::size_t functions_ = 0, dimension_ = 0, n_ = 0;
  StepRecord<Real> now_, start_;  // after the last step, and before the unroll
  std::vector<Real> reads_;       // [coordinate][R], inputs of the next step
  std::vector<SharedMemory<Real>> memories_;
  bool recording_ = false;
  std::vector<StepRecord<Real>> records_;  // of the open unroll
  std::vector<Real> dh_, dc_, dreads_;
};

}  // namespace

template <class Real>
std::unique_ptr<CoupledArchitecture<Real>> make_reference_architecture(const ArchitectureSpec& spec) {
  return std::make_unique<CoupledReference<Real>>(spec);
}
template std::unique_ptr<CoupledArchitecture<float>> make_reference_architecture(const ArchitectureSpec&);
template std::unique_ptr<CoupledArchitecture<double>> make_reference_architecture(const ArchitectureSpec&);

}  // namespace l2l
