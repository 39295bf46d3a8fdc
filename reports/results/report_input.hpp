// What is asked and what was found, together: all that a report needs.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "reports/results/questions.hpp"
#include "reports/results/results.hpp"

namespace l2l::reports {

/// Everything a report is made of.
struct ReportInput {
  std::string suite_name, title, description;
  std::string setting;  ///< a sentence or two on when and where it ran
  std::string command;  ///< how to repeat the run
  std::vector<std::pair<std::string, std::string>>
      manifest;                    ///< name, value: CPU, ISA, compiler, revision, ...
  std::vector<std::string> notes;  ///< failed or missing jobs, dirty tree, ...
  std::vector<Failure> failures;   ///< all of them
  std::vector<Experiment> experiments;
  std::vector<MetaTraining> meta_trainings;
  std::vector<Figure> figures;
  std::vector<UpdatePicture> updates;  ///< for figures of that kind
  std::vector<Claim> claims;
};

}  // namespace l2l::reports
