#pragma once

#include <memory>

#include "objects.h"

namespace dg {

/** Detaches the ArrayBuffer and hands over the memory; null when JavaScript dropped it before. */
std::shared_ptr<HostResource> takeHost(Pinned& pinned);

}  // namespace dg
