/** A node in front of another one, which misbehaves on request as providers' nodes do. */
import { Effect } from "effect"

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: ReadonlyArray<unknown>
}

interface Failing {
  readonly methods: RegExp
  /** Every how many of these requests fail. */
  readonly every: number
  /** Without one, they get no answer. */
  readonly error?: { readonly code: number; readonly message: string; readonly data?: string }
}

export const startFaultyNode = (target: string) =>
  Effect.gen(function* () {
    let head: string | undefined
    let failing: Failing | undefined
    let unannounced: RegExp | undefined
    let delay = 0
    let asked = 0
    let isDown = false
    const sockets = new Set<{ readonly close: () => void }>()
    const mute = new WeakSet<object>()
    const later = (send: () => void) => (delay === 0 ? send() : void setTimeout(send, delay))
    const server = yield* Effect.acquireRelease(
      Effect.sync(() =>
        Bun.serve<{ upstream: WebSocket; waiting: Array<string> }, never>({
          hostname: "127.0.0.1",
          port: 0,
          fetch: (request, server) => {
            if (isDown) return new Response("no", { status: 503 })
            const upstream = new WebSocket(target)
            return server.upgrade(request, { data: { upstream, waiting: [] } }) ? undefined : new Response("no", { status: 400 })
          },
          websocket: {
            open: (socket) => {
              const { upstream, waiting } = socket.data
              sockets.add(socket)
              upstream.onopen = () => {
                for (const text of waiting.splice(0)) upstream.send(text)
              }
              upstream.onmessage = ({ data }) => {
                const { method } = JSON.parse(String(data)) as Message
                if (method === "chain_finalizedHead" && (head !== undefined || mute.has(socket))) return
                if (method !== undefined && unannounced?.test(method) === true) return
                later(() => void socket.send(String(data)))
              }
              upstream.onclose = () => socket.close()
            },
            message: (socket, text) => {
              const { id, method = "" } = JSON.parse(String(text)) as Message
              if (failing?.methods.test(method) === true && asked++ % failing.every === 0) {
                if (failing.error !== undefined) socket.send(JSON.stringify({ jsonrpc: "2.0", id, error: failing.error }))
                return
              }
              if (head !== undefined && method === "chain_getFinalizedHead") {
                socket.send(JSON.stringify({ jsonrpc: "2.0", id, result: head }))
                return
              }
              const { upstream, waiting } = socket.data
              if (upstream.readyState === WebSocket.OPEN) upstream.send(String(text))
              else waiting.push(String(text))
            },
            close: (socket) => {
              sockets.delete(socket)
              socket.data.upstream.close()
            }
          }
        })
      ),
      (server) => Effect.promise(() => server.stop(true))
    )
    const cut = () => {
      for (const socket of sockets) socket.close()
    }
    return {
      endpoint: `ws://127.0.0.1:${server.port}`,
      /** Answers, but reports no finalised block after this one. */
      sleepAt: (hash: string | undefined) => {
        head = hash
      },
      /** Of requests of these methods, every second one fails, or every one. */
      fail: (methods: RegExp, code: number, message: string, { every = 2, data }: { every?: number; data?: string } = {}) => {
        asked = 0
        failing = { methods, every, error: { code, message, ...(data === undefined ? {} : { data }) } }
      },
      /** Requests of these methods get no answer. */
      ignore: (methods: RegExp) => {
        failing = { methods, every: 1 }
      },
      /** Sends no notifications of these methods. */
      announceNo: (methods: RegExp) => {
        unannounced = methods
      },
      /** Answers rightly, and announces nothing more on the connections that it has. */
      loseSubscriptions: () => {
        for (const socket of sockets) mute.add(socket)
      },
      answerAfter: (milliseconds: number) => {
        delay = milliseconds
      },
      cut,
      stop: () => {
        isDown = true
        cut()
      },
      /** Ends all faults, but for subscriptions that are lost. */
      mend: () => {
        head = undefined
        failing = undefined
        unannounced = undefined
        delay = 0
        isDown = false
      }
    }
  })

export type FaultyNode = Effect.Effect.Success<ReturnType<typeof startFaultyNode>>
