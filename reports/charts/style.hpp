// Colours and dashes of the paper's figures.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "reports/charts/chart.hpp"
#include "reports/results/results.hpp"

namespace l2l::reports {

enum class Palette {
  paper,        ///< the paper's colours
  colour_blind  ///< Okabe and Ito's, told apart with red-green blindness too
};

/// A style for every optimizer of a run, by its name in the suite: the same in every figure. Baselines are
/// dashed (ADAM red, RMSprop blue, SGD green, NAG purple, the others quieter and dotted; a rule that has no
/// colour here gets the next of those kept for others), learned optimizers solid and thicker, the first one
/// orange. Another label of the same rule gets a darker shade, another label
/// of a learned optimizer another colour, from the sixth on another dash too; optimizers that share a label
/// (one per experiment) look alike.
class StyleBook {
 public:
  explicit StyleBook(const std::vector<Experiment>& experiments, Palette palette = Palette::paper);

  const Style& of(const std::string& optimizer) const;
  /// Names as legends and tables list them: learned first, then as the suite has them.
  const std::vector<std::string>& order() const { return order_; }

 private:
  std::map<std::string, Style> styles_;
  std::vector<std::string> order_;
};

/// A colour of a sequential scale (viridis: dark to light in even steps, also without red or green cones).
/// @param share  in [0, 1]; values outside are taken as its ends
/// @return #rrggbb
std::string sequential_color(double share);
/// Black or white, whichever reads better on a colour #rrggbb.
std::string text_color_on(const std::string& color);

inline constexpr const char* kLearnedColor = "#f07d00";

}  // namespace l2l::reports
