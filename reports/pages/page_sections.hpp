// The sections of report.md, each as Markdown text that ends with a blank line (or is empty).
#pragma once

#include <string>
#include <vector>

#include "reports/claims/verdicts.hpp"
#include "reports/figures/page.hpp"
#include "reports/pages/cost_tables.hpp"
#include "reports/pages/results_tables.hpp"

namespace l2l::reports {

/// Folder of the figures, relative to the page.
inline constexpr const char* kFigures = "figures";

/// "**3 reproduced**, 1 contradicted, 1 not run"; verdicts that did not occur are left out.
std::string verdict_counts(const std::vector<ClaimVerdict>& verdicts);

/// Verdict, claim, measured, compared with, effect, n, p, the paper's value, the figure; a row per claim.
Table claims_table(const std::vector<ClaimVerdict>& verdicts);
/// What the numbers of that table are, for below it.
std::string claims_caption(const std::vector<ClaimVerdict>& verdicts);

/// The table of claims, and below it the reasons.
std::string claims_section(const std::vector<ClaimVerdict>& verdicts);

/// Figures by their PNG, with captions and links to the other formats.
std::string figures_section(const std::string& heading, const std::vector<FigurePage>& figures);

/// Per experiment: mean ± standard error of every optimizer over steps, the best in bold, and the tuned
/// learning rates; sweeps get an overview at the last step first.
std::string results_section(const std::vector<ExperimentTables>& experiments);

/// What a step of every optimizer costs, and what baselines have at the cost of a learned one.
std::string cost_section(const std::vector<CostTables>& experiments);

/// What was spent on every optimizer before it was evaluated.
std::string budget_section(const std::vector<Experiment>& experiments);

std::string meta_training_section(const std::vector<MetaTraining>& meta_trainings);

}  // namespace l2l::reports
