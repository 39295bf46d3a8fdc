#include "harness/watch/history.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/digest.hpp"
#include "core/error.hpp"
#include "core/files.hpp"
#include "harness/store/manifest.hpp"
#include "harness/store/run_directory.hpp"
#include "harness/store/sqlite.hpp"
#include "harness/watch/gate_baseline.hpp"
#include "reports/statistics/change_points.hpp"
#include "reports/statistics/summary.hpp"

namespace l2l {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr double kSmallestChange = 1e-3;  // of a logarithm: a tenth of a per cent is nothing
constexpr double kDivergedLog = 23;       // ln 1e10, where a loss counts as diverged

// Nothing in a history is ever changed: the database itself refuses.
constexpr const char* kSchema = R"(
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS entries (id TEXT PRIMARY KEY, machine_key TEXT NOT NULL, machine TEXT NOT NULL, suite TEXT NOT NULL,
                                    revision TEXT NOT NULL, dirty INTEGER NOT NULL, ended TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS metrics (id TEXT NOT NULL REFERENCES entries(id), name TEXT NOT NULL, value REAL NOT NULL,
                                    PRIMARY KEY (id, name));
CREATE TRIGGER IF NOT EXISTS entries_stay BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'a history is only appended to'); END;
CREATE TRIGGER IF NOT EXISTS entries_keep BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'a history is only appended to'); END;
CREATE TRIGGER IF NOT EXISTS metrics_stay BEFORE UPDATE ON metrics BEGIN SELECT RAISE(ABORT, 'a history is only appended to'); END;
CREATE TRIGGER IF NOT EXISTS metrics_keep BEFORE DELETE ON metrics BEGIN SELECT RAISE(ABORT, 'a history is only appended to'); END;
)";

double geometric_mean(const std::vector<float>& values) {
  double sum = 0;
  for (const float value : values)
    sum += std::isinf(value) ? kDivergedLog : std::log(std::max(static_cast<double>(value), 1e-12));
  return std::exp(sum / static_cast<double>(values.size()));
}

}  // namespace

std::string HistoryEntry::id() const {
  return sha256_hex(json{machine_key, suite, revision, dirty, ended, metrics}.dump());
}

std::string machine_key(const nlohmann::json& machine) {
  const auto text = [&](const char* name) { return machine.value(name, json()).dump(); };
  return sha256_hex(text("cpu") + text("instruction_set") + text("hardware_threads")).substr(0, 16);
}

HistoryEntry history_entry(const std::filesystem::path& run_directory) {
  const RunDirectory directory(run_directory);
  directory.check_exists();
  const json manifest = read_manifest(directory);
  const auto refuse = [&](const std::string& why) {
    return Error(ErrorCode::store, {directory.manifest().string()}, why, "run the suite to its end first");
  };
  if (!manifest.is_object() || !manifest.contains("machine") || !manifest.contains("program"))
    throw refuse("is missing or damaged");
  const json invocations = manifest.value("invocations", json::array());
  if (invocations.empty() || !invocations.back().contains("ended")) throw refuse("this run has not ended");
  HistoryEntry entry;
  const json& machine = manifest["machine"];
  entry.machine_key = machine_key(machine);
  entry.machine = fmt::format("{}, {}, {} cores", machine.value("cpu", "?"),
                              machine.value("instruction_set", "?"), machine.value("hardware_threads", 0));
  entry.suite = manifest.value("/suite/name"_json_pointer, "");
  entry.revision = manifest["program"].value("revision", "unknown");
  entry.dirty = manifest["program"].value("dirty", false);
  entry.ended = invocations.back().at("ended");
  const reports::GateRun run = load_gate_run(run_directory);
  for (const reports::GateCell& cell : run.cells) {
    const auto diverged =
        std::count_if(cell.final_loss.begin(), cell.final_loss.end(), [](float x) { return std::isinf(x); });
    entry.metrics[cell.name() + ": final loss"] = geometric_mean(cell.final_loss);
    entry.metrics[cell.name() + ": mean loss"] = geometric_mean(cell.mean_loss);
    entry.metrics[cell.name() + ": diverged share"] =
        static_cast<double>(diverged) / static_cast<double>(cell.seeds.size());
  }
  entry.metrics["claims reproduced"] = static_cast<double>(std::count_if(
      run.claims.begin(), run.claims.end(), [](const auto& claim) { return claim.second == "reproduced"; }));
  if (const json seconds = manifest.value("compute_seconds", json()); seconds.is_number())
    entry.metrics["computing seconds"] = seconds.get<double>();
  return entry;
}

struct History::Impl {
  explicit Impl(const fs::path& file) : database(file, sqlite::Open::write) { database.execute(kSchema); }
  mutable sqlite::Database database;

  std::map<std::string, double> metrics_of(const std::string& id) const {
    std::map<std::string, double> metrics;
    sqlite::Statement rows(database, "SELECT name, value FROM metrics WHERE id = ?1");
    rows.bind(1, id);
    while (rows.next()) metrics[rows.text(0)] = rows.real(1);
    return metrics;
  }
};

History::History(const std::filesystem::path& file) {
  if (file.has_parent_path()) create_folders(file.parent_path());
  impl_ = std::make_unique<Impl>(file);
}
History::~History() = default;

bool History::add(const HistoryEntry& entry) {
  const std::string id = entry.id();
  sqlite::Transaction transaction(impl_->database);
  {
    sqlite::Statement found(impl_->database, "SELECT 1 FROM entries WHERE id = ?1");
    found.bind(1, id);
    if (found.next()) return false;
  }
  sqlite::Statement row(impl_->database, "INSERT INTO entries VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  row.bind(1, id)
      .bind(2, entry.machine_key)
      .bind(3, entry.machine)
      .bind(4, entry.suite)
      .bind(5, entry.revision);
  row.bind(6, entry.dirty ? 1.0 : 0.0).bind(7, entry.ended).run();
  for (const auto& [name, value] : entry.metrics) {
    sqlite::Statement metric(impl_->database, "INSERT INTO metrics VALUES (?1, ?2, ?3)");
    metric.bind(1, id).bind(2, name).bind(3, value).run();
  }
  transaction.commit();
  return true;
}

std::size_t History::merge(const History& other) {
  std::size_t added = 0;
  for (const Series& one : other.series())
    for (const HistoryEntry& entry : other.entries(one.machine_key, one.suite)) added += add(entry);
  return added;
}

std::vector<HistoryEntry> History::entries(const std::string& machine_key, const std::string& suite) const {
  std::vector<HistoryEntry> found;
  sqlite::Statement rows(
      impl_->database,
      "SELECT id, machine, revision, dirty, ended FROM entries WHERE machine_key = ?1 AND suite = ?2 "
      "ORDER BY ended, id");
  rows.bind(1, machine_key).bind(2, suite);
  while (rows.next()) {
    HistoryEntry entry{machine_key,  rows.text(1),         suite, rows.text(2),
                       rows.text(4), rows.integer(3) != 0, {}};
    entry.metrics = impl_->metrics_of(rows.text(0));
    found.push_back(std::move(entry));
  }
  return found;
}

std::vector<History::Series> History::series() const {
  std::vector<Series> found;
  sqlite::Statement rows(impl_->database,
                         "SELECT machine_key, max(machine), suite, count(*) FROM entries GROUP BY "
                         "machine_key, suite ORDER BY 1, 3");
  while (rows.next())
    found.push_back({rows.text(0), rows.text(1), rows.text(2), static_cast<std::size_t>(rows.integer(3))});
  return found;
}

std::vector<HistoryChange> history_changes(const std::vector<HistoryEntry>& entries) {
  std::set<std::string> names;
  for (const HistoryEntry& entry : entries)
    for (const auto& [name, value] : entry.metrics) names.insert(name);
  std::vector<HistoryChange> changes;
  for (const std::string& name : names) {
    std::vector<const HistoryEntry*> nights;
    std::vector<double> values, logs;
    const bool linear = name.ends_with("diverged share") || name == "claims reproduced";
    for (const HistoryEntry& entry : entries) {
      const auto found = entry.metrics.find(name);
      if (found == entry.metrics.end()) continue;
      nights.push_back(&entry);
      values.push_back(found->second);
      logs.push_back(linear ? found->second : std::log(std::max(found->second, 1e-12)));
    }
    std::vector<std::size_t> bounds = reports::change_points(logs, kSmallestChange);
    bounds.insert(bounds.begin(), 0);
    bounds.push_back(values.size());
    for (std::size_t i = 1; i + 1 < bounds.size(); ++i) {
      const auto at = [&](std::size_t bound) {
        return values.begin() + static_cast<std::ptrdiff_t>(bounds[bound]);
      };
      changes.push_back({name, reports::median({at(i - 1), at(i)}), reports::median({at(i), at(i + 1)}),
                         nights[bounds[i] - 1]->revision, nights[bounds[i]]->revision,
                         nights[bounds[i]]->ended});
    }
  }
  return changes;
}

}  // namespace l2l
