// The signals that tell the server to stop: one thread waits for them, no handler is needed.

import Foundation

private func stopSignals() -> sigset_t {
  var set = sigset_t()
  sigemptyset(&set)
  for number in [SIGTERM, SIGINT] { sigaddset(&set, number) }
  return set
}

/// To be called before there are other threads, which inherit what is blocked.
func blockSignals() {
  var set = stopSignals()
  pthread_sigmask(SIG_BLOCK, &set, nil)
}

/// Returns when one of the signals has come.
func waitForSignal() {
  var set = stopSignals()
  var number: Int32 = 0
  sigwait(&set, &number)
}
