#include "harness/plan/one_training.hpp"

#include <algorithm>

#include "harness/suite/questions.hpp"

namespace l2l {
namespace {

bool is_trained_once(const Cell& cell) {
  return cell.optimizer.learned && !cell.optimizer.learned->phi_file &&
         cell.optimizer.learned->training.replicas == 1;
}

bool is_about(const ClaimSpec& claim, const std::string& optimizer) {
  return claim.optimizer == optimizer ||
         std::find(claim.against.begin(), claim.against.end(), optimizer) != claim.against.end();
}

}  // namespace

std::vector<std::string> claims_on_one_training(const Suite& suite) {
  std::vector<std::string> ids;
  for (const ClaimSpec& claim : suite.claims) {
    const bool found = std::any_of(
        suite.experiments.begin(), suite.experiments.end(), [&](const ExperimentSpec& experiment) {
          return experiment.name == claim.experiment &&
                 std::any_of(experiment.cells.begin(), experiment.cells.end(), [&](const Cell& cell) {
                   return is_trained_once(cell) && is_about(claim, cell.optimizer.name);
                 });
        });
    if (found) ids.push_back(claim.id);
  }
  return ids;
}

}  // namespace l2l
