/**
 * polkadot.js, loaded when a chain is first asked for, and kept from two habits: it writes to the console whatever goes wrong before it tells its
 * caller, and what a node sends that is not JSON it throws where nobody catches it.
 */
import { Effect } from "effect"

const name = /^\s*[A-Z][A-Z0-9/-]*:$/

/** The library's lines begin with their date and an upper-case name. */
const isPolkadots = ([date, origin]: ReadonlyArray<unknown>): boolean =>
  typeof date === "string" && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(date) && typeof origin === "string" && name.test(origin)

/** A command's standard error has one line for each failure, written by the command. */
const hush = (): void => {
  for (const level of ["log", "warn", "error"] as const) {
    const print = console[level].bind(console)
    console[level] = (...values: ReadonlyArray<unknown>) => {
      if (!isPolkadots(values)) print(...values)
    }
  }
}

/** Whether it can be JSON-RPC: an object, or a list of them. */
const isJson = (data: unknown): boolean => typeof data === "string" && /^\s*[{[]/.test(data)

/** A socket whose `onmessage` hears JSON only; anything else is an error of the connection, and its end. */
class JsonSocket extends WebSocket {
  constructor(url: string | URL, options?: Bun.WebSocketOptions | string | Array<string>) {
    // Bun takes both; its types have an overload for each.
    super(url, options as string)
    let listener: ((event: MessageEvent) => void) | undefined
    Object.defineProperty(this, "onmessage", {
      set: (handler: ((event: MessageEvent) => void) | null) => {
        if (listener !== undefined) this.removeEventListener("message", listener)
        listener =
          handler === null
            ? undefined
            : (event) => {
                if (isJson(event.data)) return handler(event)
                this.onerror?.(new ErrorEvent("error", { message: "it sends something else than JSON-RPC" }))
                this.close()
              }
        if (listener !== undefined) this.addEventListener("message", listener)
      }
    })
  }
}

const load = async () => {
  hush()
  // The library takes the global class of sockets when it is loaded.
  const usual = globalThis.WebSocket
  globalThis.WebSocket = JsonSocket
  try {
    return await import("@polkadot/api")
  } finally {
    globalThis.WebSocket = usual
  }
}

let loaded: ReturnType<typeof load> | undefined

/** The library, loaded once. */
export const loadPolkadot = Effect.promise(() => {
  loaded ??= load()
  return loaded
})
