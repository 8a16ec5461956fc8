/**
 * Loads polkadot.js when a chain is first used, and works around two of its habits: it logs every error to the console before it reports it to the caller,
 * and when a node sends something that is not JSON it throws where nobody can catch it.
 */

import { socketOptions } from "./socketOptions.ts"

const name = /^\s*[A-Z][A-Z0-9/-]*:$/

/** Whether what is printed is a log line of the library: these begin with their date and an upper-case name. */
export const isPolkadotsLine = ([date, origin]: ReadonlyArray<unknown>): boolean =>
  typeof date === "string" && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(date) && typeof origin === "string" && name.test(origin)

/** Drops the library's log lines: a command writes its own line for each failure. */
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

/** A socket that passes only JSON on to `onmessage`. Anything else is an error, which ends the connection. */
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

const load = async () => {
  hush()
  // The library reads the global WebSocket class when it is loaded.
  const usual = globalThis.WebSocket
  globalThis.WebSocket = JsonSocket
  try {
    const [{ ApiPromise, WsProvider }, { Metadata, TypeRegistry }] = await Promise.all([import("@polkadot/api"), import("@polkadot/types")])
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
