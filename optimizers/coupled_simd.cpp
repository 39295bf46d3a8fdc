#include "optimizers/coupled_simd.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "optimizers/batch_memories.hpp"
#include "optimizers/kernels/coupled_kernels.hpp"
#include "optimizers/packed_controller.hpp"
#include "optimizers/segment_means.hpp"
#include "optimizers/shares_of_blocks.hpp"

namespace l2l {
namespace {

class SimdCoupled final : public CoupledArchitecture<float> {
 public:
  explicit SimdCoupled(const ArchitectureSpec& spec)
      : spec_(spec),
        packed_(spec),
        net_(packed_.net()),
        kernels_(coupled_kernels()),
        layer_floats_(net_.hidden * kB),
        first_global_((net_.hidden - spec.globals()) * kB) {}

  void set_phi(std::span<const float> phi) override { packed_.pack(phi); }

  void start(std::size_t functions, std::size_t coordinates) override {
    L2L_CHECK(functions > 0 && coordinates > 0, "{} functions of {}", functions, coordinates);
    dimension_ = coordinates;
    n_ = functions * coordinates;
    blocks_ = (n_ + kB - 1) / kB;
    means_ = SegmentMeans(functions, coordinates, spec_.globals());
    states_.clear();
    states_.resize(2);
    reserve_states();
    states_[0].zero();
    now_ = 0;
    reads_.assign(blocks_ * spec_.reads() * kB, 0.0f);
    outputs_.reserve(blocks_ * spec_.outputs() * kB);
    inputs_.resize(1);
    inputs_[0].reserve(input_floats());
    recording_ = false;
    const MemoryForm form{spec_.reads(), spec_.writes(), spec_.memory_init,
                          spec_.has_history() ? std::size_t(spec_.history) : 0};
    memories_ = BatchMemories(form, functions, coordinates);
  }

  void step(std::span<const float> gradient, std::span<float> update) override {
    L2L_CHECK(!recording_, "a step inside an unroll that is not recorded");
    forward(gradient, update, 1 - now_, inputs_[0].data());
  }

  void begin_unroll(std::size_t steps) override {
    std::swap(states_[0], states_[now_]);
    now_ = 0;
    if (states_.size() < steps + 1) states_.resize(steps + 1);
    if (inputs_.size() < steps) inputs_.resize(steps);
    reserve_states();
    for (auto& input : inputs_) input.reserve(input_floats());
    recorded_.reserve((steps + 1) * blocks_ * kB);
    memories_.begin_unroll();
    max_steps_ = steps;
    recording_ = true;
  }

  void recorded_step(std::span<const float> gradient, std::span<float> update) override {
    L2L_CHECK(recording_ && now_ < max_steps_, "step {} of an unroll of {}", now_ + 1, max_steps_);
    record(now_, gradient);
    forward(gradient, update, now_ + 1, inputs_[now_].data());
  }

  void backward(std::span<const float> final_gradient, std::span<const float> weights, float scale,
                std::span<double> dphi) override {
    L2L_CHECK(recording_ && weights.size() == now_ + 1, "{} weights for {} steps", weights.size(), now_);
    L2L_CHECK(final_gradient.size() == n_, "n={} final_gradient={}", n_, final_gradient.size());
    const FlushDenormals flush;
    record(now_, final_gradient);
    prepare_backward(spec_.reads());
    suffix_.assign(blocks_ * kB, 0.0f);
    for (std::size_t t = now_; t-- > 0;)
      backward_step(t, [&](std::size_t block, float* dupdate) {
        suffix_adjoint(t, block, weights[t + 1], scale, dupdate);
      });
    close_unroll(dphi);
  }

  void backward_through(const UpdateAdjoint<float>& update_adjoint, std::span<double> dphi) override {
    L2L_CHECK(recording_, "no unroll is open");
    const FlushDenormals flush;
    prepare_backward(spec_.inputs());
    dgradient_.assign(blocks_ * kB, 0.0f);
    std::vector<float> dupdate(blocks_ * kB);
    for (std::size_t t = now_; t-- > 0;) {
      update_adjoint(t, std::span<const float>(dgradient_).first(n_), std::span<float>(dupdate).first(n_));
      backward_step(t, [&](std::size_t block, float* to) {
        for (std::size_t lane = 0; lane < kB; ++lane)
          to[lane] = net_.output_scale * dupdate[block * kB + lane];
      });
    }
    close_unroll(dphi);
  }

  void copy_state(std::span<float> h, std::span<float> c) const override {
    const std::size_t hidden = net_.hidden;
    L2L_CHECK(h.size() == net_.layers * n_ * hidden && c.size() == h.size(), "h={} c={}", h.size(), c.size());
    for (std::size_t l = 0; l < net_.layers; ++l)
      for (std::size_t k = 0; k < n_; ++k)
        for (std::size_t u = 0; u < hidden; ++u) {
          const std::size_t at = u * kB + k % kB, to = (l * n_ + k) * hidden + u;
          h[to] = h_of(now_, k / kB, l)[at];
          c[to] = c_of(now_, k / kB, l)[at];
        }
  }
  void copy_outputs(std::span<float> outputs) const override {
    copy_rows(outputs_.data(), spec_.outputs(), outputs);
  }
  void copy_reads(std::span<float> reads) const override { copy_rows(reads_.data(), spec_.reads(), reads); }
  void copy_memory(std::size_t function, std::span<float> m) const override {
    memories_.copy_dense(function, m);
  }

 private:
  /// What the blocks of one slot share on the way back.
  struct Slot {
    FloatBuffer dw;            ///< of one layer at one step, or of the outputs at one step
    FloatBuffer scratch;       ///< LayerBackward::scratch
    std::vector<double> sums;  ///< the whole gradient, in PackedController's order
  };

  std::size_t state_floats() const { return blocks_ * net_.state_floats(); }
  std::size_t input_floats() const { return blocks_ * net_.inputs * kB; }
  void reserve_states() {
    for (auto& state : states_) state.reserve(state_floats());
  }
  // Rows of layer l of a block: states are [block][h [layer][H], c [layer][H]][kB].
  const float* h_of(std::size_t state, std::size_t block, std::size_t l) const {
    return states_[state].data() + block * net_.state_floats() + l * layer_floats_;
  }
  const float* c_of(std::size_t state, std::size_t block, std::size_t l) const {
    return h_of(state, block, net_.layers + l);
  }
  float* h_of(std::size_t state, std::size_t block, std::size_t l) {
    return states_[state].data() + block * net_.state_floats() + l * layer_floats_;
  }
  float* c_of(std::size_t state, std::size_t block, std::size_t l) {
    return h_of(state, block, net_.layers + l);
  }
  // Adjoints are [block][layer][padded H][kB].
  float* adjoint_of(FloatBuffer& adjoints, std::size_t block, std::size_t l) {
    return adjoints.data() + (block * net_.layers + l) * net_.padded_hidden() * kB;
  }

  /// [block][row][kB] as [coordinate][row].
  void copy_rows(const float* from, std::size_t rows, std::span<float> to) const {
    L2L_CHECK(to.size() == n_ * rows, "{} values, expected {}", to.size(), n_ * rows);
    for (std::size_t k = 0; k < n_; ++k)
      for (std::size_t row = 0; row < rows; ++row)
        to[k * rows + row] = from[(k / kB * rows + row) * kB + k % kB];
  }

  void record(std::size_t t, std::span<const float> gradient) {
    float* to = recorded_.data() + t * blocks_ * kB;
    std::copy(gradient.begin(), gradient.end(), to);
    std::fill(to + n_, to + blocks_ * kB, 0.0f);
  }

  /// From the state `now_` to the state `next`.
  void forward(std::span<const float> gradient, std::span<float> update, std::size_t next, float* inputs) {
    L2L_CHECK(gradient.size() == n_ && update.size() == n_, "n={} gradient={} update={}", n_, gradient.size(),
              update.size());
    const FlushDenormals flush;
    const std::size_t top = net_.layers - 1;
    for (std::size_t l = 0; l <= top; ++l) {
      parallel_for_groups(blocks_, kBlocksPerTask, [&](std::size_t block) {
        float* input = inputs + block * net_.inputs * kB;
        if (l == 0) {
          fill_input(gradient, block, input);
        } else {
          means_.spread(block, h_of(next, block, l - 1) + first_global_);
        }
        kernels_.forward(net_, l,
                         {l == 0 ? input : h_of(next, block, l - 1), h_of(now_, block, l),
                          c_of(now_, block, l), h_of(next, block, l), c_of(next, block, l)});
      });
      means_.take([&](std::size_t block) { return h_of(next, block, l) + first_global_; });
    }
    parallel_for_groups(blocks_, kBlocksPerTask, [&](std::size_t block) {
      means_.spread(block, h_of(next, block, top) + first_global_);
      float* output = outputs_.data() + block * spec_.outputs() * kB;
      kernels_.outputs(net_, packed_.output_weights(), spec_.outputs(), h_of(next, block, top), output);
      const std::size_t first = block * kB, count = std::min(kB, n_ - first);
      for (std::size_t lane = 0; lane < count; ++lane)
        update[first + lane] = net_.output_scale * output[lane];
    });
    now_ = next;
    memories_.step(outputs_.data(), reads_.data());
  }

  void fill_input(std::span<const float> gradient, std::size_t block, float* input) const {
    const std::size_t first = block * kB, count = std::min(kB, n_ - first), reads = spec_.reads();
    float padded[kB] = {};
    std::copy_n(gradient.begin() + static_cast<std::ptrdiff_t>(first), count, padded);
    kernels_.preprocess(net_, padded, input);
    std::copy_n(reads_.data() + block * reads * kB, reads * kB, input + (net_.inputs - reads) * kB);
  }

  /// @param asked  how many of the controller's inputs, the reads first, have their adjoint computed
  void prepare_backward(std::size_t asked) {
    asked_ = asked;
    const std::size_t adjoints = blocks_ * net_.layers * net_.padded_hidden() * kB;
    for (FloatBuffer* buffer : {&dh_, &dc_}) {
      buffer->reserve(adjoints);
      buffer->zero();
    }
    dinputs_.reserve(blocks_ * padded_asked() * kB);
    dinputs_.zero();
    doutputs_.reserve(blocks_ * spec_.outputs() * kB);
    doutputs_.zero();
    slots_.resize(std::min(blocks_, kMaxSlots));
    std::size_t size = output_gradient_size(), dw = size * kLstmOutLanes;
    for (std::size_t l = 0; l < net_.layers; ++l) {
      size += packed_.layer_gradient_size(l);
      dw = std::max(dw, packed_.layer_gradient_size(l));
    }
    for (Slot& slot : slots_) {
      slot.dw.reserve(dw);
      slot.scratch.reserve(layer_scratch_floats(net_));
      slot.sums.assign(size, 0.0);
    }
  }

  std::size_t padded_asked() const { return (asked_ + 3) / 4 * 4; }
  std::size_t output_gradient_size() const { return spec_.outputs() * (net_.hidden + 1); }

  template <class Body>
  void for_slots(const Body& body) {
    parallel_for_groups(slots_.size(), 1, [&](std::size_t s) {
      const std::size_t end = (s + 1) * blocks_ / slots_.size();
      body(slots_[s], s * blocks_ / slots_.size(), end);
    });
  }

  /// Takes dL/dh, dL/dc and dL/d inputs of step t to those of step t - 1.
  /// @param write_dupdate  called with (block, to): writes output_scale dL/dg_t of a block, 0 beyond its end
  template <class WriteDupdate>
  void backward_step(std::size_t t, const WriteDupdate& write_dupdate) {
    memories_.step_back(dinputs_.data(), padded_asked(), doutputs_.data());
    const std::size_t top = net_.layers - 1, after = t + 1;
    for_slots([&](Slot& slot, std::size_t begin, std::size_t end) {
      const std::size_t size = output_gradient_size();
      std::fill_n(slot.dw.data(), size * kLstmOutLanes, 0.0f);
      for (std::size_t block = begin; block < end; ++block) {
        float* doutput = doutputs_.data() + block * spec_.outputs() * kB;
        write_dupdate(block, doutput);
        float* dh = adjoint_of(dh_, block, top);
        kernels_.outputs_backward(net_, packed_.output_weights(), spec_.outputs(), doutput,
                                  h_of(after, block, top), dh, slot.dw.data());
      }
      double* sums = slot.sums.data() + slot.sums.size() - size;
      for (std::size_t k = 0; k < size; ++k)
        for (std::size_t lane = 0; lane < kLstmOutLanes; ++lane)
          sums[k] += static_cast<double>(slot.dw.data()[k * kLstmOutLanes + lane]);
    });
    std::size_t sums_end = slots_[0].sums.size() - output_gradient_size();
    for (std::size_t l = net_.layers; l-- > 0;) {
      means_.take([&](std::size_t block) { return adjoint_of(dh_, block, l) + first_global_; });
      const std::size_t size = packed_.layer_gradient_size(l);
      sums_end -= size;
      for_slots([&](Slot& slot, std::size_t begin, std::size_t end) {
        std::fill_n(slot.dw.data(), size, 0.0f);
        for (std::size_t block = begin; block < end; ++block) backward_layer(t, l, block, slot);
        for (std::size_t k = 0; k < size; ++k)
          slot.sums[sums_end + k] += static_cast<double>(slot.dw.data()[k]);
      });
    }
  }

  /// dL/dg_t, a suffix sum of gradients where the dashed edges are dropped.
  void suffix_adjoint(std::size_t t, std::size_t block, float weight, float scale, float* dupdate) {
    const float* next = recorded_.data() + (t + 1) * blocks_ * kB + block * kB;
    float* suffix = &suffix_[block * kB];
    for (std::size_t lane = 0; lane < kB; ++lane) {
      suffix[lane] += weight * next[lane];
      dupdate[lane] = scale * net_.output_scale * suffix[lane];
    }
  }

  void backward_layer(std::size_t t, std::size_t l, std::size_t block, Slot& slot) {
    float* dh = adjoint_of(dh_, block, l);
    means_.spread(block, dh + first_global_);
    const bool first = l == 0;
    float* dinputs = first && asked_ > 0 ? dinputs_.data() + block * padded_asked() * kB : nullptr;
    kernels_.backward(
        net_, l,
        {first ? inputs_[t].data() + block * net_.inputs * kB : h_of(t + 1, block, l - 1), h_of(t, block, l),
         c_of(t, block, l), dh, adjoint_of(dc_, block, l), first ? nullptr : adjoint_of(dh_, block, l - 1),
         packed_.input_weights(), dinputs, asked_, slot.dw.data(), slot.scratch.data()});
    if (first && asked_ > spec_.reads()) preprocessing_adjoint(t, block, dinputs + spec_.reads() * kB);
  }

  /// dL/d grad_t of a block from dL/d input, [input][kB]: the derivative of appendix A, branch by
  /// branch.
  void preprocessing_adjoint(std::size_t t, std::size_t block, const float* dinput) {
    const float* gradient = recorded_.data() + t * blocks_ * kB + block * kB;
    float* to = &dgradient_[block * kB];
    for (std::size_t lane = 0; lane < kB; ++lane) {
      const float g = gradient[lane];
      if (!net_.log_and_sign)
        to[lane] = dinput[lane];
      else if (std::abs(g) >= net_.threshold)
        to[lane] = net_.inverse_p * dinput[lane] / g;
      else
        to[lane] = net_.exp_p * dinput[kB + lane];
    }
  }

  /// Adds the slots' gradients to dphi and ends the unroll.
  void close_unroll(std::span<double> dphi) {
    L2L_CHECK(dphi.size() == phi_size(spec_), "dphi={} phi={}", dphi.size(), phi_size(spec_));
    for (std::size_t slot = 1; slot < slots_.size(); ++slot)
      for (std::size_t k = 0; k < slots_[0].sums.size(); ++k) slots_[0].sums[k] += slots_[slot].sums[k];
    packed_.add_gradient(slots_[0].sums, dphi);
    memories_.end_unroll();
    // The state moves to where plain steps expect it.
    if (now_ > 1) std::swap(states_[0], states_[now_]);
    if (now_ > 1) now_ = 0;
    recording_ = false;
  }

  ArchitectureSpec spec_;
  PackedController packed_;
  const LstmNet& net_;
  CoupledKernels kernels_;
  std::size_t layer_floats_, first_global_;  // floats of a layer, and before its global cells
  std::size_t dimension_ = 0, n_ = 0, blocks_ = 0;
  SegmentMeans means_;
  std::vector<FloatBuffer> states_;  // of the unroll's steps; plain steps alternate between the first two
  std::size_t now_ = 0;              // the present one
  std::vector<float> reads_;         // [block][R][kB], inputs of the next step
  FloatBuffer outputs_;              // [block][outputs][kB] of the last step
  std::vector<FloatBuffer> inputs_;  // [block][inputs][kB] of each step
  BatchMemories memories_;
  bool recording_ = false;
  std::size_t max_steps_ = 0;
  FloatBuffer recorded_;                   // gradients, [step][coordinate], padded to whole blocks
  FloatBuffer dh_, dc_;                    // [block][layer][padded H][kB]
  FloatBuffer dinputs_, doutputs_;         // [block][padded_asked()][kB], [block][outputs][kB]
  std::size_t asked_ = 0;                  // inputs whose adjoint is computed, the reads first
  std::vector<float> suffix_, dgradient_;  // [coordinate]
  std::vector<Slot> slots_;
};

}  // namespace

std::unique_ptr<CoupledArchitecture<float>> make_simd_coupled(const ArchitectureSpec& spec) {
  return std::make_unique<SimdCoupled>(spec);
}

double coupled_bytes_per_coordinate(const ArchitectureSpec& spec, std::size_t recorded_steps) {
  const double cells = spec.lstm.layers * spec.lstm.hidden, steps = static_cast<double>(recorded_steps);
  const double inputs = static_cast<double>(spec.inputs()), outputs = static_cast<double>(spec.outputs());
  if (recorded_steps == 0) return sizeof(float) * (4 * cells + inputs + outputs);
  return sizeof(float) * (2 * cells * (steps + 1) + inputs * steps + steps + 2 * cells + 2 * outputs);
}

}  // namespace l2l
