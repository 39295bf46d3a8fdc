// The learned architectures (paper section 2.1 and appendix "Information sharing between coordinates"):
// their switches, the layout of their phi, and what their memory costs.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "optimizers/lstm_spec.hpp"

namespace l2l {

enum class Architecture {
  lstm,        ///< coordinatewise: every coordinate by itself
  lstm_gac,    ///< global averaging cells: some activations are averaged over the coordinates
  ntm_bfgs,    ///< lstm_gac controller with heads on a memory M of n x n
  ntm_l_bfgs,  ///< the same, M given by the writes of the last steps: never n x n
};
template <>
struct SpecNames<Architecture> {
  static constexpr std::array<std::pair<Architecture, std::string_view>, 4> names = {
      {{Architecture::lstm, "lstm"},
       {Architecture::lstm_gac, "lstm-gac"},
       {Architecture::ntm_bfgs, "ntm-bfgs"},
       {Architecture::ntm_l_bfgs, "ntm-l-bfgs"}}};
};

/// An architecture over functions of n coordinates each. What couples coordinates (averages, M) belongs to
/// one function. Conventions, as in the golden vectors:
///  - The last `global_cells` cells of every layer are global: their h, after o tanh(c), is replaced by its
///    mean over the coordinates, and every reader sees the mean; c stays per coordinate.
///  - Inputs of the controller: the (preprocessed) gradient, then the R results of the last step's reads.
///  - Outputs: the update, the read vectors r_1..r_R, then a_1, b_1, ..., a_W, b_W of the write heads. Heads
///    are raw linear outputs; output_scale is the update's.
///  - A step reads before it writes: i = M r, fed back at the next step; then M <- M + sum_j a_j b_j^T.
struct ArchitectureSpec {
  LstmSpec lstm;  ///< the controller
  Architecture kind = Architecture::lstm;
  int global_cells = 5;  ///< per layer, 0..H; of all but lstm
  // Of the two with a memory:
  int read_heads = 1;        ///< R >= 1
  int write_heads = 3;       ///< W >= 1; one read and three write heads can express inverse BFGS
  double memory_init = 1.0;  ///< M_0 = memory_init I: what BFGS starts from; 0: M_0 = 0, which reads as
                             ///< zero until something is written, so that read heads learn nothing at first
  double head_init = 1.0;    ///< bound of the heads' initial weights and biases, in 1/sqrt(H); what is read
                             ///< starts as large as n head_init^3, so that large n wants it small
  int history = 10;          ///< of ntm_l_bfgs: steps whose writes M holds, >= 1

  ArchitectureSpec() = default;
  /// A plain LSTM is the architecture without any of this.
  ArchitectureSpec(const LstmSpec& plain) : lstm(plain) {}  // NOLINT: meant to convert

  bool has_memory() const { return kind == Architecture::ntm_bfgs || kind == Architecture::ntm_l_bfgs; }
  std::size_t globals() const { return kind == Architecture::lstm ? 0 : std::size_t(global_cells); }
  std::size_t reads() const { return has_memory() ? std::size_t(read_heads) : 0; }
  std::size_t writes() const { return has_memory() ? std::size_t(write_heads) : 0; }
  std::size_t inputs() const { return std::size_t(lstm.inputs()) + reads(); }
  std::size_t outputs() const { return 1 + reads() + 2 * writes(); }
  /// True where coordinates know nothing of each other: it is an LSTM to the bit.
  bool is_coordinatewise() const { return globals() == 0 && !has_memory(); }
  friend bool operator==(const ArchitectureSpec&, const ArchitectureSpec&) = default;
};

/// As of an LSTM (lstm_spec.hpp), with inputs() columns of W_ih0 and outputs() rows of W_out and b_out.
std::vector<PhiArray> phi_layout(const ArchitectureSpec& spec);
std::size_t phi_size(const ArchitectureSpec& spec);

/// Bytes of the memories M of `functions` functions of n coordinates, in single precision: 0 without one.
/// @param recorded_steps  steps of an unroll that is recorded for backpropagation, 0: evaluation
double memory_bytes(const ArchitectureSpec& spec, std::size_t functions, std::size_t n,
                    std::size_t recorded_steps);

/// Throws Error{suite}, with the number and what to do, where that is more than `budget` bytes.
void check_memory(const ArchitectureSpec& spec, std::size_t functions, std::size_t n,
                  std::size_t recorded_steps, double budget);

}  // namespace l2l
