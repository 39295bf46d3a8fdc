#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "harness/cluster/campaign.hpp"
#include "harness/cluster/slurm.hpp"
#include "harness/plan/plan.hpp"
#include "tests/integration/program.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/errors.hpp"

namespace l2l::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

/// A workspace with commands of Slurm that write down how they were called.
struct FakeSlurm {
  Workspace work{tiny_suite(2)};
  fs::path bin = work.path() / "bin";
  ScopedEnvironment path{"PATH", nullptr};
  FakeSlurm() {
    fs::create_directory(bin);
    ::setenv("PATH", (bin.string() + ":/usr/bin:/bin").c_str(), 1);
    command("sbatch", "n=$(wc -l <calls); echo $((n + 100))");
    command("squeue", "cat queue 2>/dev/null || true");
    command("scancel", "rm -f queue");
    command("scontrol", "echo 'MaxArraySize            = 3'");
  }
  void command(const std::string& name, const std::string& body) const {
    std::ofstream(bin / name) << fmt::format("#!/bin/sh\necho {} \"$@\" >>calls\n{}\n", name, body);
    fs::permissions(bin / name, fs::perms::owner_all);
  }
  std::string calls() const {
    std::string found = replaced(text_of(work.path() / "calls"), fs::canonical(work.path()).string(), "WORK");
    fs::remove(work.path() / "calls");
    return found;
  }
};

TEST_CASE("the scripts and calls of a submission") {
  const FakeSlurm slurm;
  fs::remove(slurm.bin / "scontrol");  // Slurm's default limit
  const ScopedEnvironment data("L2LBENCH_DATA", "data sets");
  const Ending ending = slurm.work.run(
      {"submit",        "tiny.yaml", "--run",    "runs/my run", "--shards", "3",           "--time",
       "1:00:00",       "--mem",     "4G",       "--cpus",      "2",        "--partition", "main",
       "--array-limit", "20",        "--sbatch", "qos=low",     "--warn",   "90s",         "--dry-run"});
  REQUIRE(ending.exit_code == 0);
  std::string out = replaced(ending.out, fs::canonical(slurm.work.path()).string(), "WORK");
  out = replaced(out, fs::canonical(kProgram).string(), "L2LBENCH");
  CHECK(out == text_of(source("tests/integration/submit_dry_run.txt")));
  // Nothing was done.
  CHECK_FALSE(fs::exists(slurm.work.path() / "runs"));
  CHECK(text_of(slurm.work.path() / "calls").find("sbatch") == std::string::npos);
}

TEST_CASE("a submission sends arrays below the limit, each wave after the merge before it") {
  const FakeSlurm slurm;
  const Ending ending = slurm.work.run({"submit", "tiny.yaml", "--shards", "4", "--no-reuse"});
  CAPTURE(ending.err);
  REQUIRE(ending.exit_code == 0);
  const json campaign = json::parse(text_of(slurm.work.path() / "runs/tiny/campaign.json"));
  CHECK(campaign["shards"] == std::vector<int>{4, 4, 2});
  const std::string name = campaign["name"];
  // Ids are 100 and the number of calls so far. The first two calls ask for the limit and the queue.
  CHECK(slurm.calls() ==
        fmt::format(
            "squeue --noheader --array --name={} --format=%T\n"
            "scontrol show config\n"
            "sbatch --parsable --array=0-2 WORK/runs/tiny/scripts/wave-0.sh 0\n"
            "sbatch --parsable --array=0 WORK/runs/tiny/scripts/wave-0.sh 3\n"
            "sbatch --parsable --dependency=afterany:103:104 WORK/runs/tiny/scripts/merge-0.sh\n"
            "sbatch --parsable --array=0-2 --dependency=afterany:105 WORK/runs/tiny/scripts/wave-1.sh 0\n"
            "sbatch --parsable --array=0 --dependency=afterany:105 WORK/runs/tiny/scripts/wave-1.sh 3\n"
            "sbatch --parsable --dependency=afterany:106:107 WORK/runs/tiny/scripts/merge-1.sh\n"
            "sbatch --parsable --array=0-1 --dependency=afterany:108 WORK/runs/tiny/scripts/wave-2.sh 0\n"
            "sbatch --parsable --dependency=afterany:109 WORK/runs/tiny/scripts/merge-2.sh\n",
            name));
  CHECK(fs::exists(slurm.work.path() / "runs/tiny/logs/slurm"));

  // While something is in the queue, nothing is sent again.
  slurm.work.write("queue", "RUNNING\nRUNNING\nPENDING\n");
  CHECK_THAT(slurm.work.run({"resubmit", "runs/tiny"}).err,
             Catch::Contains("3 of its tasks are still in the queue"));
  CHECK(slurm.work.run({"submit", "tiny.yaml"}).exit_code == 2);
  const json status = json::parse(slurm.work.run({"status", "runs/tiny", "--json"}).out);
  CHECK(status["queue"] == json{{"RUNNING", 2}, {"PENDING", 1}});
  CHECK_THAT(slurm.work.run({"cancel", "runs/tiny"}).out, Catch::Contains("cancelled 3 tasks"));
  CHECK_THAT(slurm.calls(), Catch::Contains("scancel --name=" + name + "\n") && !Catch::Contains("sbatch"));

  // One shard of the first wave has come, the others go again with all that follow.
  REQUIRE(slurm.work.run({"run", "tiny.yaml", "--shard", "1/4", "--wave", "0", "--quiet"}).exit_code == 0);
  CHECK(json::parse(slurm.work.run({"status", "runs/tiny", "--json"}).out)["unmerged"] == 1);
  slurm.calls();
  REQUIRE(slurm.work.run({"resubmit", "runs/tiny"}).exit_code == 0);
  CHECK_THAT(slurm.calls(), Catch::Contains("--array=0,2 WORK") && Catch::Contains("--array=0 WORK") &&
                                Catch::Contains("wave-2.sh"));
}

TEST_CASE("Slurm that is absent, silent or refuses is an error that says so, and status works without") {
  const FakeSlurm slurm;
  SECTION("absent") {
    for (const auto& entry : fs::directory_iterator(slurm.bin)) fs::remove(entry);
    ::setenv("PATH", slurm.bin.c_str(), 1);
    const Ending ending = slurm.work.run({"submit", "tiny.yaml"});
    CHECK(ending.exit_code == 2);
    CHECK_THAT(ending.err, Catch::Contains("there is no Slurm here"));
    CHECK_FALSE(fs::exists(slurm.work.path() / "runs/tiny/campaign.json"));
  }
  SECTION("refuses") {
    slurm.command("sbatch", "echo 'sbatch: error: invalid partition specified: no' >&2; exit 1");
    const Ending ending = slurm.work.run({"submit", "tiny.yaml", "--partition", "no"});
    CHECK(ending.exit_code == 2);
    CHECK_THAT(ending.err, Catch::Contains("invalid partition specified: no"));
  }
  SECTION("silent") {
    REQUIRE(slurm.work.run({"submit", "tiny.yaml"}).exit_code == 0);
    slurm.command("squeue", "echo 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1");
    CHECK_THAT(slurm.work.run({"resubmit", "runs/tiny"}).err, Catch::Contains("Unable to contact"));
    CHECK_THAT(slurm.work.run({"status", "runs/tiny"}).out, Catch::Contains("Slurm does not answer"));
  }
  SECTION("nothing was submitted") {
    CHECK_THAT(slurm.work.run({"cancel", "runs/tiny"}).err, Catch::Contains("nothing was submitted here"));
  }
}

TEST_CASE("indices of an array are written as ranges, below the limit") {
  CHECK(slurm::array_text({0, 1, 2, 5, 7, 8}, 0) == "0-2,5,7-8");
  CHECK(slurm::array_text({4}, 10) == "4%10");
  const auto arrays = slurm::arrays_of({0, 999, 1000, 1001, 2500}, 1001);
  REQUIRE(arrays.size() == 3);
  CHECK(arrays[0].indices == std::vector<std::size_t>{0, 999, 1000});
  CHECK(arrays[1].offset == 1001);
  CHECK(arrays[1].indices == std::vector<std::size_t>{0});
  CHECK(arrays[2].offset == 2002);
  CHECK(arrays[2].indices == std::vector<std::size_t>{498});
}

TEST_CASE("the number of shards follows the estimated cost, the number of jobs and the ceiling") {
  std::vector<Job> jobs(100);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    jobs[i].kind = JobKind::evaluate;
    jobs[i].key = std::to_string(i);
    jobs[i].flop = 4e11;  // 10 s at the assumed rate
  }
  CHECK(choose_shards(jobs, 100, 1, 1000) == std::vector<std::size_t>{11});  // and a little overhead
  CHECK(choose_shards(jobs, 100, 4, 1000) == std::vector<std::size_t>{3});
  CHECK(choose_shards(jobs, 0.1, 1, 1000) == std::vector<std::size_t>{100});
  CHECK(choose_shards(jobs, 0.1, 1, 7) == std::vector<std::size_t>{7});
  CHECK(choose_shards(jobs, 1e9, 1, 7) == std::vector<std::size_t>{1});
}

}  // namespace
}  // namespace l2l::test
