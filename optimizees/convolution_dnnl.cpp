#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>
#include <oneapi/dnnl/dnnl.hpp>

#include "core/aligned_vector.hpp"
#include "core/error.hpp"
#include "optimizees/convolution.hpp"

// libgomp's, with which oneDNN is built; omp.h would want the compiler's OpenMP switched on.
extern "C" void omp_set_num_threads(int threads);

namespace l2l {
namespace {

using dnnl::memory;

// A team of threads would oversubscribe the job's cores, and its size decides the order of sums. The number
// is one of the calling thread's own, and is read when a primitive is made as well as when it runs.
void use_one_thread() {
  thread_local const bool done = [] {
    omp_set_num_threads(1);
    return true;
  }();
  static_cast<void>(done);
}

const dnnl::engine& cpu() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

/// A primitive with memory of its own for each argument that is not the caller's.
class Step {
 public:
  Step() = default;
  template <class PrimitiveDescription>
  explicit Step(const PrimitiveDescription& description)
      : primitive_(description.get()), scratchpad_(description.scratchpad_desc()) {}

  std::size_t scratchpad_bytes() const { return scratchpad_.get_size(); }

  /// Runs on up to three arguments, without a container on the heap as in the C++ interface.
  void run(const dnnl::stream& stream, const dnnl::memory& scratchpad,
           const std::array<dnnl_exec_arg_t, 3>& arguments, int count) const {
    std::array<dnnl_exec_arg_t, 4> all{};
    std::copy(arguments.begin(), arguments.end(), all.begin());
    all[static_cast<std::size_t>(count)] = {DNNL_ARG_SCRATCHPAD, scratchpad.get()};
    dnnl::error::wrap_c_api(dnnl_primitive_execute(primitive_.get(), stream.get(), count + 1, all.data()),
                            "a step of a convolution failed");
  }

 private:
  dnnl::primitive primitive_;
  memory::desc scratchpad_;
};

dnnl::primitive_attr caller_keeps_scratchpad() {
  dnnl::primitive_attr attributes;
  // The library's own scratchpad belongs to the thread that made the primitive.
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attributes;
}

class DnnlConvolution final : public Convolution<float> {
 public:
  explicit DnnlConvolution(const ConvolutionShape& shape) : stream_(cpu()) {
    const auto size = [](std::size_t n) { return static_cast<memory::dim>(n); };
    const auto described = [](const memory::dims& dims, memory::format_tag tag) {
      return memory::desc(dims, memory::data_type::f32, tag);
    };
    const memory::dims strides = {1, 1};
    const memory::dims padding = {size(shape.padding), size(shape.padding)};
    const memory::dims weights = {size(shape.out), size(shape.in), size(shape.kernel), size(shape.kernel)};
    const memory::desc x = described(
        {size(shape.batch), size(shape.in), size(shape.rows), size(shape.columns)}, memory::format_tag::nhwc);
    const memory::desc z =
        described({size(shape.batch), size(shape.out), size(shape.out_rows()), size(shape.out_columns())},
                  memory::format_tag::nhwc);
    const memory::desc plain = described(weights, memory::format_tag::oihw);
    const memory::desc packed = described(weights, memory::format_tag::any);
    constexpr auto kDirect = dnnl::algorithm::convolution_direct;
    const dnnl::primitive_attr attributes = caller_keeps_scratchpad();

    const dnnl::convolution_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, kDirect, x, packed, z, strides, padding, padding}, attributes,
        cpu());
    const dnnl::convolution_backward_weights::primitive_desc weight_gradient(
        {kDirect, x, packed, z, strides, padding, padding}, attributes, cpu(), forward);
    const dnnl::convolution_backward_data::primitive_desc input_gradient(
        {kDirect, x, packed, z, strides, padding, padding}, attributes, cpu(), forward);

    x_ = of_caller(x);
    z_ = of_caller(z);
    weights_ = of_caller(plain);
    forward_ = Step(forward);
    weight_gradient_ = Step(weight_gradient);
    input_gradient_ = Step(input_gradient);
    forward_weights_ = memory(forward.weights_desc(), cpu());
    weights_gradient_ = memory(weight_gradient.diff_weights_desc(), cpu());
    input_weights_ = memory(input_gradient.weights_desc(), cpu());
    const auto reorder = [&](const memory::desc& from, const memory::desc& to) {
      return Step(dnnl::reorder::primitive_desc(cpu(), from, cpu(), to, attributes));
    };
    pack_forward_ = reorder(plain, forward.weights_desc());
    pack_input_ = reorder(plain, input_gradient.weights_desc());
    unpack_gradient_ = reorder(weight_gradient.diff_weights_desc(), plain);

    std::size_t bytes = 1;
    for (const Step* step :
         {&forward_, &weight_gradient_, &input_gradient_, &pack_forward_, &pack_input_, &unpack_gradient_})
      bytes = std::max(bytes, step->scratchpad_bytes());
    scratchpad_bytes_.resize(bytes);
    scratchpad_ = memory(described_bytes(bytes), cpu(), scratchpad_bytes_.data());
  }

  void forward(const float* x, const float* weights, float* z) override {
    use_one_thread();
    run(pack_forward_, {{{DNNL_ARG_FROM, at(weights_, weights)}, {DNNL_ARG_TO, forward_weights_.get()}}}, 2);
    run(forward_,
        {{{DNNL_ARG_SRC, at(x_, x)}, {DNNL_ARG_WEIGHTS, forward_weights_.get()}, {DNNL_ARG_DST, at(z_, z)}}});
  }

  void weight_gradient(const float* x, const float* dz, float* dw) override {
    use_one_thread();
    run(weight_gradient_, {{{DNNL_ARG_SRC, at(x_, x)},
                            {DNNL_ARG_DIFF_DST, at(z_, dz)},
                            {DNNL_ARG_DIFF_WEIGHTS, weights_gradient_.get()}}});
    run(unpack_gradient_, {{{DNNL_ARG_FROM, weights_gradient_.get()}, {DNNL_ARG_TO, at(weights_, dw)}}}, 2);
  }

  void input_gradient(const float* weights, const float* dz, float* dx) override {
    use_one_thread();
    run(pack_input_, {{{DNNL_ARG_FROM, at(weights_, weights)}, {DNNL_ARG_TO, input_weights_.get()}}}, 2);
    run(input_gradient_, {{{DNNL_ARG_DIFF_DST, at(z_, dz)},
                           {DNNL_ARG_WEIGHTS, input_weights_.get()},
                           {DNNL_ARG_DIFF_SRC, at(x_, dx)}}});
  }

 private:
  static memory of_caller(const memory::desc& description) {
    return memory(description, cpu(), DNNL_MEMORY_NONE);
  }
  static memory::desc described_bytes(std::size_t bytes) {
    return memory::desc({static_cast<memory::dim>(bytes)}, memory::data_type::u8, memory::format_tag::a);
  }
  // The library takes inputs and outputs alike as void*; it writes to outputs only.
  static dnnl_memory_t at(memory& place, const float* data) {
    place.set_data_handle(const_cast<float*>(data));
    return place.get();
  }
  void run(const Step& step, const std::array<dnnl_exec_arg_t, 3>& arguments, int count = 3) {
    step.run(stream_, scratchpad_, arguments, count);
  }

  dnnl::stream stream_;
  Step forward_, weight_gradient_, input_gradient_, pack_forward_, pack_input_, unpack_gradient_;
  memory x_, z_, weights_;                                     // of the caller: set at each call
  memory forward_weights_, weights_gradient_, input_weights_;  // in the orders that the primitives want
  AlignedVector<std::uint8_t> scratchpad_bytes_;
  memory scratchpad_;
};

const char* instruction_set() {
  switch (dnnl::get_effective_cpu_isa()) {
    case dnnl::cpu_isa::sse41:
      return "SSE4.1";
    case dnnl::cpu_isa::avx:
      return "AVX";
    case dnnl::cpu_isa::avx2:
    case dnnl::cpu_isa::avx2_vnni:
      return "AVX2";
    default:
      return "AVX-512";
  }
}

}  // namespace

std::unique_ptr<Convolution<float>> make_dnnl_convolution(const ConvolutionShape& shape) {
  use_one_thread();
  try {
    return std::make_unique<DnnlConvolution>(shape);
  } catch (const dnnl::error& error) {
    throw Error(ErrorCode::environment,
                fmt::format("oneDNN cannot convolve {}x{}x{} by {}x{} with {} channels: {}", shape.in,
                            shape.rows, shape.columns, shape.kernel, shape.kernel, shape.out, error.what()));
  }
}

const char* dnnl_description() {
  static const std::string text = [] {
    const dnnl_version_t* version = dnnl_version();
    return fmt::format("{}.{}.{} {}", version->major, version->minor, version->patch, instruction_set());
  }();
  return text.c_str();
}

}  // namespace l2l
