/** One shared clock for all countdowns. */
import { useSyncExternalStore } from "react"

let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined
const listeners = new Set<() => void>()

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  timer ??= setInterval(() => {
    now = Date.now()
    for (const one of listeners) one()
  }, 1_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** The time in milliseconds, updated every `step` seconds, so that minutes are not rendered every second. */
export const useNow = (step = 1): number => useSyncExternalStore(subscribe, () => Math.floor(now / (step * 1_000)) * step * 1_000)
