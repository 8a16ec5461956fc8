/**
 * Loads polkadot.js on first use, and works around three habits of @polkadot/api 16.5. It logs every error to the console before it reports it to the caller. When a
 * node sends something other than JSON, it throws where no caller can catch. It computes an address's checksum each time it prints one.
 */
import type { GenericAccountId } from "@polkadot/types"

import { socketOptions } from "./socketOptions.ts"

const name = /^\s*[A-Z][A-Z0-9/-]*:$/

/** Whether printed values are a log line of the library: these begin with a date and an upper-case name. */
export const isPolkadotsLine = ([date, origin]: ReadonlyArray<unknown>): boolean =>
  typeof date === "string" && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(date) && typeof origin === "string" && name.test(origin)

/** Drops the library's log lines: a command logs each failure itself. */
const hush = (): void => {
  for (const level of ["log", "warn", "error"] as const) {
    const print = console[level].bind(console)
    console[level] = (...values: ReadonlyArray<unknown>) => {
      if (!isPolkadotsLine(values)) print(...values)
    }
  }
}

/** Whether a text can be JSON-RPC: an object, or a list of objects. */
const isJson = (data: unknown): boolean => typeof data === "string" && /^\s*[{[]/.test(data)

/** A socket that passes only JSON to `onmessage`. Anything else is an error, which ends the connection. */
class JsonSocket extends WebSocket {
  constructor(url: string | URL, options?: Bun.WebSocketOptions | string | Array<string>) {
    // The library gives no options.
    super(url, { ...(typeof options === "object" && !Array.isArray(options) ? options : {}), ...socketOptions(String(url)) })
    let listener: ((event: MessageEvent) => void) | undefined
    Object.defineProperty(this, "onmessage", {
      set: (handler: ((event: MessageEvent) => void) | null) => {
        if (listener !== undefined) this.removeEventListener("message", listener)
        listener =
          handler === null
            ? undefined
            : (event) => {
                if (isJson(event.data)) return handler(event)
                this.onerror?.(new ErrorEvent("error", { message: "it sends something other than JSON-RPC" }))
                this.close()
              }
        if (listener !== undefined) this.addEventListener("message", listener)
      }
    })
  }
}

const CACHE_ENTRIES = 16_384

/** Caches printed addresses: the same accounts are read repeatedly, and their checksums take most of the time to decode a metagraph. */
const rememberAddresses = ({ prototype }: typeof GenericAccountId): void => {
  const usual = prototype.toString
  const known = new Map<string, string>()
  prototype.toString = function (this: GenericAccountId) {
    const account = `${this.registry.chainSS58} ${Buffer.from(this).toString("latin1")}`
    const found = known.get(account)
    if (found !== undefined) return found
    const address = usual.call(this)
    if (known.size >= CACHE_ENTRIES) known.clear()
    known.set(account, address)
    return address
  }
}

const load = async () => {
  hush()
  // The library reads the global WebSocket class when it is loaded.
  const usual = globalThis.WebSocket
  globalThis.WebSocket = JsonSocket
  try {
    const [{ ApiPromise, WsProvider }, { GenericAccountId, Metadata, TypeRegistry }] = await Promise.all([
      import("@polkadot/api"),
      import("@polkadot/types")
    ])
    rememberAddresses(GenericAccountId)
    return { ApiPromise, WsProvider, Metadata, TypeRegistry }
  } finally {
    globalThis.WebSocket = usual
  }
}

let loaded: ReturnType<typeof load> | undefined

/** The library, loaded once. */
export const loadPolkadot = () => {
  loaded ??= load()
  return loaded
}
