#pragma once

#include "call.h"
#include "launch-command.h"

namespace dg {

/** Encodes into `map`, 64-byte aligned. Throws an Error that names the argument when the driver refuses. */
void encodeTensorMap(const Call& call, uint32_t argumentIndex, const TensorMapPayload& payload, CUtensorMap* map);

}  // namespace dg
