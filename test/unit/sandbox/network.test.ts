/** A sandbox with a network, against servers on this machine. Skipped where no sandbox can start. */
import { createServer } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Bubblewrap from "../../../src/layers/machine/sandbox/bubblewrap/bubblewrapSandbox.ts"
import { ownProgramInside } from "../../../src/layers/machine/sandbox/ownProgramInside.ts"
import { type BoxNetwork, Sandbox } from "../../../src/layers/machine/sandbox/Sandbox.ts"
import { canBox } from "../../support/sandbox/boxes.ts"

const BODY = 4_194_304

/** Answers every request with as many bytes as its path says. */
const server = Effect.acquireRelease(
  Effect.async<{ readonly port: number; readonly asked: () => number; readonly close: () => void }>((resume) => {
    let asked = 0
    const listening = createServer((request, response) => {
      asked += 1
      response.end("x".repeat(Number(request.url?.slice(1)) || 5))
    }).listen(0, "127.0.0.1", () => {
      const address = listening.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      resume(Effect.succeed({ port, asked: () => asked, close: () => listening.closeAllConnections() }))
    })
  }),
  ({ close }) => Effect.sync(close)
)

/** Runs a JavaScript script in a sandbox, with the Bun that runs this test. */
const inBox = (script: string, network: BoxNetwork) =>
  Effect.gen(function* () {
    const { run } = yield* Sandbox
    const own = ownProgramInside()
    return yield* run({ command: [own.command[0], "-e", script], readOnly: own.readOnly, network, limits: { seconds: 60 } })
  }).pipe(Effect.provide(Bubblewrap.layer))

const fetched = (url: string) =>
  `console.log(await fetch(${JSON.stringify(url)}).then(async (r) => r.status + " " + (await r.text()).length, (e) => "failed " + e.code))`

describe.skipIf(!canBox)("a box with a network", () => {
  it.scopedLive("reaches what is allowed by name, without TLS too", () =>
    Effect.gen(function* () {
      const { port } = yield* server
      const allow = [{ host: "127.0.0.1", port, scheme: "http" }] as const
      const { output, refused } = yield* inBox(fetched(`http://127.0.0.1:${port}/${BODY}`), { allow, bytes: 2 * BODY })
      assert.strictEqual(output.trim(), `200 ${BODY}`)
      assert.deepStrictEqual(refused, [])
    })
  )

  it.scopedLive("reaches no other service of this machine, neither by the proxy nor around it", () =>
    Effect.gen(function* () {
      const { port, asked } = yield* server
      const around = `await new Promise((done) => require("node:net").connect(${port}, "127.0.0.1").on("connect", () => { console.log("reached"); done() }).on("error", (e) => { console.log(e.code); done() }))`
      const { output, refused } = yield* inBox(
        [fetched(`http://127.0.0.1:${port}/`), fetched(`https://localhost/`), fetched(`https://127.0.0.1:${port}/`), around].join("\n"),
        { allow: [], bytes: BODY }
      )
      assert.notInclude(output, "200")
      assert.include(output, "ECONNREFUSED")
      assert.deepStrictEqual(refused, [
        `127.0.0.1:${port}: only HTTPS is allowed`,
        "localhost:443: it is at 127.0.0.1, which is this machine",
        `127.0.0.1:${port}: only port 443 is allowed`
      ])
      assert.strictEqual(asked(), 0)
    })
  )

  it.scopedLive("is cut off where it has used up its bytes", () =>
    Effect.gen(function* () {
      const { port } = yield* server
      const allow = [{ host: "127.0.0.1", port, scheme: "http" }] as const
      const { end, output } = yield* inBox(`${fetched(`http://127.0.0.1:${port}/${BODY}`)}\n${fetched(`http://127.0.0.1:${port}/5`)}`, {
        allow,
        bytes: BODY / 4
      })
      assert.notInclude(output, `200 ${BODY}`)
      assert.strictEqual(end, "network")
    })
  )
})
