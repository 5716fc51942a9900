#include "queued-work.h"

namespace dg {
namespace {

bool isCapturing(const Driver& driver, CUstream stream) {
  CUstreamCaptureStatus status = CU_STREAM_CAPTURE_STATUS_NONE;
  return driver.StreamIsCapturing(stream, &status) == CUDA_SUCCESS && status != CU_STREAM_CAPTURE_STATUS_NONE;
}

}  // namespace

void QueuedWork::removeStream(const StreamResource& stream) {
  dropFinishedTails();
  if (auto tail = tailOf(stream)) tails_.push_back(std::move(tail));
  std::erase_if(streams_, [&](const auto& each) { return each.get() == &stream; });
}

std::vector<std::shared_ptr<EventResource>> QueuedWork::unfinished() {
  dropFinishedTails();
  std::vector<std::shared_ptr<EventResource>> events = tails_;
  for (const auto& stream : streams_) {
    if (auto tail = tailOf(*stream)) events.push_back(std::move(tail));
  }
  return events;
}

void QueuedWork::synchronize() {
  const Driver& driver = context_->driver();
  context_->makeCurrent();
  for (const auto& stream : streams_) driver.StreamSynchronize(stream->get());
  for (const auto& tail : tails_) driver.EventSynchronize(tail->get());
}

void QueuedWork::abortCaptures() {
  const Driver& driver = context_->driver();
  context_->makeCurrent();
  for (const auto& stream : streams_) {
    if (!isCapturing(driver, stream->get())) continue;
    CUgraph graph = nullptr;
    if (driver.StreamEndCapture(stream->get(), &graph) == CUDA_SUCCESS && graph != nullptr) {
      driver.GraphDestroy(graph);
    }
  }
}

std::shared_ptr<EventResource> QueuedWork::tailOf(const StreamResource& stream) const {
  const Driver& driver = context_->driver();
  context_->makeCurrent();
  // A query would invalidate a capture.
  if (isCapturing(driver, stream.get())) return nullptr;
  if (driver.StreamQuery(stream.get()) != CUDA_ERROR_NOT_READY) return nullptr;

  CUevent event = nullptr;
  if (driver.EventCreate(&event, CU_EVENT_DISABLE_TIMING) != CUDA_SUCCESS) return nullptr;
  auto tail = std::make_shared<EventResource>(context_, event);
  if (driver.EventRecord(event, stream.get()) != CUDA_SUCCESS) return nullptr;
  return tail;
}

void QueuedWork::dropFinishedTails() {
  context_->makeCurrent();
  std::erase_if(tails_, [&](const auto& tail) {
    return context_->driver().EventQuery(tail->get()) != CUDA_ERROR_NOT_READY;
  });
}

}  // namespace dg
