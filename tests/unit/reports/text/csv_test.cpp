#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <locale>
#include <sstream>

#include <unistd.h>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "reports/pages/budget_table.hpp"
#include "reports/pages/csv_tables.hpp"
#include "reports/results/results.hpp"
#include "reports/text/csv.hpp"

using namespace l2l;
using namespace l2l::reports;

namespace {

struct CommaPunctuation : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

/// Sets a global locale that writes 1234.5 as 1.234,5.
class GermanLocale {
 public:
  GermanLocale() : before_(std::locale::global(std::locale(std::locale(), new CommaPunctuation))) {}
  ~GermanLocale() { std::locale::global(before_); }

 private:
  std::locale before_;
};

std::vector<Experiment> small_experiments() {
  Curve curve;
  curve.experiment = "quad";
  curve.coordinates = {{"optimizee.dimension", "10"}};
  curve.optimizee = "q, \"n\"";
  curve.optimizer = "adam";
  curve.horizon = 1;
  curve.seeds = {1000, 1001};
  curve.losses = {{{1.5F, 0.1F}, {2.5F, std::numeric_limits<float>::infinity()}}};
  curve.learning_rate = 0.1;
  curve.tune_rates = {0.01, 0.1};
  curve.tune_losses = {1234.5, 0.25};
  return {{"quad", "Quadratics", {curve}}};
}

std::string read(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("numbers are the shortest text that reads back as the same bits") {
  CHECK(number_text(0.1) == "0.1");
  CHECK(number_text(0.1F) == "0.1");
  CHECK(number_text(1.0 / 3) == "0.3333333333333333");
  CHECK(number_text(1e-7) == "1e-07");
  CHECK(number_text(std::numeric_limits<double>::infinity()) == "inf");
  CHECK(number_text(-std::numeric_limits<float>::infinity()) == "-inf");
  CHECK(number_text(std::numeric_limits<double>::quiet_NaN()).empty());
  for (const double value : {5e-324, 1.7976931348623157e308, 123456789.123, 0.30000000000000004}) {
    CHECK(std::strtod(number_text(value).c_str(), nullptr) == value);
  }
}

TEST_CASE("fields are quoted as RFC 4180 has it") {
  CsvTable table({"a", "b,c", "d\"e"});
  table.add("plain text").add("line\r\nbreak").add("");
  table.end_record();
  CHECK(table.text() == "a,\"b,c\",\"d\"\"e\"\r\nplain text,\"line\r\nbreak\",\r\n");
}

TEST_CASE("a record with the wrong number of fields is a bug") {
  CsvTable table({"a", "b"});
  table.add(1);
  CHECK_THROWS_AS(table.end_record(), CheckFailure);
}

TEST_CASE("tables have dots and no grouping in any locale") {
  const GermanLocale locale;
  std::ostringstream proof;
  proof << 1234.5;
  REQUIRE(proof.str() == "1.234,5");  // the locale is in force
  CHECK(tuning_csv(small_experiments()) ==
        "experiment,optimizee.dimension,optimizee,optimizer,horizon,learning_rate,loss,chosen,settings\r\n"
        "quad,10,\"q, \"\"n\"\"\",adam,1,0.01,1234.5,false,\r\n"
        "quad,10,\"q, \"\"n\"\"\",adam,1,0.1,0.25,true,\r\n");
  const auto path =
      std::filesystem::temp_directory_path() / ("l2l-trajectories" + std::to_string(::getpid()));
  REQUIRE(write_trajectories(small_experiments(), path));
  CHECK(read(path) ==
        "experiment,optimizee.dimension,optimizee,optimizer,seed,step,loss\r\n"
        "quad,10,\"q, \"\"n\"\"\",adam,1000,0,1.5\r\n"
        "quad,10,\"q, \"\"n\"\"\",adam,1000,1,0.1\r\n"
        "quad,10,\"q, \"\"n\"\"\",adam,1001,0,2.5\r\n"
        "quad,10,\"q, \"\"n\"\"\",adam,1001,1,inf\r\n");
  const std::uintmax_t bytes = std::filesystem::file_size(path);
  std::filesystem::remove(path);
  CHECK_FALSE(write_trajectories(small_experiments(), path, bytes - 1));
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK(write_trajectories(small_experiments(), path, bytes));
  std::filesystem::remove(path);
}

TEST_CASE("the summary counts diverged seeds and leaves what has no value empty") {
  const std::vector<Experiment> experiments = small_experiments();
  SummaryCache cache;
  CHECK(summary_csv(experiments, cache) ==
        "experiment,optimizee.dimension,optimizee,optimizer,horizon,step,n,mean,standard_error,ci95_low,ci95_"
        "high,"
        "median,diverged,learning_rate,tuning\r\n"
        "quad,10,\"q, \"\"n\"\"\",adam,1,1,2,inf,,inf,inf,inf,1,0.1,\r\n");
  std::vector<Experiment> failed = small_experiments();
  failed[0].curves[0].no_rate_works = true;
  SummaryCache fresh;
  CHECK_THAT(summary_csv(failed, fresh), Catch::EndsWith(",0.1,no rate works\r\n"));
  failed[0].curves[0].no_rate_works = false;
  failed[0].curves[0].edge_of_grid = true;
  CHECK_THAT(summary_csv(failed, fresh), Catch::EndsWith(",0.1,edge of grid\r\n"));
}

TEST_CASE("summary steps are 20, 50, 100, 200 ... and the last") {
  CHECK(summary_steps(7) == std::vector<int>{7});
  CHECK(summary_steps(20) == std::vector<int>{20});
  CHECK(summary_steps(100) == std::vector<int>{20, 50, 100});
  CHECK(summary_steps(250) == std::vector<int>{20, 50, 100, 200, 250});
  CHECK(summary_steps(1000) == std::vector<int>{20, 50, 100, 200, 500, 1000});
}

TEST_CASE("trials of a random search have their settings, the chosen one is marked") {
  std::vector<Experiment> experiments = small_experiments();
  Curve& curve = experiments[0].curves[0];
  curve.tune_rates = {0.1, 0.1, 0.2};
  curve.tune_losses = {3, 1, 2};
  curve.tune_settings = {"beta1 0.5", "beta1 0.6, cosine to 0.01", ""};
  curve.settings = "beta1 0.6, cosine to 0.01";
  const std::string text = tuning_csv(experiments);
  CHECK_THAT(text, Catch::Contains(",0.1,3,false,beta1 0.5\r\n"));
  CHECK_THAT(text, Catch::Contains(",0.1,1,true,\"beta1 0.6, cosine to 0.01\"\r\n"));
  CHECK_THAT(text, Catch::Contains(",0.2,2,false,\r\n"));
}

TEST_CASE("budgets stand side by side, equal ones of an optimizer once") {
  std::vector<Experiment> experiments = small_experiments();
  Curve adam = experiments[0].curves[0];
  adam.label = "ADAM";
  adam.budget = Budget{1234567, 1200000, 2.5, "27 rates, 16 problems, 100 steps"};
  Curve lstm = adam, unknown = adam;
  lstm.optimizer = lstm.label = "lstm";
  lstm.learned = true;
  lstm.budget = Budget{50, 5, 3, "1 training"};
  unknown.budget.reset();
  experiments[0].curves = {adam, adam, lstm, unknown};
  CHECK(markdown_table(budget_table(experiments)) ==
        "| Experiment | Optimizer | Function evaluations | Gradients | Spent on |\n|---|---|---:|---:|---|\n"
        "| Quadratics | ADAM | 1,234,567 | 1,200,000 | 27 rates, 16 problems, 100 steps |\n"
        "| Quadratics | lstm | 50 | 5 | 1 training |\n");
  CHECK(budget_csv(experiments) ==
        "experiment,optimizee.dimension,optimizee,optimizer,learned,functions,gradients,seconds,spent_on\r\n"
        "quad,10,\"q, \"\"n\"\"\",adam,false,1234567,1200000,2.5,\"27 rates, 16 problems, 100 steps\"\r\n"
        "quad,10,\"q, \"\"n\"\"\",adam,false,1234567,1200000,2.5,\"27 rates, 16 problems, 100 steps\"\r\n"
        "quad,10,\"q, \"\"n\"\"\",lstm,true,50,5,3,1 training\r\n");
}

TEST_CASE("meta-training rows mark the selected epoch") {
  MetaTraining training;
  training.optimizer = "lstm";
  training.optimizee = "quad";
  training.learning_rate = 0.01;
  training.train_losses = {2, 1};
  training.validation_losses = {1.5, 1.75};
  training.selected_epoch = 1;
  CHECK(meta_training_csv({training}) ==
        "optimizer,optimizee,learning_rate,epoch,train_loss,validation_loss,selected\r\n"
        "lstm,quad,0.01,1,2,1.5,true\r\nlstm,quad,0.01,2,1,1.75,false\r\n");
}
