/**
 * Processes that the demo starts hold their standard input open by it: when the demo is gone, even by SIGKILL, the input ends, and they stop
 * as on SIGTERM. Only a process that is told so by its environment listens.
 */
export const STOPS_WITH_INPUT = "GITTENSOR_STOPS_WITH_INPUT"

/** Calls `stop` when the standard input ends, if this process was started to end with it. */
export const onParentGone = (stop: () => void): void => {
  if (process.env[STOPS_WITH_INPUT] !== "yes") return
  process.stdin.on("end", stop)
  process.stdin.on("error", stop)
  process.stdin.resume()
}
