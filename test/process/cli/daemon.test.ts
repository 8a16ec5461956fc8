/** A validator's process from the perspective of its service manager and monitoring. */
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Effect, Ref } from "effect"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { metricsOf } from "../../../src/layers/machine/telemetry/catalogue.ts"
import { startProxy } from "../../support/cli/proxy.ts"
import { eventually, folder, keyOf, start, World, worldLayer } from "../../support/cli/support.ts"
import { receiveAt } from "../../support/validator/receiver.ts"

const whitelisted = Effect.gen(function* () {
  const contract = yield* Contract
  const [owner, hotkey, coldkey] = yield* Effect.all([keyOf((yield* World).ownerUri), keyOf("//Validator1"), keyOf("//Validator1//cold")])
  yield* contract
    .send("addValidator", { hotkey: hotkey.address, coldkeys: [coldkey.address] }, owner, "finalised")
    .pipe(Effect.catchTag("ContractRefusal", () => Effect.void))
})

const startValidator = (endpoint: string, env: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    yield* whitelisted
    const world = yield* World
    const listen = ["--axon-host", "127.0.0.1", "--axon-port", "0", "--data", yield* folder, "--stand-by", "0"]
    const running = yield* start(["validate", "--json", ...listen], {
      ...world.env,
      GITTENSOR_ENDPOINT: endpoint,
      GITTENSOR_URI: "//Validator1",
      ...env
    })
    const { axon, metrics } = JSON.parse(yield* running.ready) as {
      readonly axon: { readonly port: number }
      readonly metrics: { readonly hostname: string; readonly port: number }
    }
    assert.strictEqual(metrics.hostname, "127.0.0.1")
    const pageAt = (port: number) => (path: string) =>
      Effect.promise(async () => {
        const response = await fetch(`http://127.0.0.1:${port}${path}`)
        return { status: response.status, text: await response.text() }
      })
    return { ...running, page: pageAt(metrics.port), publicPage: pageAt(axon.port) }
  })

layer(worldLayer({ roundLength: 20, attestBlocks: 8 }), { excludeTestServices: true })("a validator's process", (it) => {
  it.scoped.skipIf(process.platform !== "linux")(
    "notifies its service manager while it is healthy, stops when the chain is silent, and then ends by itself",
    () =>
      Effect.gen(function* () {
        const { endpoint } = yield* World
        const proxy = yield* startProxy(endpoint)
        const socket = join(yield* folder, "notify")
        const received = yield* receiveAt(socket)
        const all = yield* Ref.make<ReadonlyArray<string>>([])
        const fresh = Effect.tap(received, (messages) => Ref.update(all, (before) => [...before, ...messages]))
        const validator = yield* startValidator(proxy.endpoint, { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "8000000" })
        const notified = (what: string) =>
          eventually(
            what,
            Effect.map(Effect.zipRight(fresh, Ref.get(all)), (messages) => (messages.includes(what) ? true : undefined))
          )
        yield* notified("READY=1")
        yield* notified("WATCHDOG=1")
        assert.strictEqual((yield* validator.page("/ready")).status, 200)
        const { text } = yield* validator.page("/metrics")
        const families = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name)
        assert.deepStrictEqual(families, Object.keys(metricsOf("validate")).toSorted())
        for (const name of ["gittensor_finalised_blocks_total", "gittensor_chain_requests_total", "process_resident_memory_bytes"])
          assert.isAbove(Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]), 0, name)
        const health = yield* validator.page("/health")
        assert.strictEqual(health.status, 200, health.text)
        // The public page only says that the process is alive.
        assert.deepStrictEqual(yield* validator.publicPage("/live"), { status: 200, text: '{"live":true}' })
        for (const path of ["/health", "/ready", "/metrics"]) assert.strictEqual((yield* validator.publicPage(path)).status, 404, path)

        proxy.freeze()
        yield* eventually(
          "the watchdog to starve",
          Effect.gen(function* () {
            yield* fresh
            yield* Effect.sleep("5 seconds")
            return (yield* fresh).includes("WATCHDOG=1") ? undefined : true
          })
        )
        yield* validator.signal("SIGTERM")
        assert.strictEqual(yield* validator.exited, 0)
        assert.notInclude(validator.stderr(), "still shutting down")
        assert.include(yield* fresh, "STOPPING=1")
      })
  )
})
