// The fields of an architecture as suites, job configurations and files of trained optimizers know them.
#pragma once

#include <string>

#include "core/fields.hpp"
#include "optimizers/architecture_spec.hpp"

namespace l2l {

template <>
const Fields<ArchitectureSpec>& fields();

/// Canonical configuration: everything that decides a result and nothing else. What an architecture does not
/// have is not in it, and what came later is left out where it is as it always was: what was computed before
/// stays known.
nlohmann::json canonical(const ArchitectureSpec& spec);
/// Its inverse.
ArchitectureSpec architecture_from(const nlohmann::json& config);

/// Raised by a change of the architecture's bits: part of the keys of all jobs that used it.
int architecture_version(const ArchitectureSpec& spec);

/// What a learned optimizer is called where the suite does not say.
std::string label_of(Architecture kind);

}  // namespace l2l
