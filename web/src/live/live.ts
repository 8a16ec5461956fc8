/** Listens to the stream of changes, invalidates changed answers, and polls how far the index is behind. */
import { useSyncExternalStore } from "react"
import type { Current } from "../../../src/dashboard/api/definition/export.ts"
import type { Health, StreamMessages } from "../api/types.ts"
import { invalidateAll, invalidateTopics } from "../data/store.ts"
import type { Pace } from "../format/time.ts"
import { setClock, useOwnNow } from "./now.ts"
import { type Heard, hearStream } from "./stream.ts"

export interface Head {
  readonly block: number
  /** The chain's clock in it. */
  readonly time: number
}

export interface Live {
  readonly connection: "connecting" | "live" | "interrupted"
  /** The newest indexed block. */
  readonly head: Head | undefined
  /** When the server last sent anything. */
  readonly heardAt: number | undefined
  readonly health: Health | undefined
  /** What an exported page knows instead of the server's health. */
  readonly exported: Pick<Current, "hash" | "github"> | undefined
  /** The server's estimate of when blocks come; null: unknown. */
  readonly pace: Pace | null
  /** When it was last re-based, by this machine's clock; undefined: not since the page was opened. */
  readonly rebasedAt: number | undefined
  /** The events of the latest message. */
  readonly news: StreamMessages["change"]["events"]
}

let live: Live = {
  connection: "connecting",
  head: undefined,
  heardAt: undefined,
  health: undefined,
  exported: undefined,
  pace: null,
  rebasedAt: undefined,
  news: []
}
const listeners = new Set<() => void>()

/** Says what is known now. */
export const report = (change: Partial<Live>) => {
  live = { ...live, ...change }
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/** What `of` takes from it. The component is drawn again only when this value changes, so `of` must not make a new object each time. */
export const useLive = <A>(of: (live: Live) => A): A => useSyncExternalStore(subscribe, () => of(live))

export const useHead = (): Live["head"] => useLive(({ head }) => head)
export const usePace = (): Live["pace"] => useLive(({ pace }) => pace)

/** For how many milliseconds a new estimate is marked. */
const NEW_FOR = 10_000

/** Whether the estimate of when blocks come was re-based a moment ago. */
export const useIsNewEstimate = (): boolean => {
  const rebasedAt = useLive((live) => live.rebasedAt)
  return useOwnNow() - (rebasedAt ?? -Infinity) < NEW_FOR
}

const HEALTH_EVERY = 20_000

/** The same object as long as it is the same head. */
export const headOf = (block: number | null, time: string | null): Head | undefined => {
  if (block === null || time === null) return live.head
  const head = { block, time: Date.parse(time) }
  return live.head?.block === head.block && live.head.time === head.time ? live.head : head
}

/** The same object as long as it is the same estimate. */
export const paced = (pace: Pace | null): Pick<Live, "pace" | "rebasedAt"> => {
  const { pace: before, rebasedAt } = live
  if (before === null || pace === null) return { pace, rebasedAt }
  const isSame = before.block === pace.block && before.milliseconds === pace.milliseconds
  return isSame ? { pace: before, rebasedAt } : { pace, rebasedAt: Date.now() }
}

const pacedBy = ({ pace }: Pick<Health, "pace">) => paced(pace === null ? null : { ...pace, time: Date.parse(pace.time) })

/** A block that the server saw so many milliseconds ago sets the clock. */
const seen = (head: Head | undefined, age: number): Head | undefined => {
  if (head !== undefined) setClock(head.time, age)
  return head
}

/** Answers with 200 and 503 have this form; others are errors of a proxy or of a server without a database. */
const isHealth = (answer: unknown): answer is Health =>
  typeof answer === "object" && answer !== null && "healthy" in answer && "index" in answer && "pace" in answer

const askHealth = async () => {
  try {
    const response = await fetch("/health", { signal: AbortSignal.timeout(10_000) })
    const health: unknown = await response.json()
    if (isHealth(health))
      report({
        health,
        ...pacedBy(health),
        heardAt: Date.now(),
        head: health.index === null ? live.head : headOf(health.index.block, health.index.time)
      })
  } catch {
    // The stream's connection state already shows this.
  }
}

let behind = false

const act = (heard: Heard) => {
  if (heard.name === "error") {
    behind = true
    return report({ connection: "interrupted" })
  }
  report({ connection: "live", heardAt: Date.now() })
  switch (heard.name) {
    case "open":
      if (behind) void askHealth()
      behind = false
      return
    case "hello":
      report({ head: seen(headOf(heard.message.block, heard.message.time), heard.message.age), ...pacedBy(heard.message) })
      // The block may be newer than answers that came before the stream began. None is older than the page.
      if (heard.message.age < performance.now()) invalidateAll()
      return
    case "change":
      report({ head: seen(headOf(heard.message.block, heard.message.time), 0), ...pacedBy(heard.message), news: heard.message.events })
      return invalidateTopics(heard.message.topics, heard.message)
    case "github":
      return invalidateTopics(heard.message.topics)
    case "reset":
      invalidateAll()
      return void askHealth()
  }
}

let isListening = false

/** Starts listening. Called once for the whole page. */
export const listen = (): void => {
  if (isListening) return
  isListening = true
  hearStream(act)
  void askHealth()
  setInterval(() => {
    if (document.visibilityState === "visible") void askHealth()
  }, HEALTH_EVERY)
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void askHealth()
  })
}
