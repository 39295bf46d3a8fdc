// renew_rule_digests FILE: brings the digests of the rules' bits up to date. Exit code 1, and the file as it
// was, where bits have changed that a version says are the same.
#include <fstream>

#include <fmt/format.h>

#include "tests/unit/optimizers/rule_digests.hpp"

int main(int count, char** words) {
  using namespace l2l::testing;
  if (count != 2) {
    fmt::print(stderr, "usage: {} rule_digests.tsv\n", words[0]);
    return 2;
  }
  try {
    const RenewedDigests renewed = renew_rule_digests(read_rule_digests(words[1]), l2l::rules());
    for (const std::string& refusal : renewed.refused) fmt::print(stderr, "{}\n", refusal);
    if (!renewed.refused.empty()) return 1;
    for (const std::string& change : renewed.changes) fmt::print("{}\n", change);
    std::ofstream out(words[1]);
    out << rule_digests_text(renewed.rows);
    out.close();
    if (!out) fmt::print(stderr, "{} cannot be written\n", words[1]);
    return out ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
}
