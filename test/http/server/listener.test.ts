/** The HTTP listener: what it accepts, what it closes, and that it never brings down the process. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Logger, LogLevel, Scope } from "effect"
import { readBody } from "../../../src/layers/machine/http/body.ts"
import { patiently } from "../../support/patiently.ts"
import { client, listen } from "./support.ts"

/** Answers with the body's length, of at most 1,000 bytes. */
const echo = Effect.gen(function* () {
  const request = yield* HttpServerRequest.HttpServerRequest
  return yield* readBody(request, 1_000).pipe(
    Effect.match({
      onSuccess: ({ length }) => HttpServerResponse.text(`${request.method} ${request.url} ${length}`),
      onFailure: ({ why }) => HttpServerResponse.text(why, { status: why === "too long" ? 413 : 400 })
    })
  )
})

const post = (path: string, body: string, headers = "") =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`

/** The output of `fewFiles.ts`. */
interface FewFiles {
  readonly open: number
  readonly written: number
  readonly failed: ReadonlyArray<string>
}

const until = (what: string, isSo: () => boolean) =>
  Effect.suspend(() => (isSo() ? Effect.void : Effect.fail(what))).pipe(Effect.retry(patiently))

describe("a listener", () => {
  it.scopedLive("answers pipelined requests in order, and clients that have closed their sending side", () =>
    Effect.gen(function* () {
      const port = yield* listen(echo)
      const one = yield* client(port, post("/a", "xyz"))
      yield* until("an answer", () => one.received().endsWith("POST /a 3"))
      one.socket.write(post("/b", "") + post("/c", "12") + post("/d", "1"))
      yield* until("three more", () => one.received().endsWith("POST /d 1"))
      assert.deepStrictEqual(one.received().match(/POST \/\w \d/g), ["POST /a 3", "POST /b 0", "POST /c 2", "POST /d 1"])
      one.socket.end(post("/e", "12345"))
      yield* until("the last", () => one.received().endsWith("POST /e 5"))
      yield* Effect.promise(() => one.closed)
    })
  )

  it.scopedLive("refuses invalid HTTP, and headers of more than 16 KiB", () =>
    Effect.gen(function* () {
      const port = yield* listen(echo)
      const statusOf = (message: string) =>
        Effect.gen(function* () {
          const asked = yield* client(port, message)
          yield* Effect.promise(() => asked.closed)
          return asked.received().slice(0, 12)
        })
      assert.strictEqual(yield* statusOf("\u0000\u0001 hello\r\n\r\n"), "HTTP/1.1 400")
      assert.strictEqual(yield* statusOf(`GET / HTTP/1.1\r\nhost: x\r\njunk: ${"x".repeat(17_000)}\r\n\r\n`), "HTTP/1.1 431")
      assert.strictEqual(
        yield* statusOf("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
        "HTTP/1.1 400"
      )
      assert.strictEqual(yield* statusOf("GET / HTTP/9.9\r\nhost: x\r\n\r\n"), "HTTP/1.1 505")
    })
  )

  it.scopedLive("refuses a request of HTTP/1.1 without exactly one Host, and closes", () =>
    Effect.gen(function* () {
      const port = yield* listen(echo)
      const answerTo = (message: string) =>
        Effect.gen(function* () {
          const asked = yield* client(port, message)
          yield* Effect.promise(() => asked.closed)
          return asked.received()
        })
      for (const head of ["", "x-host: x\r\n", "host: x\r\nHost: y\r\n"]) {
        const answer = yield* answerTo(`GET /a HTTP/1.1\r\n${head}\r\n`)
        assert.match(answer, /^HTTP\/1\.1 400 [\s\S]*connection: close/i, head)
        assert.notInclude(answer, "GET /a", head)
      }
      const posted = yield* answerTo("POST /a HTTP/1.1\r\ncontent-length: 3\r\n\r\nxyz")
      assert.match(posted, /^HTTP\/1\.1 400 /)
      assert.include(yield* answerTo("GET /a HTTP/1.0\r\n\r\n"), "GET /a 0", "HTTP/1.0 knows no Host")
    })
  )

  it.scopedLive("answers before it has read an endless body, then closes", () =>
    Effect.gen(function* () {
      // It is none of these limits that closes the connection.
      const port = yield* listen(echo, { headSeconds: 600, idleSeconds: 600, stallSeconds: 600 })
      const endless = yield* client(port, "POST /a HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n")
      const feeding = setInterval(() => endless.socket.writable && endless.socket.write(`3e8\r\n${"x".repeat(1_000)}\r\n`), 20)
      yield* Effect.addFinalizer(() => Effect.sync(() => clearInterval(feeding)))
      yield* until("an answer", () => endless.received().startsWith("HTTP/1.1 413"))
      yield* Effect.promise(() => endless.closed)
    })
  )

  it.scopedLive("closes clients that are too slow with headers or with the next request", () =>
    Effect.gen(function* () {
      // Each listener has one limit that is short enough for the test.
      const hurried = yield* listen(echo, { headSeconds: 2, idleSeconds: 600, stallSeconds: 600 })
      const busy = yield* listen(echo, { headSeconds: 600, idleSeconds: 1, stallSeconds: 600 })
      const slowOn = (port: number) =>
        Effect.gen(function* () {
          const slow = yield* client(port, "POST /a HTTP/1.1\r\n")
          const drip = setInterval(() => slow.socket.writable && slow.socket.write("x"), 100)
          yield* Effect.addFinalizer(() => Effect.sync(() => clearInterval(drip)))
          return slow
        })
      const begunAt = performance.now()
      const [slow, patient] = [yield* slowOn(hurried), yield* slowOn(busy)]
      const idle = yield* client(busy, post("/a", "xyz"))
      const waiting = yield* client(hurried, post("/a", "xyz"))
      const [slowAt] = yield* Effect.promise(() => Promise.all([slow.closed, idle.closed]))
      assert.include(idle.received(), "POST /a 3")
      assert.isAtLeast(slowAt - begunAt, 2_000)
      assert.isTrue(patient.isOpen() && waiting.isOpen(), "the other limits are far away")
    })
  )

  it.scopedLive("abandons work when its client is gone", () =>
    Effect.gen(function* () {
      const begun = yield* Deferred.make<void>()
      const given = yield* Deferred.make<void>()
      const work = Effect.zipRight(Deferred.succeed(begun, undefined), Effect.never).pipe(
        Effect.onInterrupt(() => Deferred.succeed(given, undefined)),
        Effect.interruptible
      )
      const port = yield* listen(work)
      const gone = yield* client(port, post("/a", "xyz"))
      yield* Deferred.await(begun)
      gone.socket.destroy()
      yield* Deferred.await(given)
    })
  )

  it.live("abandons work and closes every connection before its dependencies shut down", () =>
    Effect.gen(function* () {
      const events: Array<string> = []
      const scope = yield* Scope.make()
      yield* Scope.addFinalizer(
        scope,
        Effect.sync(() => void events.push("what it stands on"))
      )
      const begun = yield* Deferred.make<void>()
      const work = Effect.zipRight(Deferred.succeed(begun, undefined), Effect.never).pipe(
        Effect.onInterrupt(() =>
          Effect.zipRight(
            Effect.sleep("100 millis"),
            Effect.sync(() => void events.push("work"))
          )
        ),
        Effect.interruptible
      )
      const port = yield* Scope.extend(listen(work), scope)
      yield* Effect.scoped(
        Effect.gen(function* () {
          const idle = yield* client(port)
          const busy = yield* client(port, post("/a", "xyz"))
          yield* Deferred.await(begun)
          yield* Scope.close(scope, Exit.void)
          yield* Effect.promise(() => Promise.all([idle.closed, busy.closed]))
          assert.deepStrictEqual(events, ["work", "what it stands on"])
          const late = yield* client(port)
          yield* Effect.promise(() => late.closed)
        })
      )
    })
  )

  it.scopedLive("leaves the process enough files when more clients connect than it may open", () =>
    Effect.gen(function* () {
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-test-"))),
        (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
      )
      const program = yield* Effect.acquireRelease(
        Effect.sync(() =>
          Bun.spawn(["sh", "-c", `ulimit -n 256; exec ${process.execPath} ${join(import.meta.dirname, "fewFiles.ts")} ${folder}`], {
            stdout: "pipe",
            stderr: "inherit"
          })
        ),
        (program) =>
          Effect.promise(() => {
            program.kill("SIGKILL")
            return program.exited
          })
      )
      const first = yield* Effect.promise(async () => {
        for await (const chunk of program.stdout) return new TextDecoder().decode(chunk)
        return ""
      })
      const port = Number(first)
      yield* Effect.forEach(
        Array.from({ length: 1_000 }),
        (_, index) => client(port, "", `127.0.${1 + (index % 5)}.${1 + (index % 200)}`),
        {
          concurrency: 50
        }
      )
      const status = Effect.promise(() => fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.json() as Promise<FewFiles>))
      const before = yield* status
      // The server continues writing while the clients are connected.
      const { open, failed } = yield* Effect.repeat(status, { until: ({ written }) => written > before.written + 5 })
      assert.deepStrictEqual(failed, [])
      assert.isAtMost(open, 256 * 0.75)
    }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
  )
})
