/**
 * The filtering proxy of a box with a network. It runs in a box of its own, which has this machine's network but none of its files, because it reads
 * strangers' bytes. It accepts CONNECT, and plain requests to servers in its rules.
 */
import { lookup } from "node:dns/promises"
import { chmodSync, writeSync } from "node:fs"
import { connect, createServer, type Socket } from "node:net"
import { networkInterfaces } from "node:os"
import { createInterface } from "node:readline"
import { connect as connectByTls } from "node:tls"
import { Schema } from "effect"
import { messageOf } from "../../../../domain/messageOf.ts"
import { hostOf } from "../../../../domain/publicAddress.ts"
import { type Decision, decide, type Surroundings } from "./decide.ts"
import { HeadReader, parseHead, type RequestHead } from "./requestHead.ts"
import { Report, Rules } from "./rules.ts"

/** Concurrent connections. */
const MOST_AT_ONCE = 256
/** The time limit of a request's head, and of a connection to a server, in milliseconds. */
const PATIENCE_MS = 20_000
/** The time limit of an idle connection, in milliseconds. */
const IDLE_MS = 120_000
/** The most distinct refusals that are reported. */
const MOST_REFUSALS = 50

const surroundings: Surroundings = {
  resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  own: () => Object.values(networkInterfaces()).flatMap((cards) => (cards ?? []).map(({ address }) => address.replace(/%.*$/s, "")))
}

/** Connects to the first address that answers. */
const reach = async (addresses: ReadonlyArray<string>, port: number, byTls: string | undefined): Promise<Socket> => {
  let problem: unknown = new Error("it has no address")
  for (const host of addresses)
    try {
      return await new Promise((resolve, reject) => {
        const socket: Socket =
          byTls === undefined
            ? connect({ host, port, allowHalfOpen: true }, () => resolve(socket))
            : connectByTls({ host, port, servername: byTls, ALPNProtocols: ["http/1.1"] }, () => resolve(socket))
        socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error("no answer")))
        socket.once("error", reject)
      })
    } catch (cause) {
      problem = cause
    }
  throw problem
}

/** The authorization for the operator's own proxy, which the box never sees. */
const authorization = ({ username, password }: URL): string => {
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64")
  return username === "" ? "" : `Proxy-Authorization: Basic ${login}\r\n`
}

/** Connects through the operator's proxy. It gets no byte of the box before it has agreed: it would take them for requests of its own. */
const reachThrough = async (text: string, what: string): Promise<Socket> => {
  const url = new URL(text)
  if (!/^https?:$/.test(url.protocol))
    throw new Error(`this machine's proxy is of the kind ${url.protocol}//, which is not known: use http://`)
  const secure = url.protocol === "https:"
  const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port)
  const socket = await reach([hostOf(url)], port, secure ? hostOf(url) : undefined)
  const reader = new HeadReader()
  return await new Promise((resolve, reject) => {
    const fail = (cause: Error): void => {
      socket.destroy()
      reject(cause)
    }
    const onData = (chunk: Buffer): void => {
      const read = reader.push(chunk)
      if (read === undefined) return
      socket.off("data", onData)
      socket.pause()
      // Bytes after the head would be the server's, which never speaks before a client of TLS or HTTP.
      if (read !== "too long" && read.rest.length === 0 && /^HTTP\/1\.[01] 200(?: |$)/m.test(read.head)) resolve(socket)
      else fail(new Error(`this machine's proxy refused: ${read === "too long" ? "" : read.head.split("\r\n", 1)[0]}`))
    }
    socket.once("error", fail)
    socket.once("close", () => reject(new Error("this machine's proxy closed the connection")))
    socket.on("data", onData)
    socket.write(`CONNECT ${what} HTTP/1.1\r\nHost: ${what}\r\n${authorization(url)}\r\n`)
  })
}

class Proxy {
  readonly #rules: Rules
  readonly #report: (report: Report) => void
  readonly #open = new Set<Socket>()
  readonly #told = new Set<string>()
  #bytes = 0
  #connections = 0

  constructor(rules: Rules, report: (report: Report) => void) {
    this.#rules = rules
    this.#report = report
  }

  /** Serves a new client. */
  take(client: Socket): void {
    this.#keep(client)
    if (this.#open.size > 2 * MOST_AT_ONCE) {
      client.destroy()
      return
    }
    const reader = new HeadReader()
    client.setTimeout(PATIENCE_MS, () => client.destroy())
    const onData = (chunk: Buffer): void => {
      const read = reader.push(chunk)
      if (read === undefined) return
      client.off("data", onData)
      client.pause()
      const head = read === "too long" ? undefined : parseHead(read.head)
      if (head === undefined || read === "too long")
        this.#refuse(client, "a request", "it is no request that a proxy takes", "400 Bad Request")
      else void this.#serve(client, head, read.rest)
    }
    client.on("data", onData)
  }

  get #isUsedUp(): boolean {
    return this.#bytes > this.#rules.bytes
  }

  #keep(socket: Socket): void {
    this.#open.add(socket)
    socket.on("close", () => this.#open.delete(socket))
    socket.on("error", () => socket.destroy())
  }

  #count(bytes: number): void {
    this.#bytes += bytes
    if (!this.#isUsedUp) return
    if (this.#bytes - bytes <= this.#rules.bytes) this.#report({ _tag: "usedUp" })
    for (const socket of this.#open) socket.destroy()
  }

  #tell(what: string, why: string): void {
    const text = `${what} ${why}`
    if (this.#told.has(text) || this.#told.size >= MOST_REFUSALS) return
    this.#told.add(text)
    this.#report({ _tag: "refused", what, why: why.slice(0, 300) })
  }

  #refuse(client: Socket, what: string, why: string, status = "403 Forbidden"): void {
    this.#tell(what, why)
    const body = `the proxy of this sandbox refused ${what}, because ${why}\n`
    client.end(
      `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
    )
  }

  async #decide(head: RequestHead): Promise<Decision> {
    const { bytes, connections } = this.#rules
    if (this.#isUsedUp) return { _tag: "refused", why: `the sandbox has used up its ${bytes} bytes` }
    if (++this.#connections > connections) return { _tag: "refused", why: `there were more than ${connections} connections` }
    return decide(head, this.#rules, surroundings)
  }

  async #serve(client: Socket, head: RequestHead, rest: Buffer): Promise<void> {
    const what = `${head.host.includes(":") ? `[${head.host}]` : head.host}:${head.port}`
    try {
      const decision = await this.#decide(head)
      if (decision._tag === "refused") {
        this.#refuse(client, what, decision.why)
        return
      }
      const server =
        decision._tag === "direct" ? await reach(decision.addresses, head.port, undefined) : await reachThrough(decision.url, what)
      this.#keep(server)
      if (client.destroyed) {
        server.destroy()
        return
      }
      if (head.plain) server.write(head.onward, "latin1")
      else client.write("HTTP/1.1 200 Connection established\r\n\r\n")
      this.#join(client, server, rest)
    } catch (cause) {
      this.#refuse(client, what, `it could not be reached (${messageOf(cause)})`, "502 Bad Gateway")
    }
  }

  #join(client: Socket, server: Socket, rest: Buffer): void {
    this.#count(rest.length)
    server.write(rest)
    for (const [from, to] of [
      [client, server],
      [server, client]
    ] as const) {
      from.setTimeout(IDLE_MS, () => from.destroy())
      from.on("data", (chunk: Buffer) => this.#count(chunk.length))
      from.on("close", () => to.destroySoon())
      from.pipe(to)
    }
  }
}

const encode = Schema.encodeSync(Schema.parseJson(Report))

/** Listens on a Unix socket until standard input ends. `path`: the socket. Its rules are the first line of standard input. */
export const main = async ([path = ""]: ReadonlyArray<string>): Promise<void> => {
  // Write synchronously, so that no report is lost when this process is ended.
  const report = (one: Report): void => void writeSync(1, `${encode(one)}\n`)
  const input = createInterface({ input: process.stdin })
  const [line] = await new Promise<[string]>((resolve) => input.once("line", (text) => resolve([text])))
  const proxy = new Proxy(Schema.decodeSync(Schema.parseJson(Rules))(line), report)
  const server = createServer({ allowHalfOpen: true }, (client) => proxy.take(client))
  server.listen(path, () => {
    // The box that it serves has another user.
    chmodSync(path, 0o666)
    report({ _tag: "listening" })
  })
  input.once("close", () => process.exit(0))
}
