#include "harness/suite/optimizer_axes.hpp"

#include <algorithm>
#include <map>

#include "harness/suite/fields.hpp"
#include "optimizers/architecture_fields.hpp"
#include "optimizers/rate_schedule_fields.hpp"

namespace l2l::suite {
namespace {

/// Of all rules, each name once: with a range that holds those of all rules that have it.
std::vector<Field> hyperparameter_axes() {
  std::map<std::string, std::pair<Node, std::vector<std::string>>> found;
  for (const Rule& rule : rules()) {
    for (const auto& [name, bounds] : rule.bounds) {
      auto& [node, labels] =
          found.try_emplace(name, schema::number(bounds.low, bounds.high), std::vector<std::string>{})
              .first->second;
      node.minimum = std::min(*node.minimum, bounds.low);
      node.maximum = std::max(*node.maximum, bounds.high);
      labels.push_back(rule.label);
    }
  }
  std::vector<Field> axes;
  for (const auto& [name, range] : found)
    axes.push_back(schema::optional(name, range.first, fmt::format("of {}", fmt::join(range.second, ", "))));
  return axes;
}

bool has_axis(const BaselineSpec& baseline, std::string_view axis) {
  const Rule& rule = *find_rule(baseline.rule);
  const bool of_schedule = fields<RateSchedule>().axis(axis) != nullptr;
  if (!of_schedule && !rule.bounds.contains(axis)) return false;
  const std::vector<std::string> tuned = tuned_names(baseline);
  return std::count(tuned.begin(), tuned.end(), of_schedule ? std::string_view(kScheduleName) : axis) == 0;
}

void move_baseline(BaselineSpec& baseline, std::string_view axis, const Value& value) {
  if (const FieldEntry* entry = fields<RateSchedule>().axis(axis)) {
    entry->set(&baseline.schedule, plain_json(value));
    if (const std::string complaint = complaint_of(baseline.schedule); !complaint.empty())
      fail(value.where, fmt::format("optimizer.{}: {}", axis, complaint));
    return;
  }
  baseline.hyperparameters[std::string(axis)] = value.number;
  try {
    find_rule(baseline.rule)->resolve(baseline.hyperparameters);
  } catch (const Error& error) {
    fail(value.where, error.message(), error.hint());
  }
}

/// A label that only names the architecture follows it.
void move_learned(OptimizerSpec& optimizer, std::string_view axis, const Value& value) {
  LearnedSpec& learned = *optimizer.learned;
  const std::string named = label_of(learned.architecture.kind);
  if (const FieldEntry* entry = fields<ArchitectureSpec>().axis(axis))
    entry->set(&learned.architecture, plain_json(value));
  if (const FieldEntry* entry = fields<MetaTrainingSpec>().axis(axis))
    entry->set(&learned.training, plain_json(value));
  if (optimizer.label == named) optimizer.label = label_of(learned.architecture.kind);
}

}  // namespace

std::vector<Field> optimizer_axes() {
  std::vector<Field> axes = fields<ArchitectureSpec>().axes();
  const auto add = [&](std::vector<Field> more) {
    for (Field& axis : more) {
      const auto known =
          std::find_if(axes.begin(), axes.end(), [&](const Field& f) { return f.name == axis.name; });
      if (known == axes.end())
        axes.push_back(std::move(axis));
      else
        known->doc += fmt::format("; {}", axis.doc);  // of a learned optimizer and of a rule
    }
  };
  add(fields<MetaTrainingSpec>().axes());
  add(hyperparameter_axes());
  add(fields<RateSchedule>().axes());
  return axes;
}

bool has_axis(const OptimizerSpec& optimizer, std::string_view axis) {
  if (optimizer.baseline) return has_axis(*optimizer.baseline, axis);
  return !optimizer.learned->phi_file && (fields<ArchitectureSpec>().axis(axis) != nullptr ||
                                          fields<MetaTrainingSpec>().axis(axis) != nullptr);
}

void move_optimizer(OptimizerSpec& optimizer, std::string_view axis, const Value& value) {
  if (optimizer.baseline)
    move_baseline(*optimizer.baseline, axis, value);
  else
    move_learned(optimizer, axis, value);
}

}  // namespace l2l::suite
