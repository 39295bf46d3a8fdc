// Memory for the vector kernels: aligned to whole vectors and cache lines.
#pragma once

#include <algorithm>
#include <cstddef>
#include <new>

#include <hwy/aligned_allocator.h>

namespace l2l {

class FloatBuffer {
 public:
  /// At least `size` floats; the contents are lost where the buffer has to grow.
  void reserve(std::size_t size) {
    if (size <= size_) return;
    data_.reset();
    data_ = hwy::AllocateAligned<float>(size);
    if (!data_) throw std::bad_alloc();
    size_ = size;
  }
  void zero() { std::fill_n(data_.get(), size_, 0.0f); }
  float* data() { return data_.get(); }
  const float* data() const { return data_.get(); }

 private:
  hwy::AlignedFreeUniquePtr<float[]> data_;
  std::size_t size_ = 0;
};

}  // namespace l2l
