#include "reports/claims/verdicts.hpp"

namespace l2l::reports {

const char* to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::reproduced:
      return "reproduced";
    case Verdict::contradicted:
      return "contradicted";
    case Verdict::inconclusive:
      return "inconclusive";
    case Verdict::not_run:
      return "not run";
  }
  return "";
}

}  // namespace l2l::reports
