// The digests that are committed for the program's compiler, from the kernels of another one: of a small run
// of the LSTM and of the hand-designed rules (the file of digests is the first argument), on every
// instruction set. Exit code 1 where one differs.
#include <fmt/format.h>

#include "tests/unit/optimizers/lstm_kernel_tools.hpp"
#include "tests/unit/optimizers/rule_digests.hpp"

using namespace l2l;
using namespace l2l::testing;

int main(int /*count*/, char** words) {
  const std::vector<RuleDigests> rows = read_rule_digests(words[1]);
  int different = 0;
  const auto compare = [&](const std::string& isa, const std::string& what, const std::string& got,
                           const std::string& expected) {
    fmt::print("{} {}: {}{}\n", isa, what, got, got == expected ? "" : " instead of " + expected);
    different += got == expected ? 0 : 1;
  };
#if defined(__clang__)
  fmt::print("compiled by clang {}\n", __clang_version__);
#else
  fmt::print("compiled by gcc {}\n", __VERSION__);
#endif
  for (const std::string& isa : available_isas()) {
    compare(isa, "LSTM, raw gradients", digest_of_small_run(Preprocessing::none, isa), kDigestRaw);
    compare(isa, "LSTM, log and sign", digest_of_small_run(Preprocessing::log_and_sign, isa),
            kDigestLogAndSign);
    const IsaOverride level(isa);
    for (const RuleDigests& row : rows) {
      const Rule& rule = *find_rule(row.rule);
      compare(isa, row.rule + " in float", digest_of_rule<float>(rule, row.given), row.single);
      compare(isa, row.rule + " in double", digest_of_rule<double>(rule, row.given), row.twice);
    }
  }
  return different == 0 ? 0 : 1;
}
