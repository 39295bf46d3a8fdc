// The learned architectures' registry: what each has, costs and is made by, one file each in architectures/.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "optimizers/architecture_spec.hpp"
#include "optimizers/coupled.hpp"
#include "optimizers/learned_architecture.hpp"

namespace l2l {

/// The memory M of an architecture that has one.
struct MemoryRow {
  std::string form;          ///< for messages: "n x n", "history"
  bool has_history = false;  ///< the setting `history`
  /// Numbers that M of one function of n coordinates holds, and what `recorded_steps` steps keep of it.
  double (*values)(const ArchitectureSpec& spec, double n, double recorded_steps);
  /// What to do where M does not fit.
  std::string (*hint)(const ArchitectureSpec& spec, std::size_t functions, std::size_t n,
                      std::size_t recorded_steps);
};

/// How one is made.
template <class Real>
struct ArchitectureFactories {
  std::unique_ptr<LearnedArchitecture<Real>> (*make)(const ArchitectureSpec& spec);
  /// The same function of phi and gradients, all coordinates step by step.
  std::unique_ptr<CoupledArchitecture<Real>> (*make_stepwise)(const ArchitectureSpec& spec);
};

/// One row of the registry.
struct ArchitectureRow {
  std::string label;                     ///< for reports
  int version = 1;                       ///< raised by a change of its bits: part of the keys of what used it
  bool has_averages = false;             ///< the setting `global_cells`
  std::optional<MemoryRow> memory = {};  ///< the settings of heads and memory
  /// True where coordinates know nothing of each other: a forward step of one is a function of its gradients.
  bool (*is_coordinatewise)(const ArchitectureSpec& spec);
  /// FLOP of one coordinate's forward step on functions of n coordinates.
  double (*flop)(const ArchitectureSpec& spec, double n);
  /// Bytes of one coordinate's state, without M.
  double (*state_bytes)(const ArchitectureSpec& spec);
  /// The same with what goes back through an unroll of `steps` steps.
  double (*training_bytes)(const ArchitectureSpec& spec, std::size_t steps, DashedEdges edges);
  ArchitectureFactories<float> in_float;
  ArchitectureFactories<double> in_double;

  template <class Real>
  const ArchitectureFactories<Real>& factories() const;
};

const ArchitectureRow& architecture_row(Architecture kind);

/// float: SIMD kernels or blocks of coordinates, parallel, same bits for any number of threads and
/// instruction set. double: the references that read like the equations.
/// An architecture that couples nothing (k = 0, no memory) is the plain LSTM to the bit.
template <class Real>
std::unique_ptr<LearnedArchitecture<Real>> make_architecture(const ArchitectureSpec& spec);

/// Bytes of one coordinate of functions of n, with its share of M, in evaluation.
double state_bytes(const ArchitectureSpec& spec, std::size_t n);
/// The same in meta-training, with what goes back through an unroll of `steps` steps.
double training_bytes(const ArchitectureSpec& spec, std::size_t n, std::size_t steps, DashedEdges edges);

/// Bytes of the memories M of `functions` functions of n coordinates, in single precision: 0 without one.
/// @param recorded_steps  steps of an unroll that is recorded for backpropagation, 0: evaluation
double memory_bytes(const ArchitectureSpec& spec, std::size_t functions, std::size_t n,
                    std::size_t recorded_steps);

/// Throws Error{suite}, with the number and what to do, where that is more than `budget` bytes.
void check_memory(const ArchitectureSpec& spec, std::size_t functions, std::size_t n,
                  std::size_t recorded_steps, double budget);

}  // namespace l2l
