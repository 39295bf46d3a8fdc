#include "datasets/cifar.hpp"

#include "core/error.hpp"

namespace l2l {

CifarView parse_cifar(std::string_view bytes, const std::string& name, int classes) {
  const auto fail = [&](std::string what) {
    throw Error(ErrorCode::data, {name}, std::move(what), "replace the file by a good copy");
  };
  if (bytes.empty() || bytes.size() % CifarView::kRecord != 0)
    fail(fmt::format("a CIFAR file holds records of {} bytes: {} bytes are {} of them and {} bytes more",
                     CifarView::kRecord, bytes.size(), bytes.size() / CifarView::kRecord,
                     bytes.size() % CifarView::kRecord));
  const CifarView view(bytes);
  for (std::size_t i = 0; i < view.count(); ++i)
    if (view.label(i) >= classes)
      fail(fmt::format("label {} in record {} of a dataset of {} classes", view.label(i), i, classes));
  return view;
}

}  // namespace l2l
