#include "datasets/progress.hpp"

#include <sstream>

#include <catch2/catch.hpp>

using Catch::Matchers::Contains;

TEST_CASE("without a terminal progress is a plain line at every quarter") {
  std::ostringstream out;
  const auto progress = l2l::make_progress(out, false);
  progress->note("fetching");
  for (std::uint64_t done = 0; done <= 8000000; done += 100000) progress->advance("file", done, 8000000);
  progress->advance("unknown", 5, 0);
  CHECK(out.str() ==
        "fetching\n  file 25 % (2.0 of 8.0 MB)\n  file 50 % (4.0 of 8.0 MB)\n  file 75 % (6.0 of 8.0 MB)\n"
        "  file 100 % (8.0 of 8.0 MB)\n");
}

TEST_CASE("on a terminal progress is a bar that is redrawn, and gone before the next line") {
  std::ostringstream out;
  const auto progress = l2l::make_progress(out, true);
  progress->advance("file", 2000000, 8000000);
  CHECK(out.str() == "\r  file [######..................] 2.0 of 8.0 MB\x1b[K");
  progress->advance("file", 2000001, 8000000);  // looks the same: nothing to draw
  CHECK(out.str() == "\r  file [######..................] 2.0 of 8.0 MB\x1b[K");
  out.str("");
  progress->note("done");
  CHECK(out.str() == "\r\x1b[Kdone\n");
  out.str("");
  progress->advance("other", 1500000, 0);
  CHECK(out.str() == "\r  other 1.5 MB\x1b[K");
}
