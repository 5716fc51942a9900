#include <array>
#include <cstring>

#include "call.h"
#include "functions.h"
#include "launch-command.h"
#include "tensor-map.h"

namespace dg {
namespace {

constexpr size_t kMaxArguments = 64;
constexpr size_t kMaxParameterBytes = 4096;
constexpr size_t kMaxTensorMaps = kMaxParameterBytes / sizeof(CUtensorMap);

/** Reads the command front to back; every read is within its bytes. */
class CommandReader {
 public:
  CommandReader(Napi::Env env, std::span<const uint8_t> bytes) : env_(env), bytes_(bytes) {}

  template <typename T>
  void read(T& value) {
    if (sizeof value > bytes_.size() - offset_) {
      throwRange(env_, "at least " + std::to_string(offset_ + sizeof value) + " bytes", "the launch command",
                 std::to_string(bytes_.size()));
    }
    std::memcpy(&value, bytes_.data() + offset_, sizeof value);
    offset_ += sizeof value;
  }

 private:
  Napi::Env env_;
  std::span<const uint8_t> bytes_;
  size_t offset_ = 0;
};

/** The values of the kernel's parameters and the pointers to them that the driver wants. */
class ParameterBlock {
 public:
  void readArgument(const Call& call, CommandReader& reader) {
    ArgumentHeader header;
    reader.read(header);
    void* value = nullptr;
    if (header.kind == kArgumentScalar && header.parameterBytes >= 1 && header.parameterBytes <= kScalarPayloadBytes) {
      reader.read(scalars_[count_]);
      value = &scalars_[count_];
    } else if (header.kind == kArgumentTensorMap && header.parameterBytes == sizeof(CUtensorMap)) {
      TensorMapPayload payload;
      reader.read(payload);
      if (mapCount_ == kMaxTensorMaps) {
        throwRange(call.env(), "at most " + std::to_string(kMaxTensorMaps), "tensor maps", "more");
      }
      encodeTensorMap(call, static_cast<uint32_t>(count_), payload, &maps_[mapCount_]);
      value = &maps_[mapCount_++];
    } else {
      throwRange(call.env(), "a scalar of 1 to 8 bytes or a tensor map of 128",
                 "argument " + std::to_string(count_),
                 "kind " + std::to_string(header.kind) + " of " + std::to_string(header.parameterBytes) + " bytes");
    }
    totalBytes_ += header.parameterBytes;
    sizes_[count_] = header.parameterBytes;
    pointers_[count_++] = value;
  }

  /** The driver copies as many bytes as the kernel declares, whatever it is given. */
  void checkAgainst(const Call& call, const Kernel& kernel) const {
    if (totalBytes_ > kMaxParameterBytes) {
      throwRange(call.env(), "at most " + std::to_string(kMaxParameterBytes) + " bytes", "the parameters",
                 std::to_string(totalBytes_));
    }
    if (!kernel.parameterBytes) return;
    const auto& declared = *kernel.parameterBytes;
    if (declared.size() != count_) {
      throwRange(call.env(), std::to_string(declared.size()), "the number of arguments", std::to_string(count_));
    }
    for (size_t index = 0; index < count_; ++index) {
      if (declared[index] == sizes_[index]) continue;
      throwRange(call.env(), std::to_string(declared[index]) + " bytes", "argument " + std::to_string(index),
                 std::to_string(sizes_[index]));
    }
  }

  void** pointers() { return pointers_.data(); }

 private:
  alignas(64) std::array<CUtensorMap, kMaxTensorMaps> maps_;
  std::array<uint64_t, kMaxArguments> scalars_;
  std::array<void*, kMaxArguments> pointers_;
  std::array<uint32_t, kMaxArguments> sizes_;
  size_t mapCount_ = 0;
  size_t count_ = 0;
  size_t totalBytes_ = 0;
};

class LaunchAttributes {
 public:
  explicit LaunchAttributes(const LaunchHeader& header) {
    const auto& cluster = header.cluster;
    if (cluster[0] > 1 || cluster[1] > 1 || cluster[2] > 1) {
      CUlaunchAttribute& attribute = attributes_[count_++];
      attribute.id = CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION;
      attribute.value.clusterDim = {cluster[0], cluster[1], cluster[2]};
    }
    if ((header.flags & kFlagDependentLaunch) != 0) {
      CUlaunchAttribute& attribute = attributes_[count_++];
      attribute.id = CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION;
      attribute.value.programmaticStreamSerializationAllowed = 1;
    }
  }

  CUlaunchAttribute* data() { return attributes_.data(); }
  unsigned count() const { return count_; }

 private:
  std::array<CUlaunchAttribute, 2> attributes_{};
  unsigned count_ = 0;
};

std::span<const uint8_t> commandBytes(const Call& call) {
  const auto command = call.arguments.bytes(2, "command");
  return command.first(call.arguments.integer(3, "byteLength", 0, command.size()));
}

}  // namespace

Napi::Value launch(const Napi::CallbackInfo& info) {
  const Call call(info);
  const auto& kernel = call.kernel(0);
  const auto& stream = call.stream(1);
  call.checkSameDevice(*kernel, "kernel", *stream, "stream");

  CommandReader reader(call.env(), commandBytes(call));
  LaunchHeader header;
  reader.read(header);
  if (header.argumentCount > kMaxArguments) {
    throwRange(call.env(), "at most " + std::to_string(kMaxArguments), "argumentCount",
               std::to_string(header.argumentCount));
  }
  ParameterBlock parameters;
  for (uint32_t index = 0; index < header.argumentCount; ++index) parameters.readArgument(call, reader);
  parameters.checkAgainst(call, *kernel);

  LaunchAttributes attributes(header);
  CUlaunchConfig config{};
  config.gridDimX = header.grid[0];
  config.gridDimY = header.grid[1];
  config.gridDimZ = header.grid[2];
  config.blockDimX = header.block[0];
  config.blockDimY = header.block[1];
  config.blockDimZ = header.block[2];
  config.sharedMemBytes = header.dynamicSharedMemoryBytes;
  config.hStream = stream->get();
  config.attrs = attributes.data();
  config.numAttrs = attributes.count();
  call.check(call.driver().LaunchKernelEx(&config, kernel->function, parameters.pointers(), nullptr),
             "cuLaunchKernelEx");
  return call.env().Undefined();
}

}  // namespace dg
