/** The sandbox proxy as a process without a sandbox, which clients reach at its socket. */
import { createConnection, createServer, type ListenOptions, type Server, type Socket } from "node:net"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { OWN_PROGRAM } from "../../../src/layers/machine/process/ownProgram.ts"
import type { Rules } from "../../../src/layers/machine/sandbox/network/rules.ts"
import { folder } from "../../support/folder.ts"

/** A server that passes each connection to `serve`, until the scope closes. */
const listening = (serve: (socket: Socket) => void, where: ListenOptions = { port: 0, host: "127.0.0.1" }) =>
  Effect.acquireRelease(
    Effect.async<Server>((resume) => {
      const server = createServer({ allowHalfOpen: true }, (socket) => {
        socket.on("error", () => socket.destroy())
        serve(socket)
      })
      server.listen(where, () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close())
  )

/** The port of a server. */
const portOf = (server: Server): number => {
  const address = server.address()
  return typeof address === "object" && address !== null ? address.port : 0
}

/** A running proxy: its socket, and its exit with its report. */
const proxy = (rules: Partial<Rules>) =>
  Effect.gen(function* () {
    const path = join(yield* folder, "socket")
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        Bun.spawn([...OWN_PROGRAM, "--worker", "box-proxy", path], { env: {}, stdin: "pipe", stdout: "pipe", stderr: "inherit" })
      ),
      (child) =>
        Effect.promise(() => {
          child.kill("SIGKILL")
          return child.exited
        })
    )
    child.stdin.write(`${JSON.stringify({ allow: [], networks: [], upstream: null, bytes: 1e9, connections: 1_000, ...rules })}\n`)
    const reader = child.stdout.getReader()
    const said: Array<string> = []
    const read = async () => {
      const { value } = await reader.read()
      if (value !== undefined) said.push(new TextDecoder().decode(value))
      return value !== undefined
    }
    yield* Effect.promise(read)
    const ended = Effect.promise(async () => {
      await child.stdin.end()
      while (await read());
      return said
        .join("")
        .split("\n")
        .filter((line) => line !== "")
        .map((line): unknown => JSON.parse(line))
    })
    return { path, ended }
  })

/** Sends to the proxy, half-closes the connection, and returns the response. */
const exchange = (path: string, ...parts: ReadonlyArray<string | Uint8Array>) =>
  Effect.promise(
    () =>
      new Promise<string>((resolve, reject) => {
        const socket = createConnection({ path, allowHalfOpen: true })
        let received = ""
        socket.on("data", (chunk) => {
          received += chunk.toString("latin1")
        })
        socket.on("end", () => resolve(received))
        socket.on("close", () => resolve(received))
        socket.on("error", reject)
        for (const part of parts) socket.write(part)
        socket.end()
      })
  )

/** Answers with the received text in capital letters, once the client has half-closed. */
const shouting = listening((socket) => {
  const parts: Array<Buffer> = []
  socket.on("data", (chunk) => parts.push(Buffer.from(chunk)))
  socket.on("end", () => socket.end(Buffer.concat(parts).toString("latin1").toUpperCase()))
})

const allowing = (port: number) => ({ allow: [{ host: "127.0.0.1", port, scheme: "http" as const }] })

describe("the proxy process", () => {
  it.scopedLive("joins a client with a server that is named, both ways until both have ended", () =>
    Effect.gen(function* () {
      const port = portOf(yield* shouting)
      const { path } = yield* proxy(allowing(port))
      const long = "x".repeat(3_000_000)
      const answer = yield* exchange(path, `CONNECT 127.0.0.1:${port} HTTP/1.1\r\n\r\nhello `, long)
      assert.strictEqual(answer, `HTTP/1.1 200 Connection established\r\n\r\nHELLO ${long.toUpperCase()}`)
    })
  )

  it.scopedLive("hands on one plain request to a server that is named", () =>
    Effect.gen(function* () {
      const port = portOf(yield* shouting)
      const { path } = yield* proxy(allowing(port))
      const answer = yield* exchange(path, `POST http://127.0.0.1:${port}/a HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody`)
      assert.strictEqual(answer, "POST /A HTTP/1.1\r\nCONTENT-LENGTH: 4\r\nCONNECTION: CLOSE\r\n\r\nBODY")
    })
  )

  it.scopedLive("refuses everything else with its reason, and says once what it refused", () =>
    Effect.gen(function* () {
      const port = portOf(yield* shouting)
      const { path, ended } = yield* proxy({})
      const refusal = yield* exchange(path, `CONNECT 127.0.0.1:${port} HTTP/1.1\r\n\r\n`)
      assert.match(refusal, /^HTTP\/1\.1 403 Forbidden\r\n/)
      assert.include(refusal, `the proxy of this sandbox refused 127.0.0.1:${port}, because only port 443 is allowed`)
      yield* exchange(path, `CONNECT 127.0.0.1:${port} HTTP/1.1\r\n\r\n`)
      assert.include(yield* exchange(path, "CONNECT localhost:443 HTTP/1.1\r\n\r\n"), "which is this machine")
      assert.match(yield* exchange(path, "nonsense\r\n\r\n"), /^HTTP\/1\.1 400 /)
      assert.match(yield* exchange(path, "x".repeat(100_000)), /^HTTP\/1\.1 400 |^$/)
      const reports = yield* ended
      assert.deepStrictEqual(
        reports.map((report) => (typeof report === "object" && report !== null && "what" in report ? report.what : undefined)),
        [undefined, `127.0.0.1:${port}`, "localhost:443", "a request"]
      )
    })
  )

  it.scopedLive("ends all connections at its quota of bytes, and takes none after it", () =>
    Effect.gen(function* () {
      const endless = portOf(
        yield* listening((socket) => {
          const more = (): void => {
            while (!socket.destroyed && socket.write(Buffer.alloc(65_536)));
          }
          socket.on("drain", more)
          more()
        })
      )
      const { path, ended } = yield* proxy({ ...allowing(endless), bytes: 1_000_000 })
      const answer = yield* exchange(path, `CONNECT 127.0.0.1:${endless} HTTP/1.1\r\n\r\n`)
      assert.isBelow(answer.length, 1_100_000)
      assert.match(yield* exchange(path, `CONNECT 127.0.0.1:${endless} HTTP/1.1\r\n\r\n`), /has used up its 1000000 bytes/)
      assert.deepInclude(yield* ended, { _tag: "usedUp" })
    })
  )

  it.scopedLive("takes no more connections than it may, and says where it could not reach a server", () =>
    Effect.gen(function* () {
      const port = portOf(yield* shouting)
      const closed = yield* Effect.scoped(
        Effect.map(
          listening(() => {}),
          portOf
        )
      )
      const { path } = yield* proxy({
        allow: [...allowing(port).allow, { host: "127.0.0.1", port: closed, scheme: "https" }],
        connections: 2
      })
      const connect = (to: number) => exchange(path, `CONNECT 127.0.0.1:${to} HTTP/1.1\r\n\r\n`)
      assert.match(yield* connect(port), /^HTTP\/1\.1 200 /)
      assert.match(yield* connect(closed), /^HTTP\/1\.1 502 .*it could not be reached \(.*REFUSED/is)
      assert.match(yield* connect(port), /more than 2 connections/)
    })
  )

  /** An operator's proxy: answers a CONNECT request, then echoes what it receives. */
  const operatorsProxy = (answer: string) =>
    Effect.map(
      listening((socket) => {
        let head = ""
        const onData = (chunk: Buffer) => {
          head += chunk.toString("latin1")
          if (!head.endsWith("\r\n\r\n")) return
          socket.off("data", onData)
          socket.write(answer)
          socket.on("data", (more) => socket.end(JSON.stringify([head, more.toString("latin1")])))
        }
        socket.on("data", onData)
      }),
      (server) => ({
        allow: [{ host: "git.example", port: 8443, scheme: "http" as const }],
        upstream: { url: `http://us%65r:secret@127.0.0.1:${portOf(server)}`, except: [] }
      })
    )
  const asked = `CONNECT git.example:8443 HTTP/1.1\r\nHost: git.example:8443\r\nProxy-Authorization: Basic ${Buffer.from("user:secret").toString("base64")}\r\n\r\n`

  it.scopedLive("goes through the operator's proxy with its password, by the server's name", () =>
    Effect.gen(function* () {
      const { path } = yield* proxy(yield* operatorsProxy("HTTP/1.1 200 OK\r\nX: y\r\n\r\n"))
      const connected = yield* exchange(path, "CONNECT git.example:8443 HTTP/1.1\r\nEvil: x\r\n\r\nhello")
      assert.strictEqual(connected, `HTTP/1.1 200 Connection established\r\n\r\n${JSON.stringify([asked, "hello"])}`)
      const plain = yield* exchange(path, "GET http://git.example:8443/a HTTP/1.1\r\n\r\n")
      assert.strictEqual(plain, JSON.stringify([asked, "GET /a HTTP/1.1\r\nConnection: close\r\n\r\n"]))
    })
  )

  it.scopedLive("sends the operator's proxy nothing of a box before it has agreed, and says that it did not", () =>
    Effect.gen(function* () {
      for (const answer of ["HTTP/1.1 407 Who are you?\r\n\r\n", "HTTP/1.1 2000 x\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nearly"]) {
        const { path } = yield* proxy(yield* operatorsProxy(answer))
        const refused = yield* exchange(path, "CONNECT git.example:8443 HTTP/1.1\r\n\r\nhello")
        assert.match(refused, /^HTTP\/1\.1 502 .*could not be reached \(this machine's proxy refused: HTTP\/1\.1 \d/s, answer)
        assert.notInclude(refused, "hello")
      }
      const other = yield* proxy({
        allow: [{ host: "git.example", port: 8443, scheme: "https" }],
        upstream: { url: "socks5://127.0.0.1:1", except: [] }
      })
      assert.include(yield* exchange(other.path, "CONNECT git.example:8443 HTTP/1.1\r\n\r\n"), "of the kind socks5:")
    })
  )

  it.scopedLive("ends when its parent does", () =>
    Effect.gen(function* () {
      const { ended } = yield* proxy({})
      assert.deepStrictEqual(yield* ended, [{ _tag: "listening" }])
    })
  )
})
