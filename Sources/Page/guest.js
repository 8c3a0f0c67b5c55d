// Loads the guest, before everything else: it is compiled while it arrives and while the worker starts.

import { withSharedMemory } from "./latch.js";

/// Whether the guest's memory is shared with the worker, so that its program can be stopped from here.
export const isShared = globalThis.crossOriginIsolated === true;

/// More bytes than this stand before and in the declaration of the guest's memory.
const declarationBytes = 1 << 16;

/// A response with the memory declared as shared; the rest of it passes as it comes.
async function sharing(response) {
  const reader = response.body.getReader();
  let beginning = new Uint8Array(0);
  while (beginning.length < declarationBytes) {
    const { done, value } = await reader.read();
    if (done) break;
    const longer = new Uint8Array(beginning.length + value.length);
    longer.set(beginning);
    longer.set(value, beginning.length);
    beginning = longer;
  }
  const stream = new ReadableStream({
    start: (controller) => controller.enqueue(withSharedMemory(beginning)),
    pull: async (controller) => {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  return new Response(stream, { headers: { "Content-Type": "application/wasm" } });
}

async function load(url) {
  if (isShared) return WebAssembly.compileStreaming(sharing(await fetch(url)));
  try {
    return await WebAssembly.compileStreaming(fetch(url));
  } catch (error) {
    // A server that does not know the type.
    if (!(error instanceof TypeError)) throw error;
    return WebAssembly.compile(await (await fetch(url)).arrayBuffer());
  }
}

export const loading = load("guest.wasm");
// Whoever waits for it says what went wrong.
loading.catch(() => {});
