/**
 * The way of a box to the network: a proxy in a process of its own, which has no key. It takes connections at a Unix socket that the box has too, and lets through
 * what `decide` allows. Started as `--worker box-proxy SOCKET`; the rules come on standard input, whose end is its end.
 */

import { lookup } from "node:dns/promises"
import { chmodSync } from "node:fs"
import { connect, createServer, type Socket } from "node:net"
import { networkInterfaces } from "node:os"
import { createInterface } from "node:readline"
import { connect as connectSecurely } from "node:tls"
import { Schema } from "effect"
import { decide, type Surroundings } from "./decide.ts"
import { HeadReader, parseHead, type RequestHead } from "./requestHead.ts"
import { type Report, Rules } from "./rules.ts"

const surroundings: Surroundings = {
  resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  own: () => Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address))
}

/** How long a client may take for the head of its request, and a server to accept the connection, in milliseconds. */
const HEAD_PATIENCE = 20_000
const CONNECT_PATIENCE = 30_000
/** Reasons that are told. A box may ask for any number of servers. */
const MOST_TOLD = 20

class Proxy {
  #bytes = 0
  #connections = 0
  #told = 0

  constructor(readonly rules: Rules) {}

  #say(report: Report): void {
    process.stdout.write(`${JSON.stringify(report)}\n`)
  }

  #refuse(client: Socket, what: string, why: string): void {
    if (this.#told++ < MOST_TOLD) this.#say({ _tag: "refused", what, why })
    client.end(`HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${why}\n`)
  }

  get #isUsedUp(): boolean {
    return this.#bytes >= this.rules.bytes
  }

  /** Takes a connection of the box. */
  accept(client: Socket): void {
    client.on("error", () => client.destroy())
    this.#connections += 1
    if (this.#connections > this.rules.connections) {
      this.#refuse(client, "a connection", `more than ${this.rules.connections} connections`)
      return
    }
    const reader = new HeadReader()
    client.setTimeout(HEAD_PATIENCE, () => client.destroy())
    const onData = (chunk: Buffer) => {
      const found = reader.push(chunk)
      if (found === undefined) return
      client.off("data", onData)
      client.pause()
      client.setTimeout(0)
      const head = found === "too long" ? undefined : parseHead(found.head)
      if (head === undefined || found === "too long") return this.#refuse(client, "a request", "it is no request that a proxy takes")
      void this.#open(client, head, found.rest)
    }
    client.on("data", onData)
  }

  async #open(client: Socket, head: RequestHead, rest: Buffer): Promise<void> {
    const what = `${head.host}:${head.port}`
    if (this.#isUsedUp) return this.#refuse(client, what, `the box has used up its ${this.rules.bytes} bytes`)
    const decision = await decide(head, this.rules, surroundings)
    if (decision._tag === "refused") return this.#refuse(client, what, decision.why)
    const server =
      decision._tag === "direct" ? connect({ host: decision.addresses[0] ?? "", port: head.port }) : this.#upstream(decision.url)
    server.setTimeout(CONNECT_PATIENCE, () => server.destroy())
    server.on("error", () => client.destroy())
    client.on("close", () => server.destroy())
    const begin = () => {
      server.setTimeout(0)
      if (head.plain) server.write(head.onward)
      else client.write("HTTP/1.1 200 Connection established\r\n\r\n")
      if (rest.length > 0) server.write(rest)
      this.#join(client, server, what)
    }
    if (decision._tag === "direct") server.once("connect", begin)
    else this.#throughUpstream(server, decision.url, what, begin, () => this.#refuse(client, what, "the operator's own proxy refused"))
  }

  /** Asks another proxy for a connection. Until it has agreed, no byte of the box reaches it: it would take them for requests of its own. */
  #throughUpstream(server: Socket, url: string, what: string, begin: () => void, refuse: () => void): void {
    server.once(url.startsWith("https:") ? "secureConnect" : "connect", () => {
      server.write(`CONNECT ${what} HTTP/1.1\r\nHost: ${what}\r\n${authorisation(url)}\r\n`)
    })
    const reader = new HeadReader()
    const onData = (chunk: Buffer) => {
      const found = reader.push(chunk)
      if (found === undefined) return
      server.off("data", onData)
      server.pause()
      // Behind the head would be the server's first word, which it never says before a client of TLS or HTTP has spoken.
      if (found !== "too long" && found.rest.length === 0 && /^HTTP\/1\.[01] 200 /.test(`${found.head} `)) begin()
      else {
        server.destroy()
        refuse()
      }
    }
    server.on("data", onData)
  }

  /** Passes bytes on in both directions, and counts them. */
  #join(client: Socket, server: Socket, what: string): void {
    const counted = (chunk: Buffer) => {
      const before = this.#isUsedUp
      this.#bytes += chunk.length
      if (!this.#isUsedUp) return
      if (!before) this.#say({ _tag: "usedUp", what })
      client.destroy()
      server.destroy()
    }
    client.on("data", counted)
    server.on("data", counted)
    server.on("close", () => client.end())
    client.pipe(server).pipe(client)
  }

  #upstream(url: string): Socket {
    const { hostname, port, protocol } = new URL(url)
    const host = hostname.replace(/^\[|\]$/g, "")
    return protocol === "https:"
      ? connectSecurely({ host, port: Number(port) || 443, servername: host })
      : connect({ host, port: Number(port) || 80 })
  }
}

/** The password of the operator's own proxy, which the box never sees. */
const authorisation = (url: string): string => {
  const { username, password } = new URL(url)
  if (username === "") return ""
  return `Proxy-Authorization: Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64")}\r\n`
}

const decodeRules = Schema.decodeUnknownSync(Schema.parseJson(Rules))

/** Serves until standard input ends. */
export const main = ([socket = ""]: ReadonlyArray<string>): void => {
  const lines = createInterface({ input: process.stdin })
  lines.once("line", (line) => {
    const proxy = new Proxy(decodeRules(line))
    createServer((client) => proxy.accept(client)).listen(socket, () => {
      // The box's user may be another one.
      chmodSync(socket, 0o666)
      process.stdout.write(`${JSON.stringify({ _tag: "listening" } satisfies Report)}\n`)
    })
  })
  lines.once("close", () => process.exit(0))
}
