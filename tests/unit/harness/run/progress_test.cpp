#include "harness/run/progress.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/text.hpp"
#include "harness/run/progress_format.hpp"
#include "tests/support/environment.hpp"
#include "tests/unit/harness/store/test_support.hpp"

namespace l2l {
namespace {

using test::job_named;

using Events = std::function<void(ProgressDisplay&)>;

/// What a display writes.
std::string shown_by(const std::function<std::unique_ptr<ProgressDisplay>(std::FILE*)>& make,
                     const Events& events) {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* out = ::open_memstream(&text, &size);
  REQUIRE(out != nullptr);
  events(*make(out));
  std::fclose(out);
  std::string result(text, size);
  std::free(text);
  return result;
}
std::string shown(ProgressStyle style, const Events& events) {
  return shown_by([style](std::FILE* out) { return make_progress_display(style, out); }, events);
}

RunAnnouncement announcement() {
  RunAnnouncement run;
  run.suite = "quick";
  run.directory = "runs/quick";
  run.total = 5;
  run.stored = 3;
  run.reused = 1;
  run.to_do = {{JobKind::evaluate, 2}};
  return run;
}

RunProgress moment(const Job& job, double fraction, const std::string& text, double elapsed = 42) {
  RunProgress now;
  now.total = 5;
  now.done = 3;
  now.elapsed = elapsed;
  now.running.push_back({&job, fraction, text, std::chrono::steady_clock::now()});
  return now;
}

TEST_CASE("a line fits its columns, whole characters only") {
  CHECK(fit("abc", 3) == "abc");
  CHECK(fit("abcd", 3) == "ab…");
  CHECK(fit("θθθθ", 4) == "θθθθ");
  CHECK(fit("θθθθ", 3) == "θθ…");
  CHECK(fit("abc", 0).empty());
  CHECK(fraction_bar(0, 4) == "────");
  CHECK(fraction_bar(0.5, 4) == "━━──");
  CHECK(fraction_bar(1, 4) == "━━━━");
}

TEST_CASE("the totals say what matters and no more") {
  RunProgress now;
  now.total = 240;
  now.done = 12;
  now.elapsed = 42;
  CHECK(totals_line(now) == "12/240 jobs · 0:42");
  now.failed = 1;
  now.blocked = 2;
  now.remaining = 190;
  CHECK(totals_line(now) == "12/240 jobs · 1 failed · 2 blocked · 0:42 · about 3:10 to go");
}

TEST_CASE("one line per running job, no wider and no higher than the terminal") {
  std::vector<Job> jobs;
  for (int i = 0; i < 6; ++i) jobs.push_back(job_named(fmt::format("with quite a long label, number {}", i)));
  RunProgress now;
  now.total = 6;
  for (const Job& job : jobs)
    now.running.push_back({&job, 0.5, fmt::format("epoch {}/10, validation 0.291", 5), {}});
  CHECK(progress_lines(now, 100, 20).size() == 7);
  const std::vector<std::string> lines = progress_lines(now, 50, 3);
  REQUIRE(lines.size() == 4);
  CHECK(lines.back() == "0/6 jobs · 0:00 · 3 more running");
  for (const std::string& line : lines) CHECK(fit(line, 50) == line);
  CHECK_THAT(lines.front(), Catch::StartsWith("━━━━━─────  50%  job with"));

  now.running[4].started += std::chrono::seconds(-60);
  CHECK_THAT(progress_lines(now, 100, 3).front(), Catch::Contains("number 4"));  // the longest running first
}

TEST_CASE("the terminal display takes back what it painted") {
  const Job job = job_named("a");
  const std::string text = shown(ProgressStyle::terminal, [&](ProgressDisplay& display) {
    display.announce(announcement());
    display.progress(moment(job, 0.25, "epoch 1/4"));
    display.progress(moment(job, 0.5, "epoch 2/4"));
    display.job_failed(job, "no luck");
    display.run_finished({});
  });
  CHECK_THAT(
      text, Catch::StartsWith("quick: 5 jobs, 2 to do, 2 stored, 1 reused from other runs; in runs/quick\n"));
  CHECK_THAT(text, Catch::Contains("epoch 1/4\n3/5 jobs · 0:42\n\x1b[2A\x1b[J"));
  CHECK_THAT(text, Catch::EndsWith("\x1b[2A\x1b[Jfailed: job a\n  no luck\n"));
}

TEST_CASE("the log display writes few lines") {
  const Job job = job_named("a"), other = job_named("b");
  const std::string text = shown(ProgressStyle::plain, [&](ProgressDisplay& display) {
    display.announce(announcement());
    for (int i = 0; i < 100; ++i) display.progress(moment(job, 0.01 * i, "step", 0.09 * i));
    display.job_finished(job, "d", 0.1);
    display.job_failed(other, "no luck");
    display.job_finished(other, "d", 70);
  });
  CHECK_THAT(text,
             Catch::EndsWith(
                 "in runs/quick\nfailed: job b\n  no luck\ndone: job b (1:10)\ndone: all evaluate jobs\n"));
}

TEST_CASE("the log display tells every ten seconds how far it is, and of every job that runs as long") {
  const Job job = job_named("quick"), slow = job_named("slow");
  const std::string text = shown(ProgressStyle::plain, [&](ProgressDisplay& display) {
    RunProgress now = moment(job, 0.5, "", 10.25);
    now.running.push_back(
        {&slow, 0.25, "epoch 1/4", std::chrono::steady_clock::now() - std::chrono::seconds(11)});
    display.progress(now);
    now.elapsed = 20;
    display.progress(now);
    now.elapsed = 21;
    now.running.clear();
    now.done = 5;
    display.progress(now);
  });
  CHECK(text == "3/5 jobs · 0:10\n   25% job slow: epoch 1/4\n5/5 jobs · 0:21\n");
}

TEST_CASE("the log display has a line for every training, and for other jobs that took long") {
  const Job training = job_named("a", {}, JobKind::meta_train), quick = job_named("b"), slow = job_named("c");
  const std::string text = shown(ProgressStyle::plain, [&](ProgressDisplay& display) {
    display.job_finished(training, "d", 1);
    display.job_finished(quick, "d", 1);
    display.job_finished(slow, "d", 6);
  });
  CHECK(text == "done: job a (0:01)\ndone: job c (0:06)\n");
}

TEST_CASE("an event is written out at once") {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* out = ::open_memstream(&text, &size);
  const auto display = make_progress_display(ProgressStyle::json, out);
  display->job_started(job_named("a"));
  CHECK(size > 0);
  std::fclose(out);
  std::free(text);
}

TEST_CASE("only a terminal that understands cursor movement is painted on") {
  const int master = ::posix_openpt(O_RDWR | O_NOCTTY);
  REQUIRE(master >= 0);
  REQUIRE(::grantpt(master) == 0);
  REQUIRE(::unlockpt(master) == 0);
  // Not as our controlling terminal: closing it would end us.
  std::FILE* terminal = ::fdopen(::open(::ptsname(master), O_RDWR | O_NOCTTY), "r+");
  REQUIRE(terminal != nullptr);
  std::FILE* file = std::tmpfile();
  for (const auto& [term, style] :
       {std::pair{"xterm", ProgressStyle::terminal}, std::pair{"dumb", ProgressStyle::plain},
        std::pair{"", ProgressStyle::plain},
        std::pair{static_cast<const char*>(nullptr), ProgressStyle::plain}}) {
    const test::ScopedEnvironment environment("TERM", term);
    CHECK(style_for(terminal) == style);
    CHECK(style_for(file) == ProgressStyle::plain);
  }
  std::fclose(file);
  std::fclose(terminal);
  ::close(master);
}

TEST_CASE("the event stream is one JSON object a line") {
  const Job job = job_named("a");
  const std::string text = shown(ProgressStyle::json, [&](ProgressDisplay& display) {
    display.announce(announcement());
    display.job_started(job);
    display.progress(moment(job, 0, ""));
    display.progress(moment(job, 0.5, "half"));
    display.progress(moment(job, 0.5, "half"));
    display.job_failed(job, "bytes \xff and \"quotes\"\nlines");
    display.job_finished(job, "abc", 1.5);
    display.note("not an event");
    display.run_finished({{"exit_code", 0}});
  });
  std::vector<nlohmann::json> events;
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    events.push_back(nlohmann::json::parse(text.substr(begin, end - begin)));
  }
  REQUIRE(events.size() == 6);
  CHECK(events[0]["event"] == "plan");
  CHECK(events[0]["missing"] == 2);
  CHECK(events[0]["reused"] == 1);
  CHECK(events[1]["event"] == "job_started");
  CHECK(events[1]["key"] == job.key);
  CHECK(events[2]["event"] == "job_progress");
  CHECK(events[2]["fraction"] == 0.5);
  CHECK(events[3]["event"] == "job_failed");
  CHECK_THAT(events[3]["message"].get<std::string>(), Catch::EndsWith(" and \"quotes\"\nlines"));
  CHECK(events[4]["digest"] == "abc");
  CHECK(events[4]["seconds"] == 1.5);
  CHECK(events[5]["event"] == "run_finished");
}

TEST_CASE("the log keeps the events of jobs, not their progress; two displays hear the same") {
  const Job job = job_named("a");
  const auto events = [&](ProgressDisplay& display) {
    display.announce(announcement());
    display.job_started(job);
    display.progress(moment(job, 0.5, "half"));
    display.job_failed(job, "no luck");
    display.job_finished(job, "abc", 1.5);
    display.note("not an event");
    display.run_finished({{"exit_code", 0}});
  };
  const std::string log = shown(ProgressStyle::log, events);
  CHECK(std::count(log.begin(), log.end(), '\n') == 5);
  CHECK_THAT(log, !Catch::Contains("job_progress"));

  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* out = ::open_memstream(&text, &size);
  const std::string first = shown_by(
      [&](std::FILE* own) {
        return both(make_progress_display(ProgressStyle::log, own),
                    make_progress_display(ProgressStyle::log, out));
      },
      events);
  std::fclose(out);
  CHECK(first == log);
  CHECK(std::string(text, size) == log);
  std::free(text);
}

TEST_CASE("whatever one of two displays hears the other hears") {
  struct Counter : ProgressDisplay {
    explicit Counter(int& count) : heard(count) {}
    void announce(const RunAnnouncement&) override { ++heard; }
    void note(const std::string&) override { ++heard; }
    void job_started(const Job&) override { ++heard; }
    void job_finished(const Job&, const std::string&, double) override { ++heard; }
    void job_failed(const Job&, const std::string&) override { ++heard; }
    void progress(const RunProgress&) override { ++heard; }
    void run_finished(const nlohmann::json&) override { ++heard; }
    int& heard;
  };
  int first = 0, second = 0;
  const auto display = both(std::make_unique<Counter>(first), std::make_unique<Counter>(second));
  const Job job = job_named("a");
  const std::vector<std::function<void()>> calls = {
      [&] { display->announce(announcement()); }, [&] { display->note("x"); },
      [&] { display->job_started(job); },         [&] { display->job_finished(job, "d", 1); },
      [&] { display->job_failed(job, "x"); },     [&] { display->progress({}); },
      [&] { display->run_finished({}); }};
  for (std::size_t i = 0; i < calls.size(); ++i) {
    calls[i]();
    CHECK(first == static_cast<int>(i + 1));
    CHECK(second == first);
  }
}

TEST_CASE("quiet: failures only") {
  const Job job = job_named("a");
  CHECK(shown(ProgressStyle::quiet, [&](ProgressDisplay& display) {
          display.announce(announcement());
          display.progress(moment(job, 0.5, "half"));
          display.job_finished(job, "abc", 100);
          display.note("fetching");
          display.job_failed(job, "no luck");
        }) == "failed: job a\n  no luck\n");
}

TEST_CASE("amounts of memory and time as people write them") {
  CHECK(parse_bytes("1024") == 1024);
  CHECK(parse_bytes("8G") == std::size_t{8} << 30);
  CHECK(parse_bytes("1.5GiB") == std::size_t{3} << 29);
  CHECK(parse_bytes("500mb") == std::size_t{500} << 20);
  for (const char* wrong : {"", "G", "-1G", "0", "8X", "8Gx", "nan", "inf", "1e30T"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(parse_bytes(wrong), Error);
  }
  CHECK(parse_duration("90") == 90);
  CHECK(parse_duration("0.5s") == 0.5);
  CHECK(parse_duration("30m") == 1800);
  CHECK(parse_duration("2h") == 7200);
  for (const char* wrong : {"", "m", "-1s", "0", "3 weeks", "1d"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(parse_duration(wrong), Error);
  }
  CHECK(format_duration(0) == "0:00");
  CHECK(format_duration(725.4) == "12:05");
  CHECK(format_duration(11400) == "3:10:00");
}

TEST_CASE("a word for the shell is quoted where it has to be") {
  CHECK(shell_word("suites/quick-2.yaml") == "suites/quick-2.yaml");
  CHECK(shell_word("my suite.yaml") == "'my suite.yaml'");
  CHECK(shell_word("it's $HOME") == "'it'\\''s $HOME'");
  CHECK(shell_word("").size() == 2);
}

TEST_CASE("a near miss is suggested, a far one is not") {
  CHECK(suggestion("rnu", {"run", "plan"}) == "did you mean 'run'?");
  CHECK(suggestion("--thread", {"--threads", "--run"}) == "did you mean '--threads'?");
  CHECK(suggestion("frobnicate", {"run", "plan"}).empty());
  CHECK(suggestion("run", {}).empty());
}

TEST_CASE("an event that cannot be written is an error, a line for people is not") {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> full(std::fopen("/dev/full", "w"), std::fclose);
  REQUIRE(full);
  const Job job = job_named("a");
  for (const ProgressStyle style : {ProgressStyle::terminal, ProgressStyle::plain, ProgressStyle::quiet}) {
    const auto display = make_progress_display(style, full.get());
    CHECK_NOTHROW(display->announce(announcement()));
    for (int i = 0; i < 1000; ++i) display->job_failed(job, "more than a buffer holds");
  }
  CHECK_THROWS_WITH(make_progress_display(ProgressStyle::json, full.get())->announce(announcement()),
                    Catch::Contains("cannot write an event: No space left on device"));
}

}  // namespace
}  // namespace l2l
