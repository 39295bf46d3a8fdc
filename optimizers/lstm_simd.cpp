#include "optimizers/lstm_simd.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "optimizers/kernels/float_buffer.hpp"
#include "optimizers/kernels/lstm_kernels.hpp"
#include "optimizers/kernels/packed_lstm.hpp"
#include "optimizers/shares_of_blocks.hpp"

namespace l2l {
namespace {

constexpr std::size_t kMaxSlotBytes = std::size_t{32} << 20;

/// Scratch memory of the training kernel, one piece for each thread that is in it.
class WorkspacePool {
 public:
  FloatBuffer take(std::size_t floats) {
    FloatBuffer buffer;
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        buffer = std::move(free_.back());
        free_.pop_back();
      }
    }
    buffer.reserve(floats);
    return buffer;
  }
  void give_back(FloatBuffer buffer) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(buffer));
  }

 private:
  std::mutex mutex_;
  std::vector<FloatBuffer> free_;
};

class SimdLstm final : public CoordinatewiseLstm<float> {
 public:
  explicit SimdLstm(const LstmSpec& spec)
      : spec_(spec), packed_(spec), net_(packed_.net()), kernels_(lstm_kernels()) {}

  const LstmSpec& spec() const override { return spec_; }
  void set_phi(std::span<const float> phi) override { packed_.pack(phi); }

  void start(std::size_t n) override {
    n_ = n;
    blocks_ = (n + kB - 1) / kB;
    state_.reserve(state_floats());
    std::fill_n(state_.data(), state_floats(), 0.0f);
    at_unroll_start_ = false;
    recorded_steps_ = max_steps_ = 0;
  }

  void step(std::span<const float> gradient, std::span<float> update) override {
    leave_unroll_start();
    forward({gradient, update, state_.data(), state_.data(), nullptr});
  }

  void begin_unroll(std::size_t steps) override {
    leave_unroll_start();
    // The first recorded step reads the state from unroll_start_ and writes it to state_: nothing is copied.
    unroll_start_.reserve(state_floats());
    std::swap(state_, unroll_start_);
    at_unroll_start_ = true;
    recorded_steps_ = 0;
    max_steps_ = steps;
    recorded_.reserve((steps + 1) * blocks_ * kB);
  }

  void recorded_step(std::span<const float> gradient, std::span<float> update) override {
    L2L_CHECK(recorded_steps_ < max_steps_, "step {} of an unroll of {}", recorded_steps_ + 1, max_steps_);
    const float* in = at_unroll_start_ ? unroll_start_.data() : state_.data();
    at_unroll_start_ = false;
    forward({gradient, update, in, state_.data(), recorded_row(recorded_steps_)});
    ++recorded_steps_;
  }

  void backward(std::span<const float> final_gradient, std::span<const float> weights, float scale,
                std::span<double> dphi) override {
    L2L_CHECK(weights.size() == recorded_steps_ + 1, "{} weights for {} steps", weights.size(),
              recorded_steps_);
    L2L_CHECK(final_gradient.size() == n_, "n={} final_gradient={}", n_, final_gradient.size());
    L2L_CHECK(dphi.size() == phi_size(spec_), "dphi={} phi={}", dphi.size(), phi_size(spec_));
    float* last = recorded_row(recorded_steps_);
    std::copy(final_gradient.begin(), final_gradient.end(), last);
    std::fill(last + n_, last + blocks_ * kB, 0.0f);
    if (recorded_steps_ == 0 || blocks_ == 0) return;

    const std::size_t size = net_.gradient_size();
    const std::size_t affordable = std::max<std::size_t>(4, kMaxSlotBytes / (size * sizeof(double)));
    const std::size_t slots = std::min({blocks_, kMaxSlots, affordable});
    partial_sums_.resize(slots * size);
    const BackwardJob job{weights, scale, slots, size};
    parallel_for(slots, [this, &job](std::size_t slot) { backward_slot(job, slot); });
    for (std::size_t slot = 1; slot < slots; ++slot)
      for (std::size_t k = 0; k < size; ++k) partial_sums_[k] += partial_sums_[slot * size + k];
    packed_.add_gradient(partial_sums_.data(), dphi);
    leave_unroll_start();
    recorded_steps_ = max_steps_ = 0;
  }

  void copy_state(std::span<float> h, std::span<float> c) const override {
    const std::size_t hidden = net_.hidden, half = net_.state_floats() / 2;
    L2L_CHECK(h.size() == net_.layers * n_ * hidden && c.size() == h.size(), "h={} c={}", h.size(), c.size());
    const float* state = at_unroll_start_ ? unroll_start_.data() : state_.data();
    for (std::size_t l = 0; l < net_.layers; ++l) {
      for (std::size_t k = 0; k < n_; ++k) {
        for (std::size_t u = 0; u < hidden; ++u) {
          const float* from = state + k / kB * net_.state_floats() + (l * hidden + u) * kB + k % kB;
          h[(l * n_ + k) * hidden + u] = from[0];
          c[(l * n_ + k) * hidden + u] = from[half];
        }
      }
    }
  }

 private:
  struct ForwardJob {
    std::span<const float> gradient;
    std::span<float> update;
    const float* in;
    float* out;
    float* record;  ///< where the gradient is kept for backward(), padded with zeros; or null
  };
  struct BackwardJob {
    std::span<const float> weights;
    float scale;
    std::size_t slots, size;
  };

  std::size_t state_floats() const { return blocks_ * net_.state_floats(); }
  float* recorded_row(std::size_t step) { return recorded_.data() + step * blocks_ * kB; }

  /// Nothing was recorded since begin_unroll(): the state is still in the other buffer.
  void leave_unroll_start() {
    if (at_unroll_start_) std::swap(state_, unroll_start_);
    at_unroll_start_ = false;
  }

  void forward(const ForwardJob& job) {
    L2L_CHECK(job.gradient.size() == n_ && job.update.size() == n_, "n={} gradient={} update={}", n_,
              job.gradient.size(), job.update.size());
    const FlushDenormals flush;
    parallel_for_groups(blocks_, kBlocksPerTask,
                        [this, &job](std::size_t block) { forward_block(job, block); });
  }

  void forward_block(const ForwardJob& job, std::size_t block) const {
    const std::size_t first = block * kB, count = std::min(kB, n_ - first);
    const float* gradient = job.gradient.data() + first;
    float* update = job.update.data() + first;
    float padded_gradient[kB] = {}, padded_update[kB];
    if (job.record != nullptr || count < kB) {
      float* copy = job.record != nullptr ? job.record + first : padded_gradient;
      std::copy_n(gradient, count, copy);
      std::fill(copy + count, copy + kB, 0.0f);
      gradient = copy;
    }
    const std::size_t at = block * net_.state_floats();
    kernels_.forward(net_, job.in + at, job.out + at, gradient, count < kB ? padded_update : update);
    if (count < kB) std::copy_n(padded_update, count, update);
  }

  void backward_slot(const BackwardJob& job, std::size_t slot) {
    double* sums = &partial_sums_[slot * job.size];
    std::fill_n(sums, job.size, 0.0);
    FloatBuffer workspace = workspaces_.take(lstm_workspace_floats(net_, recorded_steps_));
    const std::size_t end = (slot + 1) * blocks_ / job.slots;
    for (std::size_t block = slot * blocks_ / job.slots; block < end; ++block)
      kernels_.train(net_, {recorded_steps_, unroll_start_.data() + block * net_.state_floats(),
                            recorded_.data() + block * kB, blocks_ * kB, job.weights.data(), job.scale,
                            workspace.data(), sums});
    workspaces_.give_back(std::move(workspace));
  }

  LstmSpec spec_;
  PackedLstm packed_;
  const LstmNet& net_;
  LstmKernels kernels_;
  std::size_t n_ = 0, blocks_ = 0;
  FloatBuffer state_, unroll_start_;  // [block][h [layer][H], c [layer][H]][kB]
  FloatBuffer recorded_;              // [step][coordinate], padded to whole blocks
  bool at_unroll_start_ = false;
  std::size_t recorded_steps_ = 0, max_steps_ = 0;
  std::vector<double> partial_sums_;  // [slot][gradient_size]
  WorkspacePool workspaces_;
};

}  // namespace

std::unique_ptr<CoordinatewiseLstm<float>> make_simd_lstm(const LstmSpec& spec) {
  return std::make_unique<SimdLstm>(spec);
}

}  // namespace l2l
