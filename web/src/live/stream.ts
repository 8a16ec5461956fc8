/**
 * One stream of changes for all tabs of a browser, which opens only six connections to a server over HTTP/1.1. The tab that holds a lock listens, and
 * tells the others; when it is closed, the browser gives the lock to the next one. Browsers have locks on HTTPS and on this machine; elsewhere each tab
 * has a stream of its own.
 */
import type { StreamMessages } from "../api/types.ts"

type Message = { [Name in keyof StreamMessages]: { readonly name: Name; readonly message: StreamMessages[Name] } }[keyof StreamMessages]

/** A message of the server, or what became of the connection to it. */
export type Heard = Message | { readonly name: "open" | "error" }

/** What tabs tell each other: what the one that listens hears, and the question of a new tab, with the answer to it alone. */
type Told = { readonly heard: Heard; readonly to?: number } | { readonly listensFor: number } | { readonly from: number }

const RECONNECT = 5_000
/** Milliseconds after which a stream on which nothing comes is broken, such as by a proxy that stopped forwarding: three of the server's heartbeats. */
const MOST_SILENCE = 45_000
const LISTEN_EVERY = 5_000
/** Milliseconds after which a tab that does not answer was stopped by its browser, as phones do with those that nobody sees. */
const ANSWERS_WITHIN = 5_000

const NAME = "gittensor-stream"
const NAMES = ["hello", "change", "github", "reset", "beat"] as const satisfies ReadonlyArray<keyof StreamMessages>

/** Undefined where the browser has no locks, or keeps sites from having a channel, as it may with those whose data it blocks. */
const channelOfTabs = (): BroadcastChannel | undefined => {
  try {
    return "locks" in navigator ? new BroadcastChannel(NAME) : undefined
  } catch {
    return undefined
  }
}

/** Begins to listen. Called once for the whole page. */
export const hearStream = (act: (heard: Heard) => void): void => {
  const own = Math.random()
  const channel = channelOfTabs()
  const tell = (told: Told) => channel?.postMessage(told)
  let source: EventSource | undefined
  /** Undefined until the first connection opens or fails. */
  let isOpen: boolean | undefined
  /** When anything last came, or the stream was opened. */
  let heardAt = Date.now()
  let wasAnswered = false
  /** How a new tab is greeted: with the newest block whose changes are known, and how long ago the server first saw it. */
  let greeting: { readonly block: number | null; readonly message: () => Message } | undefined

  const greetWith = ({ block, time, age, pace }: StreamMessages["hello"]) => {
    const seenAt = performance.now() - age
    greeting = {
      block,
      message: () => ({ name: "hello", message: { block, time, pace, age: Math.max(0, Math.round(performance.now() - seenAt)) } })
    }
  }
  const hear = (heard: Heard) => {
    wasAnswered = true
    if (heard.name === "open" || heard.name === "error") isOpen = heard.name === "open"
    else if (heard.name === "hello") greetWith(heard.message)
    else if (heard.name === "change") greetWith({ ...heard.message, age: 0 })
    else if (heard.name === "reset") greeting = { block: heard.message.block, message: () => heard }
    if (heard.name !== "error" || source === undefined) heardAt = Date.now()
    act(heard)
  }
  const hearAndTell = (heard: Heard) => {
    hear(heard)
    tell({ heard })
  }

  const connect = () => {
    source?.close()
    const since = greeting?.block ?? null
    const opened = new EventSource(since === null ? "/v1/stream" : `/v1/stream?since=${since}`)
    source = opened
    heardAt = Date.now()
    opened.addEventListener("open", () => hearAndTell({ name: "open" }))
    for (const name of NAMES) opened.addEventListener(name, ({ data }) => hearAndTell({ name, message: JSON.parse(data) }))
    opened.addEventListener("error", () => {
      if (source !== opened) return
      hearAndTell({ name: "error" })
      // The browser reconnects by itself with the last message's id, unless the server refused it.
      if (opened.readyState === EventSource.CLOSED) setTimeout(() => source === opened && connect(), RECONNECT)
    })
  }

  let waiting = new AbortController()
  /** Listens from when the lock is this tab's until another one takes it away. */
  const lead = (options: LockOptions) => {
    let isOurs = false
    const listen = () => {
      isOurs = true
      connect()
      return new Promise<never>(() => undefined)
    }
    navigator.locks.request(NAME, options, listen).catch((error: unknown) => {
      // Another tab took it away, or this one asked for another one; else the browser gives no locks to this site.
      if (!isOurs) return error instanceof DOMException && error.name === "AbortError" ? undefined : connect()
      source?.close()
      source = undefined
      wait()
      ask()
    })
  }
  const wait = () => {
    waiting = new AbortController()
    lead({ signal: waiting.signal })
  }
  const takeOver = () => {
    waiting.abort()
    lead({ steal: true })
  }
  /** Asks the tab that listens for the state, and listens instead if it does not answer. */
  const ask = () => {
    if (source !== undefined) return
    wasAnswered = false
    tell({ from: own })
    setTimeout(() => {
      if (source === undefined && !wasAnswered) takeOver()
    }, ANSWERS_WITHIN)
  }
  const hearTab = (told: Told) => {
    if ("heard" in told) {
      // A tab that its browser stopped may still tell what it heard before another one took its place.
      if (source !== undefined || (told.to !== undefined && told.to !== own)) return
      // An answer without news, to a tab that missed nothing.
      const isKnown = told.to === own && told.heard.name === "hello" && told.heard.message.block === greeting?.block
      hear(isKnown ? { name: "beat", message: {} } : told.heard)
    } else if ("listensFor" in told) wasAnswered ||= told.listensFor === own
    else if (source !== undefined) {
      tell({ listensFor: told.from })
      if (greeting !== undefined) tell({ heard: greeting.message(), to: told.from })
      if (isOpen !== undefined) tell({ heard: { name: isOpen ? "open" : "error" }, to: told.from })
    }
  }

  if (channel === undefined) connect()
  else {
    channel.addEventListener("message", ({ data }: MessageEvent<Told>) => hearTab(data))
    wait()
    ask()
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") ask()
    })
  }
  /** A broken connection of which the browser learns nothing is replaced. */
  setInterval(() => {
    if (Date.now() - heardAt < MOST_SILENCE) return
    if (source === undefined) return ask()
    hearAndTell({ name: "error" })
    connect()
  }, LISTEN_EVERY)
}
