/**
 * HTTP proxies between processes. Each process gets its own `HTTP_PROXY` and reaches others over HTTP only through it. So the test knows the
 * requester, can cut or delay connections, and can answer itself. Nothing listens on the axons' published addresses, so they stay the same when a
 * process restarts.
 */
import http from "node:http"
import { Deferred, Effect, Runtime } from "effect"
import { serve } from "../serve.ts"

/** The requester's index; undefined for one outside of the network, such as an audit. */
export type Asker = number | undefined

/** The handler behind an axon's address. Undefined: none. */
export type Axon = (request: Request, asker: Asker) => Promise<Response | undefined>

/** The first published port of axons. */
const FIRST_PORT = 8_091

const portOf = (member: number): number => FIRST_PORT + member

const unreachable = () => new Response("no road", { status: 502 })

/** Forwards a request unchanged. */
const forwarded = async (request: Request): Promise<Response> => {
  const headers = new Headers(request.headers)
  for (const name of ["host", "proxy-connection", "connection"]) headers.delete(name)
  const body = request.method === "GET" || request.method === "HEAD" ? null : await request.arrayBuffer()
  const answer = await fetch(request.url, { method: request.method, headers, body, redirect: "manual", keepalive: false })
  const answered = new Headers(answer.headers)
  // The body is already decoded.
  for (const name of ["content-encoding", "content-length", "transfer-encoding"]) answered.delete(name)
  return new Response(await answer.arrayBuffer(), { status: answer.status, headers: answered })
}

/** The number of requests sent to axons so far, for their source addresses. */
let sent = 0

/**
 * Sends a request to a process on this machine, each time from another source address. An axon limits how much one address may read in a minute, and
 * here epochs take seconds instead of an hour.
 */
export const askAxon = (
  port: number,
  path: string,
  request: Pick<Request, "method" | "headers"> = new Request("http://axon"),
  body?: Buffer
) =>
  new Promise<Response>((resolve, reject) => {
    sent++
    const options = {
      host: "127.0.0.1",
      port,
      path,
      method: request.method,
      headers: { ...Object.fromEntries(request.headers), host: `127.0.0.1:${port}`, connection: "close" },
      localAddress: `127.1.${(sent >> 8) % 256}.${sent % 256}`
    }
    http
      .request(options, (answer) => {
        const chunks: Array<Buffer> = []
        answer.on("data", (chunk: Buffer) => void chunks.push(chunk))
        answer.on("error", reject)
        answer.on("end", () => {
          const type = answer.headers["content-type"]
          resolve(
            new Response(Buffer.concat(chunks), {
              status: answer.statusCode ?? 502,
              headers: type === undefined ? {} : { "content-type": type }
            })
          )
        })
      })
      .on("error", reject)
      .end(body)
  })

/** The axon of a process that listens on this port. */
export const axonAt =
  (port: number): Axon =>
  async (request) => {
    const { pathname, search } = new URL(request.url)
    const body = request.method === "GET" ? undefined : Buffer.from(await request.arrayBuffer())
    return askAxon(port, pathname + search, request, body).catch(unreachable)
  }

/** Connections between members 0 to `members` − 1, until the scope closes. */
export const makeRoutes = (members: number) =>
  Effect.gen(function* () {
    const runtime = yield* Effect.runtime<never>()
    const axons = new Map<number, Axon>()
    const cut = new Set<string>()
    const held = new Map<number, Deferred.Deferred<void>>()

    const answer = async (request: Request, asker: Asker): Promise<Response> => {
      const { origin, port } = new URL(request.url)
      const member = Number(port) - FIRST_PORT
      const isAxon = member >= 0 && member < members
      if (cut.has(`${asker} ${isAxon ? member : origin}`)) return unreachable()
      if (isAxon) return (await axons.get(member)?.(request, asker)) ?? unreachable()
      const until = asker === undefined ? undefined : held.get(asker)
      if (until !== undefined) await Runtime.runPromise(runtime)(Deferred.await(until))
      return forwarded(request).catch(unreachable)
    }
    const proxyOf = (asker: Asker) =>
      Effect.map(
        serve((request) => answer(request, asker)),
        ({ url }) => url
      )
    const proxies = yield* Effect.forEach(
      Array.from({ length: members }, (_, member) => member),
      proxyOf
    )
    const outside = yield* proxyOf(undefined)

    return {
      axons,
      /** The published port of a member's axon. */
      portOf,
      /** The environment by which a process uses its proxy. */
      environment: (asker: Asker) => ({ HTTP_PROXY: asker === undefined ? outside : (proxies[asker] ?? outside) }),
      /** Cuts the connections between two groups, in both directions; the second may have servers such as mirrors, by their origins. */
      cut: (left: ReadonlyArray<number>, right: ReadonlyArray<number | string>) =>
        Effect.sync(() => {
          for (const one of left) for (const other of right) for (const road of [`${one} ${other}`, `${other} ${one}`]) cut.add(road)
        }),
      heal: Effect.sync(() => cut.clear()),
      /** Delays a member's requests to servers other than axons, above all to GitHub. The returned effect releases them. */
      hold: (asker: number) =>
        Effect.gen(function* () {
          const until = yield* Deferred.make<void>()
          held.set(asker, until)
          return Effect.zipRight(
            Effect.sync(() => held.delete(asker)),
            Deferred.succeed(until, undefined)
          )
        })
    }
  })
