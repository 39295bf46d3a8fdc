// Digests of the hand-designed rules' bits: what they are taken of, and the file they are kept in.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "optimizers/rule.hpp"

namespace l2l::testing {

/// A row of rule_digests.tsv: the digests in float and in double; both empty where they are yet to be taken.
struct RuleDigests {
  std::string rule;
  int version = 1;  ///< of the rule
  Hyperparameters given;
  std::string single, twice;
};

/// Digest of theta after every step, on the instruction set in use. Coordinatewise rules get odd gradients,
/// of many numbers of coordinates; the others descend on two quadratics of 12 coordinates each.
template <class Real>
std::string digest_of_rule(const Rule& rule, const Hyperparameters& given);

/// Throws Error{format} for a line that is no row, Error{environment} where the file cannot be read.
std::vector<RuleDigests> read_rule_digests(const std::filesystem::path& path);
/// The contents of the file.
std::string rule_digests_text(std::span<const RuleDigests> rows);

/// What the file should be. A rule without a row gets one with its default hyperparameters, rows without
/// digests get theirs, rows of rules that are gone go.
struct RenewedDigests {
  std::vector<RuleDigests> rows;     ///< in the order of the rules
  std::vector<std::string> changes;  ///< in words
  std::vector<std::string> refused;  ///< rows whose bits changed under the same version, or with the CPU
};
RenewedDigests renew_rule_digests(std::span<const RuleDigests> rows, std::span<const Rule> all);

}  // namespace l2l::testing
