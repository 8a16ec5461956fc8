/**
 * Stops the demo's processes when the demo is gone, even after SIGKILL: their standard input ends, which they treat like SIGTERM. A process does so
 * only if this environment variable is `yes`.
 */
export const STOPS_WITH_INPUT = "GITTENSOR_STOPS_WITH_INPUT"

/** Calls `stop` when standard input ends, if the environment asks for it. */
export const onParentGone = (stop: () => void): void => {
  if (process.env[STOPS_WITH_INPUT] !== "yes") return
  process.stdin.on("end", stop)
  process.stdin.on("error", stop)
  process.stdin.resume()
}
