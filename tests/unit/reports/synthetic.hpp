// A made-up run that looks like a real one, for tests of pages and figures.
#pragma once

#include <string>

#include "reports/pages/side_by_side.hpp"
#include "reports/results/report_input.hpp"

namespace l2l::reports {

/// Two experiments of curves (quadratics; MNIST on two networks), one sweep, two meta-trainings, claims of
/// every kind and figures of every kind. RMSprop diverges on some seeds of the quadratics.
/// Every curve and training has the keys of made-up jobs, and one job failed.
ReportInput synthetic_run();

/// The same with three replicas of its learned optimizer; a seed of one of them diverges.
ReportInput replicated_run();

/// An earlier run than this one, synthetic or hostile: one verdict and one result of it are others.
NamedRun earlier_run(ReportInput run, const std::string& name);

/// A heat map over the two axes of its sweep "arch", or of another one that has them.
Figure synthetic_heat_map(const std::string& experiment = "arch");

}  // namespace l2l::reports
