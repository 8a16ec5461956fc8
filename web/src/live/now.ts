/** One shared clock for all times: the chain's, as the server tells it. A reader's clock that is wrong changes nothing. */
import { useSyncExternalStore } from "react"

/** By how much the chain's clock is ahead of `performance.now()`, which no setting of the machine's clock moves; undefined until the server has told. */
let chain: number | undefined

const current = (): number => (chain === undefined ? Date.now() : performance.now() + chain)

let now = current()
let own = Date.now()
let timer: ReturnType<typeof setInterval> | undefined
const listeners = new Set<() => void>()

const tick = () => {
  now = current()
  own = Date.now()
  for (const one of listeners) one()
}

/** Sets the clock by a block: its time, and how many milliseconds ago the server saw it. Blocks that come late do not set it back. */
export const setClock = (time: number, age: number): void => {
  chain = Math.max(chain ?? -Infinity, time + age - performance.now())
  tick()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  timer ??= setInterval(tick, 1_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

const inSteps = (time: number, step: number): number => Math.floor(time / (step * 1_000)) * step * 1_000

/** The chain's time in milliseconds, updated every `step` seconds, so that minutes are not rendered every second. In an export: the reader's. */
export const useNow = (step = 1): number => useOfNow(step, (time) => time)

/** What `of` makes of that time. The component is drawn again only when this value changes. */
export const useOfNow = <A>(step: number, of: (time: number) => A): A => useSyncExternalStore(subscribe, () => of(inSteps(now, step)))

/** The time of the reader's own clock, for how long something takes here. */
export const useOwnNow = (step = 1): number => useSyncExternalStore(subscribe, () => inSteps(own, step))
