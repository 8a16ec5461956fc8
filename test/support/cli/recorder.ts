/** A proxy that records all traffic, HTTP and WebSocket alike. */
import { Effect } from "effect"

export interface Recorded {
  readonly way: "to" | "from"
  /** The request's line and headers; empty for a WebSocket message. */
  readonly head: string
  readonly body: string
}

/** Runs until the scope closes. `endpoint` has the target's scheme. */
export const startRecorder = (target: string) =>
  Effect.gen(function* () {
    const recorded: Array<Recorded> = []
    const http = target.replace(/^ws/, "http")
    const open = (socket: Bun.ServerWebSocket<{ upstream: WebSocket | undefined; readonly waiting: Array<string | Buffer> }>) => {
      const upstream = new WebSocket(target)
      socket.data.upstream = upstream
      upstream.addEventListener("open", () => {
        for (const message of socket.data.waiting.splice(0)) upstream.send(message)
      })
      upstream.addEventListener("message", ({ data }) => {
        recorded.push({ way: "from", head: "", body: String(data) })
        socket.send(String(data))
      })
      upstream.addEventListener("close", () => socket.close())
    }
    const server = yield* Effect.acquireRelease(
      Effect.sync(() =>
        Bun.serve<{ upstream: WebSocket | undefined; readonly waiting: Array<string | Buffer> }>({
          hostname: "127.0.0.1",
          port: 0,
          fetch: async (request, server) => {
            if (server.upgrade(request, { data: { upstream: undefined, waiting: [] } })) return undefined
            const { pathname, search } = new URL(request.url)
            const body = await request.text()
            const headers = [...request.headers].map(([name, value]) => `${name}: ${value}`).join("\n")
            recorded.push({ way: "to", head: `${request.method} ${pathname}${search}\n${headers}`, body })
            const answer = await fetch(`${http}${pathname}${search}`, {
              method: request.method,
              headers: request.headers,
              ...(body === "" ? {} : { body })
            })
            const text = await answer.text()
            recorded.push({ way: "from", head: String(answer.status), body: text })
            const answered = new Headers(answer.headers)
            answered.delete("content-encoding")
            answered.delete("content-length")
            return new Response([204, 304].includes(answer.status) ? null : text, { status: answer.status, headers: answered })
          },
          websocket: {
            open,
            message: (socket, message) => {
              recorded.push({ way: "to", head: "", body: String(message) })
              const { upstream, waiting } = socket.data
              if (upstream?.readyState === WebSocket.OPEN) upstream.send(message)
              else waiting.push(message)
            },
            close: (socket) => socket.data.upstream?.close()
          }
        })
      ),
      (server) => Effect.promise(() => server.stop(true))
    )
    const scheme = new URL(target).protocol
    return { endpoint: `${scheme}//127.0.0.1:${server.port}`, recorded }
  })
