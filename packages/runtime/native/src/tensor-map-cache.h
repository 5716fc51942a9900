#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "driver.h"
#include "launch-command.h"

namespace dg {

/**
 * Tensor maps that the driver encoded, by what they describe. Encoding depends on nothing else, so that an entry is
 * right for as long as it is there; one that falls on the place of another takes it. Used on the JavaScript thread only.
 */
class TensorMapCache {
 public:
  /** Null when it is not there. */
  const CUtensorMap* find(const TensorMapPayload& payload) const {
    if (entries_.empty()) return nullptr;
    const Entry& entry = entries_[placeOf(payload)];
    return entry.used && std::memcmp(&entry.payload, &payload, sizeof payload) == 0 ? &entry.map : nullptr;
  }

  void add(const TensorMapPayload& payload, const CUtensorMap& map) {
    if (entries_.empty()) entries_.resize(kEntries);
    entries_[placeOf(payload)] = {map, payload, true};
  }

 private:
  /** A power of two: the weights, activations and outputs of a large model. */
  static constexpr size_t kEntries = 2048;

  struct Entry {
    CUtensorMap map;
    TensorMapPayload payload;
    bool used;
  };

  static size_t placeOf(const TensorMapPayload& payload) {
    uint64_t words[sizeof payload / sizeof(uint64_t)];
    static_assert(sizeof words == sizeof payload);
    std::memcpy(words, &payload, sizeof words);
    uint64_t hash = 0;
    for (const uint64_t word : words) hash = (hash ^ word) * 0x9e3779b97f4a7c15 ^ hash >> 32;
    return (hash ^ hash >> 29) % kEntries;
  }

  std::vector<Entry> entries_;
};

}  // namespace dg
