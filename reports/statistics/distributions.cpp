#include "reports/statistics/distributions.hpp"

#include <numbers>

#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/erf.hpp>

#include "core/error.hpp"

namespace l2l::reports {
namespace {

// No exceptions from the edges of a distribution, and no promotion to long double: it is slow, and nothing
// here needs the digits.
using Policy =
    boost::math::policies::policy<boost::math::policies::overflow_error<boost::math::policies::ignore_error>,
                                  boost::math::policies::promote_double<false>>;
using Student = boost::math::students_t_distribution<double, Policy>;

}  // namespace

double student_tail(double t, double degrees) {
  L2L_CHECK(degrees > 0, "degrees={}", degrees);
  return boost::math::cdf(boost::math::complement(Student(degrees), t));
}

double student_quantile(double tail, double degrees) {
  L2L_CHECK(degrees > 0 && tail > 0 && tail < 1, "degrees={} tail={}", degrees, tail);
  return boost::math::quantile(boost::math::complement(Student(degrees), tail));
}

double normal_quantile(double tail) {
  L2L_CHECK(tail > 0 && tail < 1, "tail={}", tail);
  return std::numbers::sqrt2 * boost::math::erfc_inv(2 * tail, Policy());
}

double binomial_at_least(std::size_t k, std::size_t n, double share) {
  return k > n ? 0 : binomial_at_least(static_cast<double>(k), static_cast<double>(n), share);
}

double binomial_at_least(double k, double n, double share) {
  L2L_CHECK(k >= 0 && k <= n, "k={} n={}", k, n);
  if (k == 0 || share >= 1) return 1;
  return share <= 0 ? 0 : boost::math::ibeta(k, n - k + 1, share, Policy());
}

Interval binomial_interval(double k, double n, double alpha) {
  L2L_CHECK(k >= 0 && k <= n && alpha > 0 && alpha < 1, "k={} n={} alpha={}", k, n, alpha);
  return {k == 0 ? 0 : boost::math::ibeta_inv(k, n - k + 1, alpha / 2, Policy()),
          k == n ? 1 : boost::math::ibetac_inv(k + 1, n - k, alpha / 2, Policy())};
}

}  // namespace l2l::reports
