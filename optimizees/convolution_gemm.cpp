#include <algorithm>

#include "core/aligned_vector.hpp"
#include "core/blas.hpp"
#include "core/error.hpp"
#include "optimizees/convolution.hpp"

namespace l2l {
namespace {

template <class Real>
class GemmConvolution final : public Convolution<Real> {
 public:
  explicit GemmConvolution(const ConvolutionShape& shape)
      : shape_(shape),
        pixels_(shape.out_rows() * shape.out_columns()),
        patch_(shape.in * shape.kernel * shape.kernel),
        patches_(pixels_ * patch_) {}

  void forward(const Real* x, const Real* weights, Real* z) override {
    for (std::size_t b = 0; b < shape_.batch; ++b) {
      unfold(x + b * image());
      gemm(Transpose::no, Transpose::yes, pixels_, shape_.out, patch_, Real{1}, patches_.data(), patch_,
           weights, patch_, Real{0}, z + b * pixels_ * shape_.out, shape_.out);
    }
  }

  void weight_gradient(const Real* x, const Real* dz, Real* dw) override {
    for (std::size_t b = 0; b < shape_.batch; ++b) {
      unfold(x + b * image());
      gemm(Transpose::yes, Transpose::no, shape_.out, patch_, pixels_, Real{1}, dz + b * pixels_ * shape_.out,
           shape_.out, patches_.data(), patch_, b == 0 ? Real{0} : Real{1}, dw, patch_);
    }
  }

  void input_gradient(const Real* weights, const Real* dz, Real* dx) override {
    std::fill(dx, dx + shape_.batch * image(), Real{0});
    for (std::size_t b = 0; b < shape_.batch; ++b) {
      gemm(Transpose::no, Transpose::no, pixels_, patch_, shape_.out, Real{1}, dz + b * pixels_ * shape_.out,
           shape_.out, weights, patch_, Real{0}, patches_.data(), patch_);
      fold(dx + b * image());
    }
  }

 private:
  std::size_t image() const { return shape_.rows * shape_.columns * shape_.in; }

  // visit(entry of the patches, entry of the image) for all pairs that lie inside the image.
  template <class Visit>
  void for_each_inside(Visit visit) const {
    const std::size_t size = shape_.kernel, padding = shape_.padding;
    for (std::size_t y = 0; y < shape_.out_rows(); ++y)
      for (std::size_t x = 0; x < shape_.out_columns(); ++x) {
        const std::size_t patch = (y * shape_.out_columns() + x) * patch_;
        for (std::size_t j = 0; j < size; ++j)
          for (std::size_t k = 0; k < size; ++k) {
            if (y + j < padding || y + j >= shape_.rows + padding || x + k < padding ||
                x + k >= shape_.columns + padding)
              continue;
            const std::size_t pixel = ((y + j - padding) * shape_.columns + x + k - padding) * shape_.in;
            for (std::size_t i = 0; i < shape_.in; ++i) visit(patch + (i * size + j) * size + k, pixel + i);
          }
      }
  }

  // What lies outside of the image stays zero.
  void unfold(const Real* image) {
    std::fill(patches_.begin(), patches_.end(), Real{0});
    for_each_inside([&](std::size_t entry, std::size_t pixel) { patches_[entry] = image[pixel]; });
  }
  void fold(Real* image) const {
    for_each_inside([&](std::size_t entry, std::size_t pixel) { image[pixel] += patches_[entry]; });
  }

  ConvolutionShape shape_;
  std::size_t pixels_, patch_;
  AlignedVector<Real> patches_;  // (out rows * out columns, in * kernel * kernel)
};

}  // namespace

template <class Real>
std::unique_ptr<Convolution<Real>> make_gemm_convolution(const ConvolutionShape& shape) {
  return std::make_unique<GemmConvolution<Real>>(shape);
}

template std::unique_ptr<Convolution<float>> make_gemm_convolution(const ConvolutionShape&);
template std::unique_ptr<Convolution<double>> make_gemm_convolution(const ConvolutionShape&);

template <>
std::unique_ptr<Convolution<float>> make_convolution(const ConvolutionShape& shape) {
  return make_dnnl_convolution(shape);
}

template <>
std::unique_ptr<Convolution<double>> make_convolution(const ConvolutionShape& shape) {
  return make_gemm_convolution<double>(shape);
}

}  // namespace l2l
