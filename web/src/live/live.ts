/** Listens to the stream of changes, invalidates changed answers, and polls how far the index is behind. */
import { useSyncExternalStore } from "react"
import type { Current } from "../../../src/dashboard/api/definition/export.ts"
import type { Health, StreamMessages, Topic } from "../api/types.ts"
import { invalidateAll, invalidateTopics } from "../data/store.ts"
import type { Pace } from "../format/time.ts"
import { setClock, useOwnNow } from "./now.ts"

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
const RECONNECT = 5_000
/** Milliseconds after which a stream on which nothing comes is broken, such as by a proxy that stopped forwarding: three of the server's heartbeats. */
const MOST_SILENCE = 45_000
const LISTEN_EVERY = 5_000

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
        ...paced(health.pace === null ? null : { ...health.pace, time: Date.parse(health.pace.time) }),
        heardAt: Date.now(),
        head: health.index === null ? live.head : headOf(health.index.block, health.index.time)
      })
  } catch {
    // The stream's connection state already shows this.
  }
}

/** Every part of the definition's topics. */
const changed = (topics: ReadonlyArray<Topic>) => invalidateTopics(topics)

let source: EventSource | undefined
/** When anything last came on it, or it was opened. */
let streamedAt = 0
let behind = false
/** The last block whose changes are known. What /health says does not count: it may be further than the answers that are shown. */
let known: number | null = null

const isInterrupted = () => {
  behind = true
  report({ connection: "interrupted" })
}

const connect = () => {
  source?.close()
  const opened = new EventSource(known === null ? "/v1/stream" : `/v1/stream?since=${known}`)
  source = opened
  streamedAt = Date.now()
  const on = <Name extends keyof StreamMessages>(name: Name, act: (message: StreamMessages[Name]) => void) =>
    opened.addEventListener(name, (event) => {
      streamedAt = Date.now()
      report({ heardAt: streamedAt })
      act(JSON.parse(event.data) as StreamMessages[Name])
    })
  opened.addEventListener("open", () => {
    if (behind) void askHealth()
    behind = false
    streamedAt = Date.now()
    report({ connection: "live", heardAt: streamedAt })
  })
  on("hello", ({ block, time, age }) => {
    report({ head: seen(headOf(block, time), age) })
    known = block
    // The block may be newer than answers that came before the stream began. None is older than the page.
    if (age < performance.now()) invalidateAll()
  })
  on("change", ({ block, time, topics, events }) => {
    report({ head: seen(headOf(block, time), 0), news: events })
    known = block
    changed(topics)
  })
  on("github", ({ topics }) => changed(topics))
  on("reset", ({ block }) => {
    known = block
    invalidateAll()
    void askHealth()
  })
  on("beat", () => undefined)
  opened.addEventListener("error", () => {
    if (source !== opened) return
    isInterrupted()
    // The browser reconnects by itself with the last message's id, unless the server refused it.
    if (opened.readyState === EventSource.CLOSED) setTimeout(connect, RECONNECT)
  })
}

/** A broken connection of which the browser learns nothing is replaced. */
const replaceSilent = () => {
  if (Date.now() - streamedAt < MOST_SILENCE) return
  isInterrupted()
  connect()
}

/** Starts listening. Called once for the whole page. */
export const listen = (): void => {
  if (source !== undefined) return
  connect()
  void askHealth()
  setInterval(() => {
    if (document.visibilityState === "visible") void askHealth()
  }, HEALTH_EVERY)
  setInterval(replaceSilent, LISTEN_EVERY)
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void askHealth()
  })
}
