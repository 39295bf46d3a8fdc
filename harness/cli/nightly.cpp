#include "harness/cli/nightly.hpp"

#include <memory>

#include "core/parallel.hpp"
#include "core/text.hpp"
#include "harness/watch/nightly.hpp"

namespace l2l {

void add_nightly_command(CLI::App& app, std::function<int()>& action) {
  struct Texts {
    NightlyOptions options;
    std::string folder = "nightly", min_free = "2G";
  };
  const auto given = std::make_shared<Texts>();
  given->options.threads = hardware_threads();
  CLI::App* command =
      app.add_subcommand("nightly", "Run, report, remember, compare with the last good night");
  command->add_option("--suite", given->options.suite, "Suite to run")->capture_default_str();
  command->add_option("--folder", given->folder, "Where nights, history and summary are kept")
      ->capture_default_str();
  command->add_option("--threads", given->options.threads, "Cores to use (default: all)")
      ->check(CLI::Range(1, 4096));
  command->add_option("--keep", given->options.keep, "Nights kept beside the last good one")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command->add_option("--min-free", given->min_free, "Disk that has to be free")->capture_default_str();
  command->callback([given, &action] {
    action = [given] {
      NightlyOptions options = given->options;
      options.folder = given->folder;
      options.min_free = parse_bytes(given->min_free);
      return run_nightly(options);
    };
  });
}

}  // namespace l2l
