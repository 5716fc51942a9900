#pragma once

#include <memory>
#include <vector>

#include "primary-context.h"

namespace dg {

/** What one device handle has enqueued and may not have finished. Used on the JavaScript thread only. */
class QueuedWork {
 public:
  explicit QueuedWork(std::shared_ptr<const PrimaryContext> context) : context_(std::move(context)) {}

  void addStream(std::shared_ptr<StreamResource> stream) { streams_.push_back(std::move(stream)); }

  /** Forgets a stream that is about to be destroyed, but not the work that it still has to do. */
  void removeStream(const StreamResource& stream);

  /** Events that mark the ends of all that is queued now; empty when nothing is. */
  std::vector<std::shared_ptr<EventResource>> unfinished();

  /** Blocks until all is done or has failed. */
  void synchronize();

  /** Ends captures that were begun and not ended; their recordings are dropped. */
  void abortCaptures();

 private:
  /** An event at the end of the stream's queue, or null when the stream is idle, capturing or faulted. */
  std::shared_ptr<EventResource> tailOf(const StreamResource& stream) const;
  void dropFinishedTails();

  std::shared_ptr<const PrimaryContext> context_;
  std::vector<std::shared_ptr<StreamResource>> streams_;
  /** Of streams that are destroyed. */
  std::vector<std::shared_ptr<EventResource>> tails_;
};

}  // namespace dg
