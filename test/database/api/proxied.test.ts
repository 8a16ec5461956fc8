/** A real nginx with the configuration of docs/dashboard.md and a cache: a client's claims about hosts and addresses never reach another client. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs"
import { connect } from "node:net"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import { built } from "../../../src/dashboard/api/page/Page.ts"
import { seed } from "../../support/api/seed.ts"
import { serve } from "../../support/api/serving.ts"
import { root } from "../../support/cli/support.ts"
import { variants } from "../../support/database/support.ts"
import { folder } from "../../support/folder.ts"
import { freePort } from "../../support/freePort.ts"

const nginx = [Bun.which("nginx"), "/usr/sbin/nginx"].find((path) => path !== null && existsSync(path))
const [{ layer } = { layer: undefined }] = variants

const PUBLIC = "gittensor.example"

/** The document's configuration, for an API at another address. */
const documented = (api: string): string => {
  const lines = /^```nginx\n(.*?)^```$/ms.exec(readFileSync(join(root, "docs/dashboard.md"), "utf8"))?.[1]
  if (lines === undefined) throw new Error("docs/dashboard.md has no lines for nginx")
  assert.include(lines, `server_name ${PUBLIC};`)
  assert.include(lines, "http://127.0.0.1:8080;")
  return lines.replaceAll("http://127.0.0.1:8080;", `${api};`)
}

/** An nginx that caches everything, or (`careless`) even answers that the API marks as private. */
const configuration = (own: string, port: number, api: string, careless: boolean): string => `
${process.getuid?.() === 0 ? "user root;" : ""}
daemon off;
worker_processes 1;
pid ${own}/pid;
error_log stderr warn;
events {}
http {
  access_log off;
  client_body_temp_path ${own}/body;
  proxy_temp_path ${own}/temporary;
  fastcgi_temp_path ${own}/fastcgi;
  uwsgi_temp_path ${own}/uwsgi;
  scgi_temp_path ${own}/scgi;
  proxy_cache_path ${own}/cache keys_zone=answers:1m;
  server {
    listen 127.0.0.1:${port};
    proxy_cache answers;
    proxy_cache_valid 200 1h;
    proxy_ignore_headers Cache-Control Expires${careless ? " Vary" : ""};
    add_header X-From $upstream_cache_status always;
    ${documented(api)}
  }
}
`

const say = (port: number, message: string, localAddress: string) =>
  Effect.async<string, Error>((resume) => {
    let text = ""
    const socket = connect({ host: "127.0.0.1", port, localAddress })
    socket.on("data", (chunk) => {
      text += chunk.toString("utf8")
    })
    socket.once("error", (cause) => resume(Effect.fail(cause)))
    socket.once("close", () => resume(Effect.succeed(text)))
    socket.write(message)
  })

/** Starts nginx in front of an API until the scope ends. Returns its port. */
const proxyBefore = (api: string, careless: boolean) =>
  Effect.gen(function* () {
    const [own, port] = [yield* folder, yield* Effect.promise(freePort)]
    chmodSync(own, 0o755)
    writeFileSync(join(own, "conf"), configuration(own, port, api, careless))
    const program = yield* Effect.acquireRelease(
      Effect.sync(() =>
        Bun.spawn([nginx ?? "", "-p", own, "-e", "stderr", "-c", join(own, "conf")], { stdin: "ignore", stderr: "inherit" })
      ),
      (running) =>
        Effect.promise(() => {
          running.kill("SIGTERM")
          return running.exited
        })
    )
    yield* say(port, honestRequestFor("/robots.txt"), "127.0.0.1").pipe(
      Effect.retry({ schedule: Schedule.spaced("20 millis"), while: () => program.exitCode === null })
    )
    return port
  })

const requestOf = (target: string, ...headers: ReadonlyArray<string>) =>
  `GET ${target} HTTP/1.1\r\n${[...headers, "Connection: close"].map((line) => `${line}\r\n`).join("")}\r\n`

const honestRequestFor = (path: string) => requestOf(path, `Host: ${PUBLIC}`)

const EVIL = "evil.example"
/** Requests by which a client tries to put its own host into others' answers. */
const attacks: ReadonlyArray<(path: string) => string> = [
  (path) => requestOf(path, `Host: ${PUBLIC}`, `X-Forwarded-Host: ${EVIL}`, "X-Forwarded-Proto: https"),
  (path) => requestOf(path, `Host: ${PUBLIC}`, `X-Forwarded-Host: ${PUBLIC}`, `X-Forwarded-Host: ${EVIL}`),
  (path) => requestOf(path, `Host: ${PUBLIC}`, `X_Forwarded_Host: ${EVIL}`, `Forwarded: host=${EVIL};proto=https`, `X-Host: ${EVIL}`),
  (path) => requestOf(path, `Host: ${EVIL}`),
  (path) => requestOf(path, `Host: ${EVIL}:80`, `X-Forwarded-Host: ${PUBLIC}`),
  // An absolute URL in the request line overrides the Host header, but a cache's key is the Host.
  (path) => requestOf(`http://${EVIL}${path}`, `Host: ${PUBLIC}`)
]
const NAMING = ["/feed.atom", "/llms.txt", "/issues/1", "/competitions/1"]

if (layer !== undefined)
  describe("the API behind the nginx of docs/dashboard.md", () => {
    const kinds = [
      ["a cache", false],
      ["a cache that ignores what depends on what", true]
    ] as const
    for (const [kind, careless] of kinds)
      it.scopedLive.skipIf(nginx === undefined)(`with ${kind} names its own host to everybody, whatever one client says`, () =>
        Effect.gen(function* () {
          yield* seed
          const api = yield* serve({ page: yield* built })
          const attack = (attacker: (path: string) => string) =>
            Effect.gen(function* () {
              const port = yield* proxyBefore(api, careless)
              for (const path of NAMING) {
                const answers = yield* Effect.all([
                  say(port, attacker(path), "127.0.0.66"),
                  say(port, honestRequestFor(path), "127.0.0.1"),
                  say(port, honestRequestFor(path), "127.0.0.1")
                ])
                for (const text of answers) {
                  assert.match(text, /^HTTP\/1\.1 200 /, path)
                  assert.notInclude(text, EVIL, attacker(path))
                  assert.notInclude(text, `https://${PUBLIC}`, attacker(path))
                  assert.include(text, `http://${PUBLIC}/`, attacker(path))
                }
                assert.match(answers[2], /^X-From: HIT\r$/m, path)
              }
            }).pipe(Effect.scoped)
          yield* Effect.forEach(attacks, attack)
        }).pipe(Effect.provide(layer))
      )

    it.scopedLive.skipIf(nginx === undefined)("counts the requests of a client by its address, whatever it says", () =>
      Effect.gen(function* () {
        yield* seed
        const port = yield* proxyBefore(yield* serve({ rateLimit: 5 }), false)
        const statusOf = (index: number, from: string) =>
          Effect.map(say(port, requestOf(`/v1/config?n=${index}`, `Host: ${PUBLIC}`, `X-Forwarded-For: 192.0.2.${index}`), from), (text) =>
            text.slice(9, 12)
          )
        const statuses = yield* Effect.forEach([1, 2, 3, 4, 5, 6, 7], (index) => statusOf(index, "127.0.0.66"))
        assert.deepStrictEqual(statuses, ["200", "200", "200", "200", "200", "429", "429"])
        assert.strictEqual(yield* statusOf(8, "127.0.0.67"), "200", "another client is not counted with it")
      }).pipe(Effect.provide(layer))
    )
  })
