#pragma once

#include "call.h"
#include "launch-command.h"

namespace dg {

/** Writes `map`, 64-byte aligned. Throws an Error that names the argument when the driver refuses to encode it. */
void encodeTensorMap(const Call& call, uint32_t argumentIndex, const TensorMapPayload& payload, CUtensorMap* map);

}  // namespace dg
