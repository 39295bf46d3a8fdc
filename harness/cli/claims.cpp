#include <memory>

#include "core/error.hpp"
#include "core/exit_codes.hpp"
#include "core/files.hpp"
#include "harness/cli/commands.hpp"
#include "reports/claims/self_test.hpp"

namespace l2l {
namespace {

struct ClaimsArguments {
  bool self_test = false;
  reports::ClaimsTestSettings settings;
  std::string out, csv, rates;
};

int claims(const ClaimsArguments& arguments) {
  if (!arguments.self_test)
    throw Error(ErrorCode::usage, "claims are judged by `l2lbench report RUN`",
                "how often that is wrong: l2lbench claims --self-test");
  const auto rows = reports::claims_self_test(arguments.settings);
  const std::string tables = claims_self_test_markdown(rows);
  if (arguments.out.empty())
    fmt::print("{}", tables);
  else
    write_file_atomically(arguments.out, tables);
  if (!arguments.csv.empty()) write_file_atomically(arguments.csv, claims_self_test_csv(rows));
  if (!arguments.rates.empty()) write_file_atomically(arguments.rates, claims_rates_source(rows));
  const auto broken = broken_promises(rows);
  for (const reports::ClaimsTestRow& row : broken) {
    fmt::print(stderr,
               "decides wrongly too often: {}, {}, n = {}, {} claims, {} trainings: {} of {} reports\n",
               row.claim, row.law, row.problems, row.claims, row.trainings, row.decided, row.reports);
  }
  return broken.empty() ? kAllWell : kCheckFailed;
}

}  // namespace

void add_claims_command(const Command& program) {
  const auto arguments = std::make_shared<ClaimsArguments>();
  const Command command = program.command("claims", "How often verdicts are wrong, and what they can see");
  command.flag("--self-test", arguments->self_test,
               "Judge claims about simulated runs of which the truth is known, as in docs/claims.md");
  command.option("--reports", arguments->settings.reports, "Reports of the most claims, per row")
      .range(1, 1'000'000)
      .show_default();
  command.option("--seed", arguments->settings.seed, "Of the simulated runs").show_default();
  command.option("--out", arguments->out, "File for the tables (default: standard output)");
  command.option("--csv", arguments->csv, "File for every row");
  command.option("--write-rates", arguments->rates, "Source file of the rates that reports quote");
  command.action([arguments] { return claims(*arguments); });
}

}  // namespace l2l
