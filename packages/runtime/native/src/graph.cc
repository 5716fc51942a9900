#include "call.h"
#include "functions.h"

namespace dg {
namespace {

/** The recording, dropped once it has been instantiated. */
class Recording {
 public:
  explicit Recording(const Driver& driver) : driver_(driver) {}
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;
  ~Recording() {
    if (graph_ != nullptr) driver_.GraphDestroy(graph_);
  }

  CUgraph* out() { return &graph_; }
  CUgraph get() const { return graph_; }

 private:
  const Driver& driver_;
  CUgraph graph_ = nullptr;
};

}  // namespace

Napi::Value streamBeginCapture(const Napi::CallbackInfo& info) {
  const Call call(info);
  // Relaxed: a kernel that is first used while recording is loaded then, and staging memory may be
  // allocated; stricter modes forbid both on this thread. Nothing that they would catch is called here.
  call.check(call.driver().StreamBeginCapture(call.stream(0)->get(), CU_STREAM_CAPTURE_MODE_RELAXED),
             "cuStreamBeginCapture");
  return call.env().Undefined();
}

Napi::Value streamEndCapture(const Napi::CallbackInfo& info) {
  const Call call(info);
  const auto& stream = call.stream(0);
  Recording recording(call.driver());
  call.check(call.driver().StreamEndCapture(stream->get(), recording.out()), "cuStreamEndCapture");
  CUgraphExec graph = nullptr;
  call.check(call.driver().GraphInstantiateWithFlags(&graph, recording.get(), 0), "cuGraphInstantiateWithFlags");
  auto resource = std::make_shared<GraphResource>(stream->device->context, graph);
  return call.insert(call.environment().graphs, std::make_shared<Graph>(stream->device, std::move(resource)));
}

Napi::Value streamAbortCapture(const Napi::CallbackInfo& info) {
  // Called while another error is under way: what goes wrong here must not hide it.
  try {
    const Call call(info);
    Recording recording(call.driver());
    call.driver().StreamEndCapture(call.stream(0)->get(), recording.out());
  } catch (const Napi::Error&) {
  }
  return info.Env().Undefined();
}

Napi::Value graphLaunch(const Napi::CallbackInfo& info) {
  const Call call(info);
  const auto& graph = call.graph(0);
  const auto& stream = call.stream(1);
  call.checkSameDevice(*graph, "graph", *stream, "stream");
  call.check(call.driver().GraphLaunch(graph->graph->get(), stream->get()), "cuGraphLaunch");
  return call.env().Undefined();
}

Napi::Value graphDestroy(const Napi::CallbackInfo& info) {
  const Call call(info);
  // The driver keeps it until the launches in flight are done.
  call.remove(call.environment().graphs, 0);
  return call.env().Undefined();
}

}  // namespace dg
