/** `gittensor doctor` as a process: with a validator at work, and with everything hanging. test/chain/cli has every check in good and bad conditions. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { devAccounts } from "../../../lab/devnet/chain/genesis.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { beacon, examined, says, shownBy } from "../../support/cli/doctor.ts"
import { endSetup, weighed } from "../../support/cli/endSetup.ts"
import { clean, command, eventually, folder, secret, start, World, worldLayer } from "../../support/cli/support.ts"
import { listen } from "../../support/serve.ts"

layer(worldLayer(), { excludeTestServices: true })("doctor", (it) => {
  it.scoped("finds a working validator healthy, and says what it cannot check", () =>
    Effect.gen(function* () {
      const hotkey = devAccounts["//Validator1"]
      assert.strictEqual((yield* command(["owner", "validators", "add", hotkey, "--yes"])).code, 0)
      const inSetup = yield* examined(["--role", "owner"])
      says(inSetup.of("owner"), "warning", "changes apply at once", "owner-delay")
      says(inSetup.of("contract"), "warning", "it is being set up", "owner-delay")
      yield* endSetup
      yield* weighed
      const { env, token } = yield* World
      const data = yield* folder
      const validator = yield* start(
        ["validate", "--json", "--axon-host", "127.0.0.1", "--axon-port", "0", "--axon-ip", "127.0.0.1", "--stand-by", "0", "--data", data],
        { ...env, GITTENSOR_URI: "//Validator1", GITTENSOR_GITHUB_TOKEN: `${token},${secret("ghp_nobody0123456789")}` }
      )
      const { metrics } = JSON.parse(yield* validator.ready) as { readonly metrics: { readonly hostname: string; readonly port: number } }
      // No competition needs GitHub yet.
      const health = Effect.promise(async () => (await fetch(`http://${metrics.hostname}:${metrics.port}/health`)).text())
      yield* eventually(
        "the refused token in /health",
        Effect.map(health, (text) => (text.includes("GitHub does not know token 2 of GITTENSOR_GITHUB_TOKEN") ? true : undefined))
      )
      const subnet = yield* Subnet
      const chain = yield* Chain
      yield* eventually(
        "the axon to be published",
        chain.finalisedHead.pipe(
          Effect.flatMap(subnet.metagraph),
          Effect.map(({ neurons }) => (neurons.find((one) => one.hotkey === hotkey)?.axon === null ? undefined : true))
        )
      )
      const well = yield* examined(["--data", data], { GITTENSOR_URI: "//Validator1", GITTENSOR_DRAND_URL: yield* beacon(0) })
      assert.strictEqual(well.code, 0, well.stdout)
      assert.deepStrictEqual(well.names, [
        ..."endpoint clock history wallet subnet hotkey permit funds weights roster box health axon consensus contract votes github disk".split(
          " "
        )
      ])
      says(well.of("endpoint"), "ok", /connected in \d+ ms, answered in \d+ ms; finalised block \d+, \d+ s old, \d behind the best/)
      says(well.of("clock"), "ok", /right by drand's round \d+/)
      says(well.of("hotkey"), "ok", "UID 1")
      says(well.of("permit"), "ok", "validator permit")
      says(well.of("funds"), "ok", "TAO for fees")
      says(well.of("contract"), "ok", "as released")
      says(well.of("votes"), "ok", "100% of the weight of all 1 validators")
      // The axon answers at an address that cannot be reached from outside.
      says(well.of("axon"), "warning", "is not reachable from outside this network", "--axon-ip")
      says(well.of("consensus"), "ok", "own scores are not compared with the consensus; validate --weight-mode shadow does so")
      says(well.of("github"), "ok", /the token is operator's, \d+ of \d+ requests and \d+ of \d+ GraphQL points left/)
      says(well.of("disk"), "ok", /GB free at/)
      // The output for people has one line per check.
      const lines = yield* command(["doctor", "--within", "60", "--data", data], { GITTENSOR_URI: "//Validator1" })
      assert.strictEqual(lines.code, 0)
      assert.strictEqual(lines.stdout.trim().split("\n").length, well.names.length)
      // Without the endpoint, whose answers a busy machine may receive late.
      assert.match(lines.stdout, /^ok {6}hotkey /m)
      assert.notInclude(lines.stdout, "\u001b")
      // The next validator with the same hotkey is unhealthy: its axon announces a different address.
      yield* validator.signal("SIGTERM")
      yield* validator.exited
      const gone = yield* examined(["--data", data], { GITTENSOR_URI: "//Validator1" })
      assert.strictEqual(gone.code, 1)
      says(gone.of("axon"), "wrong", /127\.0\.0\.1:\d+ is published, but is not reachable from outside this network/, "--axon-ip")
      assert.strictEqual(gone.stderr, "gittensor: failed checks: axon; the advice for each is above\n")
    })
  )

  it.scoped("ends by itself when everything hangs, with the answers it got", () =>
    Effect.gen(function* () {
      const { endpoint } = yield* World
      const port = yield* listen(() => undefined)
      const password = secret("canary-behind-the-hole")
      const hanging = {
        GITTENSOR_GITHUB_URL: `http://127.0.0.1:${port}`,
        GITTENSOR_DRAND_URL: `http://127.0.0.1:${port}`,
        DATABASE_URL: `postgres://u:${password}@127.0.0.1:${port}/x`
      }
      const doctor = (endpoints: string) => command(["doctor", "--json", "--within", "20", "--endpoint", endpoints], hanging)
      const [all, one] = yield* Effect.all(
        [doctor(`ws://key:${password}@127.0.0.1:${port}/${password}`), doctor(`ws://127.0.0.1:${port},${endpoint}`)],
        { concurrency: "unbounded" }
      )
      assert.strictEqual(all.code, 3, all.stderr)
      assert.deepStrictEqual(
        shownBy(all).map(({ name, result }) => [name, result]),
        [
          ["endpoint", "silent"],
          ["clock", "skipped"],
          ["wallet", "ok"],
          ["subnet", "skipped"],
          ["hotkey", "skipped"],
          ["contract", "skipped"],
          ["github", "silent"],
          ["disk", "ok"],
          ["database", "silent"]
        ]
      )
      says(
        shownBy(one).find(({ name }) => name === "endpoint 1"),
        "warning",
        "did not answer",
        "the other endpoints are used"
      )
      says(
        shownBy(one).find(({ name }) => name === "endpoint 2"),
        "ok",
        endpoint
      )
      for (const { stdout, stderr } of [all, one]) clean(stdout + stderr)
    })
  )
})
