#include <memory>

#include "core/parallel.hpp"
#include "core/text.hpp"
#include "harness/cli/commands.hpp"
#include "harness/watch/nightly.hpp"

namespace l2l {

void add_nightly_command(const Command& program) {
  struct Texts {
    NightlyOptions options;
    std::string folder = "nightly", min_free = "2G";
  };
  const auto given = std::make_shared<Texts>();
  given->options.threads = hardware_threads();
  const Command command =
      program.command("nightly", "Run, report, remember, compare with the last good night");
  command.option("--suite", given->options.suite, "Suite to run").show_default();
  command.option("--folder", given->folder, "Where nights, history and summary are kept").show_default();
  command.option("--threads", given->options.threads, "Cores to use (default: all)").range(1, 4096);
  command.option("--keep", given->options.keep, "Nights kept beside the last good one")
      .range(1, 100'000)
      .show_default();
  command.option("--min-free", given->min_free, "Disk that has to be free").show_default();
  command.action([given] {
    NightlyOptions options = given->options;
    options.folder = given->folder;
    options.min_free = parse_bytes(given->min_free);
    return run_nightly(options);
  });
}

}  // namespace l2l
