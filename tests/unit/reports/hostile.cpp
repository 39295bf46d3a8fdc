#include "tests/unit/reports/hostile.hpp"

#include <cstddef>

#include "tests/unit/reports/synthetic.hpp"

namespace l2l::reports {

const std::vector<std::string>& hostile_texts() {
  static const std::vector<std::string> texts = {
      "<script>window.broken=1</script>",
      "</script><script>window.broken=2</script>",
      "<img src=x onerror=\"window.broken=3\">",
      "\" onmouseover=\"window.broken=4",
      "' onclick='window.broken=5",
      "<!-- open comment",
      "]]> --> </title></style></table></pre>",
      "{\"a\": [1, \"b\\\"\"]} \\u003c",
      "&lt;b&gt; &amp; &#60;i&#62; &nosuch; & AT&T",
      "a|b||c |",
      "`code` ``` ```` ~~~ ~gone~",
      "*star* **strong** _under_ __dunder__ snake_case_name",
      "[link](https://example.com) ![image](x.png) [ref]",
      "# heading ##",
      "- list",
      "1. number",
      "$x^2$ $$y$$ \\(z\\) \\[w\\]",
      "\\input{/etc/passwd} \\end{tabular} \\\\ % comment",
      "{ } {{ }} ~ ^ _ & # % $ \\",
      "first line\nsecond line\r\nthird | line\rfourth",
      "tab\there, bell\a, escape\x1b[31m, delete\x7f",
      std::string("nul\0inside", 10),
      "=HYPERLINK(\"https://example.com\",\"click\")",
      "+1+cmd|' /C calc'!A0",
      "-2+3",
      "@SUM(A1:A9)",
      "\t=1+1",
      "a,\"b\";c",
      "ünïcode λ → ∇f(θ) 損失 🙂 e\xCC\x81",
      "\xE2\x80\xAEtfel-ot-thgir\xE2\x80\xAC \xE2\x80\x8B zero width",
      "no UTF-8: \xff\xfe \xC3( \xED\xA0\x80 \xF4\x90\x80\x80 \xE2\x82",
      "line\xE2\x80\xA8separator",
      "C1 control \xC2\x85, noncharacters \xEF\xBF\xBE \xEF\xB7\x90 \xF0\x9F\xBF\xBF",
      std::string(400, 'W'),
      "many words " + std::string("of a very long name ") +
          "that goes on and on and on and on and on and on and on and on and on",
      " leading and trailing ",
      "$(touch broken) `touch broken` ; touch broken",
  };
  return texts;
}

ReportInput hostile_run() {
  std::size_t next = 0;
  const auto text = [&] { return hostile_texts()[next++ % hostile_texts().size()]; };
  ReportInput input = synthetic_run();
  input.title = "Hostile " + text();
  input.description = text() + "\n\n" + text();
  input.setting = text();
  input.command = "./l2lbench run '" + text() + "'";
  for (auto& [name, value] : input.manifest) {
    name = text();
    value = text();
  }
  input.notes = {text(), text()};
  for (Failure& failure : input.failures) {
    failure.job.label = text();
    failure.message = text();
  }
  for (Experiment& experiment : input.experiments) {
    experiment.title = text();
    std::map<std::string, std::string> labels, values;  // of a name: the same wherever it occurs
    for (Curve& curve : experiment.curves) {
      if (labels.count(curve.optimizer) == 0) labels[curve.optimizer] = text();
      curve.label = labels[curve.optimizer];
      curve.optimizee_label = text();
      for (auto& [axis, value] : curve.coordinates) {
        if (axis == "optimizee.hidden_units") continue;  // a scatter plot has numbers there
        if (values.count(value) == 0) values[value] = text();
        value = values[value];
      }
    }
  }
  for (MetaTraining& training : input.meta_trainings) training.label = training.optimizee_label = text();
  for (Figure& figure : input.figures) figure.title = text();
  while (input.claims.size() < hostile_texts().size()) input.claims.push_back(input.claims[0]);
  next = 0;
  for (Claim& claim : input.claims) {
    claim.statement = text();
    claim.source = hostile_texts()[(next + 7) % hostile_texts().size()];
    claim.where.clear();
  }
  return input;
}

}  // namespace l2l::reports
