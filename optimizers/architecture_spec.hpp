// The learned architectures (paper section 2.1 and appendix "Information sharing between coordinates"):
// their names, their settings and the layout of their phi. What each is and costs: architectures.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "core/names.hpp"
#include "optimizers/lstm_spec.hpp"

namespace l2l {

// The architectures and the names that suites have for them: a new one is a file in architectures/ that
// defines `ArchitectureRow <name>_architecture()`, and one line here.
#define L2L_ARCHITECTURES(ARCHITECTURE) \
  ARCHITECTURE(lstm, "lstm")            \
  ARCHITECTURE(lstm_gac, "lstm-gac")    \
  ARCHITECTURE(ntm_bfgs, "ntm-bfgs")    \
  ARCHITECTURE(ntm_l_bfgs, "ntm-l-bfgs")

enum class Architecture {
#define L2L_ENUMERATOR(kind, name) kind,
  L2L_ARCHITECTURES(L2L_ENUMERATOR)
#undef L2L_ENUMERATOR
};

template <>
struct SpecNames<Architecture> {
#define L2L_NAME(kind, name) std::pair{Architecture::kind, std::string_view(name)},
  static constexpr std::array names = {L2L_ARCHITECTURES(L2L_NAME)};
#undef L2L_NAME
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
  int global_cells = 5;  ///< per layer, 0..H; of those with averages
  // Of those with a memory:
  int read_heads = 1;        ///< R >= 1
  int write_heads = 3;       ///< W >= 1; one read and three write heads can express inverse BFGS
  double memory_init = 1.0;  ///< M_0 = memory_init I: what BFGS starts from; 0: M_0 = 0, which reads as
                             ///< zero until something is written, so that read heads learn nothing at first
  double head_init = 1.0;    ///< bound of the heads' initial weights and biases, in 1/sqrt(H); what is read
                             ///< starts as large as n head_init^3, so that large n wants it small
  int history = 10;          ///< of those whose memory is a history: steps whose writes M holds, >= 1

  ArchitectureSpec() = default;
  /// A plain LSTM is the architecture without any of this.
  ArchitectureSpec(const LstmSpec& plain) : lstm(plain) {}  // NOLINT: meant to convert

  // What the architecture has of these, by its row in the registry (architectures.hpp).
  bool has_averages() const;
  bool has_memory() const;
  bool has_history() const;
  std::size_t globals() const { return has_averages() ? std::size_t(global_cells) : 0; }
  std::size_t reads() const { return has_memory() ? std::size_t(read_heads) : 0; }
  std::size_t writes() const { return has_memory() ? std::size_t(write_heads) : 0; }
  std::size_t inputs() const { return std::size_t(lstm.inputs()) + reads(); }
  std::size_t outputs() const { return 1 + reads() + 2 * writes(); }
  /// True where coordinates know nothing of each other.
  bool is_coordinatewise() const;
  friend bool operator==(const ArchitectureSpec&, const ArchitectureSpec&) = default;
};

/// As of an LSTM (lstm_spec.hpp), with inputs() columns of W_ih0 and outputs() rows of W_out and b_out.
std::vector<PhiArray> phi_layout(const ArchitectureSpec& spec);
std::size_t phi_size(const ArchitectureSpec& spec);

/// Initial phi: every weight and bias uniform in [-1/sqrt(H), 1/sqrt(H)], from the stream of `seed`; the
/// heads' rows of W_out and b_out are then multiplied by head_init.
std::vector<float> initial_phi(const ArchitectureSpec& spec, std::uint64_t seed);

}  // namespace l2l
