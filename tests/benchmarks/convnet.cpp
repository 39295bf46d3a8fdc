// Speed of the ConvNet optimizee on one core: the paper's network (three convolutions 5x5x16 with max
// pooling, 32 fully connected units) on minibatches of 128, whole and in its parts, and the two ways to
// convolve.
//   convnet --benchmark_filter='loss_and_gradient'
#include <algorithm>

#include <benchmark/benchmark.h>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "optimizees/convnet.hpp"

namespace l2l {
namespace {

constexpr std::size_t kBatch = 128;

ConvNetShape paper_network() {
  ConvNetShape shape;
  shape.convolutions = {3, ConvLayer{}};
  shape.hidden = {32};
  return shape;
}

AlignedVector<float> noise(std::size_t count, double stddev, std::uint64_t seed) {
  AlignedVector<float> values(count);
  RandomStream(seed).fill_normal<float>(values, stddev);
  return values;
}

void report_flop(benchmark::State& state, double flop) {
  state.counters["GFLOP/s"] = benchmark::Counter(flop * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
}

void whole_network(benchmark::State& state, bool with_gradient) {
  const FlushDenormals flush;
  const ConvNetShape shape = paper_network();
  ConvNetNetwork<float> network(shape, kBatch);
  const AlignedVector<float> x = noise(kBatch * shape.inputs(), 1, 1);
  const AlignedVector<float> theta = noise(shape.parameters(), 0.01, 2);
  AlignedVector<float> gradient(theta.size());
  std::vector<std::uint8_t> labels(kBatch);
  for (std::size_t i = 0; i < kBatch; ++i) labels[i] = static_cast<std::uint8_t>(i % shape.classes);
  for (auto _ : state) {
    benchmark::DoNotOptimize(network.loss(theta, x, labels));
    if (with_gradient) network.gradient(theta, x, labels, gradient);
    benchmark::ClobberMemory();
  }
  if (with_gradient) report_flop(state, convnet_gradient_flop(shape, kBatch));
}

enum class Part { forward, weight_gradient, input_gradient };

void convolution(benchmark::State& state, Part part, bool with_dnnl) {
  const FlushDenormals flush;
  const ConvolutionShape shape =
      paper_network().convolution_shapes(kBatch).at(static_cast<std::size_t>(state.range(0)));
  const auto c = with_dnnl ? make_dnnl_convolution(shape) : make_gemm_convolution<float>(shape);
  AlignedVector<float> x = noise(kBatch * shape.rows * shape.columns * shape.in, 1, 1);
  AlignedVector<float> z = noise(kBatch * shape.out_rows() * shape.out_columns() * shape.out, 1, 2);
  AlignedVector<float> weights = noise(shape.weights(), 1, 3);
  for (auto _ : state) {
    switch (part) {
      case Part::forward:
        c->forward(x.data(), weights.data(), z.data());
        break;
      case Part::weight_gradient:
        c->weight_gradient(x.data(), z.data(), weights.data());
        break;
      case Part::input_gradient:
        c->input_gradient(weights.data(), z.data(), x.data());
        break;
    }
    benchmark::ClobberMemory();
  }
  report_flop(state, 2.0 * static_cast<double>(z.size() * shape.in * shape.kernel * shape.kernel));
}

void activation(benchmark::State& state, bool forward) {
  const FlushDenormals flush;
  const ConvolutionShape shape =
      paper_network().convolution_shapes(kBatch).at(static_cast<std::size_t>(state.range(0)));
  NormalisedActivation<float> a({kBatch, shape.out_rows(), shape.out_columns(), shape.out, 2}, 1e-5);
  AlignedVector<float> z = noise(a.shape().inputs(), 1, 1), y(a.shape().outputs());
  const AlignedVector<float> dy = noise(y.size(), 1, 2);
  std::vector<float> beta(shape.out), dbeta(shape.out);
  a.forward(z.data(), nullptr, beta.data(), nullptr, y.data());
  for (auto _ : state) {
    if (forward)
      a.forward(z.data(), nullptr, beta.data(), nullptr, y.data());
    else
      a.backward(dy.data(), y.data(), nullptr, z.data(), nullptr, dbeta.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(
      static_cast<std::int64_t>(static_cast<std::size_t>(state.iterations()) * z.size() * sizeof(float)));
}

void register_all() {
  const auto in_ms = [](benchmark::internal::Benchmark* b) { return b->Unit(benchmark::kMillisecond); };
  in_ms(benchmark::RegisterBenchmark("loss", [](auto& state) { whole_network(state, false); }));
  in_ms(benchmark::RegisterBenchmark("loss_and_gradient", [](auto& state) { whole_network(state, true); }));
  for (const bool dnnl : {true, false}) {
    const std::string library = dnnl ? "onednn" : "im2col";
    for (const auto& [name, part] : {std::pair{"forward", Part::forward},
                                     {"weight_gradient", Part::weight_gradient},
                                     {"input_gradient", Part::input_gradient}})
      for (std::int64_t layer = part == Part::input_gradient ? 1 : 0; layer < 3; ++layer)
        in_ms(benchmark::RegisterBenchmark((library + "/" + name).c_str(), [part = part, dnnl](auto& state) {
          convolution(state, part, dnnl);
        }))->Arg(layer);
  }
  for (const bool forward : {true, false})
    for (std::int64_t layer = 0; layer < 3; ++layer)
      in_ms(benchmark::RegisterBenchmark(forward ? "activation/forward" : "activation/backward",
                                         [forward](auto& state) { activation(state, forward); }))
          ->Arg(layer);
}

}  // namespace
}  // namespace l2l

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  l2l::register_all();
  benchmark::RunSpecifiedBenchmarks();
}
