/** The worker that shows notifications while the page is closed. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { runInNewContext } from "node:vm"
import { assert, describe, it } from "@effect/vitest"

const script = readFileSync(join(import.meta.dirname, "../../../web/public/push.js"), "utf8")

/** Runs the worker in a browser that keeps `kept` and subscribes as `made`; an event's work is awaited by what is returned. */
const workerIn = (kept: unknown, made: object) => {
  const listeners = new Map<string, (event: object) => void>()
  const [asked, sent] = [[] as Array<unknown>, [] as Array<readonly [string, unknown]>]
  const match = async () => (kept === undefined ? undefined : new Response(JSON.stringify(kept)))
  const subscribe = async (options: unknown) => {
    asked.push(options)
    return { toJSON: () => made }
  }
  runInNewContext(script, {
    self: {
      addEventListener: (name: string, listener: (event: object) => void) => listeners.set(name, listener),
      registration: { pushManager: { subscribe } }
    },
    caches: { open: async () => ({ match }) },
    fetch: async (path: string, { method, body }: { readonly method: string; readonly body: string }) => {
      sent.push([`${method} ${path}`, JSON.parse(body)])
    }
  })
  const happens = async (name: string, event: object) => {
    let work: Promise<unknown> | undefined
    listeners.get(name)?.({ ...event, waitUntil: (promise: Promise<unknown>) => (work = promise) })
    await work
  }
  return { asked, sent, happens }
}

const WATCHES = [{ kind: "issue", id: "7" }]

describe("a replaced subscription", () => {
  it("is told to the server with what the page asked for last", async () => {
    const { asked, sent, happens } = workerIn({ key: "the server's key", watches: WATCHES }, { endpoint: "https://push.example/new" })
    await happens("pushsubscriptionchange", { newSubscription: null })
    assert.strictEqual(JSON.stringify(asked), JSON.stringify([{ userVisibleOnly: true, applicationServerKey: "the server's key" }]))
    assert.deepStrictEqual(sent, [["PUT /push", { endpoint: "https://push.example/new", watches: WATCHES }]])
  })

  it("is not made twice where the browser has made it, and never where the page asked for nothing", async () => {
    const made = { toJSON: () => ({ endpoint: "https://push.example/made" }) }
    const one = workerIn({ key: "k", watches: WATCHES }, {})
    await one.happens("pushsubscriptionchange", { newSubscription: made })
    assert.deepStrictEqual([one.asked, one.sent], [[], [["PUT /push", { endpoint: "https://push.example/made", watches: WATCHES }]]])
    const other = workerIn(undefined, {})
    await other.happens("pushsubscriptionchange", { newSubscription: made })
    assert.deepStrictEqual([other.asked, other.sent], [[], []])
  })
})
