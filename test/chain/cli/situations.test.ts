/** Broken setups, and the doctor's exact lines for the root cause of each. Dependent checks are skipped. */

import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, type Scope } from "effect"
import { devAccounts } from "../../../lab/devnet/chain/genesis.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { beacon } from "../../support/cli/doctor.ts"
import { endSetup, weighed } from "../../support/cli/endSetup.ts"
import { command, folder, keyOf, Starting, secret, uri, World, worldLayer } from "../../support/cli/support.ts"
import { listen, serve } from "../../support/serve.ts"

interface Situation {
  readonly args?: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
  /** The time limit in seconds, for tests with a service that does not answer. */
  readonly within?: string
  /** How long the process takes to start, in milliseconds. */
  readonly starting?: number
  readonly code: number
  /** The lines about failures, silence and skipped checks, without colours. */
  readonly lines: ReadonlyArray<string>
  /** Every warning. */
  readonly warnings: ReadonlyArray<string>
}

const because = (root: string, ...names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.map((name) => `skipped ${name.padEnd(10)} because of the ${root}, see above`)

const line = (result: string, name: string, text: string) => `${result.padEnd(7)} ${name.padEnd(10)} ${text}`

/** The checks in the order of their lines. */
const CHECKS =
  "machine endpoint clock history wallet subnet hotkey permit funds weights roster box health axon consensus contract votes github disk database".split(
    " "
  )
const placeOf = (text: string) => CHECKS.indexOf(text.slice(8).split(" ")[0] ?? "")

/** The doctor's warnings in this network: a validator without a roster, whose axon has a private address. */
const NO_ROSTER = line(
  "warning",
  "roster",
  "no roster is given, so contributions are not scored: this validator's weights recycle what they would earn, 90% of the emission → give validate and the doctor the subnet's roster (--roster or GITTENSOR_ROSTER): a file, or the addresses of its mirrors"
)
const PRIVATE_AXON = line(
  "warning",
  "axon",
  "127.0.0.1:N is published, but is not reachable from outside this network → give the machine's public address to validate --axon-ip"
)

const VALIDATOR = ["--role", "validator"]
const NOBODY = uri("nobody")
const ALL_ON_CHAIN = ["history", "subnet", "hotkey", "permit", "funds", "weights", "axon", "consensus", "contract", "votes"]

const situations: Readonly<Record<string, Effect.Effect<Situation, never, World | Scope.Scope>>> = {
  "a wallet that is not there": Effect.map(folder, (wallets) => ({
    args: [...VALIDATOR, "--wallet", "mine", "--wallet-path", wallets],
    env: { GITTENSOR_URI: "" },
    code: 1,
    warnings: [NO_ROSTER],
    lines: [
      line(
        "wrong",
        "wallet",
        `there is no key at ${join(wallets, "mine/hotkeys/default")} → check --wallet, --hotkey and --wallet-path, or create one: gittensor wallet create`
      ),
      ...because("wallet", "hotkey", "permit", "funds", "weights", "axon", "consensus", "votes")
    ]
  })),
  "a secret URI that is none": Effect.succeed({
    args: [...VALIDATOR, "--uri", "bottom drive"],
    code: 1,
    warnings: [NO_ROSTER],
    lines: [
      line(
        "wrong",
        "wallet",
        "the secret URI cannot be read: it starts neither with a valid phrase nor with a seed of 32 bytes (like //Alice, or a phrase of 12 to 24 words) → correct --uri or GITTENSOR_URI, or leave them out to use a wallet"
      ),
      ...because("wallet", "hotkey", "permit", "funds", "weights", "axon", "consensus", "votes")
    ]
  }),
  "an endpoint by http": Effect.map(World, ({ endpoint }) => {
    const http = endpoint.replace("ws:", "http:")
    return {
      args: [...VALIDATOR, "--endpoint", http],
      code: 1,
      warnings: [NO_ROSTER],
      lines: [
        line("wrong", "endpoint", `"${http}" is not an endpoint → write ${endpoint} in --endpoint: a node is asked by WebSocket`),
        ...because("endpoint", ...ALL_ON_CHAIN)
      ]
    }
  }),
  "an endpoint where nobody listens": Effect.succeed({
    args: [...VALIDATOR, "--endpoint", "ws://127.0.0.1:9"],
    code: 3,
    warnings: [NO_ROSTER],
    lines: [
      line(
        "silent",
        "endpoint",
        "the chain at ws://127.0.0.1:9 did not answer (Failed to connect) → check the address, that the node runs, and that this machine can reach its port"
      ),
      ...because("endpoint", ...ALL_ON_CHAIN)
    ]
  }),
  "an endpoint that never answers": Effect.map(
    listen(() => undefined),
    (port) => ({
      args: [...VALIDATOR, "--endpoint", `ws://127.0.0.1:${port}`],
      within: "20",
      code: 3,
      warnings: [NO_ROSTER],
      lines: [
        line(
          "silent",
          "endpoint",
          `the chain at ws://127.0.0.1:${port} did not answer (no answer in time) → check the address, that the node runs, and that this machine can reach its port; on a slow connection: gittensor doctor --within 120`
        ),
        ...because("endpoint", ...ALL_ON_CHAIN)
      ]
    })
  ),
  "a machine that is too slow": Effect.map(
    listen(() => undefined),
    (port) => ({
      args: [...VALIDATOR, "--endpoint", `ws://127.0.0.1:${port}`],
      within: "20",
      starting: 8_000,
      code: 3,
      warnings: [NO_ROSTER],
      lines: [
        line(
          "silent",
          "machine",
          "it is too busy to check everything in 20 s: a load of N on N cores, N s to start → gittensor doctor --within 120 gives the checks more time; a validator needs a machine with less to do"
        ),
        ...because("machine", "endpoint", ...ALL_ON_CHAIN)
      ]
    })
  ),
  "a subnet that is not there": Effect.succeed({
    args: [...VALIDATOR, "--netuid", "4711"],
    code: 1,
    warnings: [NO_ROSTER],
    lines: [
      line("wrong", "subnet", "there is no subnet 4711 → use --netuid 74, the subnet of the contract"),
      ...because("subnet", "hotkey", "permit", "weights", "axon", "consensus")
    ]
  }),
  "a hotkey that is not registered": Effect.map(keyOf(NOBODY), ({ address }) => ({
    env: { GITTENSOR_URI: NOBODY },
    code: 1,
    warnings: [],
    lines: [
      line(
        "wrong",
        "hotkey",
        `${address} is not registered on subnet 74 → register it with --netuid and the wallet's name: gittensor validate register, or gittensor mine register`
      )
    ]
  })),
  "no contract": Effect.succeed({
    args: VALIDATOR,
    env: { GITTENSOR_CONTRACT: "" },
    code: 1,
    warnings: [NO_ROSTER, PRIVATE_AXON],
    lines: [line("wrong", "contract", "none given → give --contract, or set GITTENSOR_CONTRACT"), ...because("contract", "votes")]
  }),
  "a contract that is not there": Effect.map(keyOf("//Alice"), ({ address }) => ({
    args: [...VALIDATOR, "--contract", address],
    code: 1,
    warnings: [NO_ROSTER, PRIVATE_AXON],
    lines: [
      line(
        "wrong",
        "contract",
        `there is no contract at ${address} → check --contract, and that --endpoint belongs to the contract's chain`
      ),
      ...because("contract", "votes")
    ]
  })),
  "a token that GitHub does not know": Effect.succeed({
    args: VALIDATOR,
    env: { GITTENSOR_GITHUB_TOKEN: secret("ghp_nobody0123456789") },
    code: 1,
    warnings: [NO_ROSTER, PRIVATE_AXON],
    lines: [
      line(
        "wrong",
        "github",
        "GitHub does not know the token → it was revoked or has expired: create another and set GITTENSOR_GITHUB_TOKEN"
      )
    ]
  }),
  "a GitHub that does not answer": Effect.succeed({
    args: VALIDATOR,
    env: { GITTENSOR_GITHUB_URL: "http://127.0.0.1:9" },
    code: 3,
    warnings: [NO_ROSTER, PRIVATE_AXON],
    lines: [
      line(
        "silent",
        "github",
        "127.0.0.1:9 did not answer (ECONNREFUSED: Unable to connect. Is the computer able to access the url?) → check GITTENSOR_GITHUB_URL and www.githubstatus.com; nothing is decided until GitHub answers"
      )
    ]
  }),
  "a clock that is a minute late": Effect.map(beacon(60), (drand) => ({
    args: VALIDATOR,
    env: { GITTENSOR_DRAND_URL: drand },
    code: 1,
    warnings: [NO_ROSTER, PRIVATE_AXON],
    lines: [
      line(
        "wrong",
        "clock",
        "at least N s behind drand's round N; a development chain's clock proves nothing → synchronise the clock by NTP: timedatectl set-ntp true, or chronyd"
      )
    ]
  })),
  "a data folder that is a file": Effect.map(folder, (home) => {
    const file = join(home, "file")
    writeFileSync(file, "")
    return {
      args: [...VALIDATOR, "--data", file],
      code: 1,
      warnings: [NO_ROSTER, PRIVATE_AXON],
      lines: [
        line(
          "wrong",
          "disk",
          `${file} is not writable (EACCES: permission denied, access '${file}') → let this user write to it, or choose another folder with --data`
        )
      ]
    }
  }),
  "a database that does not answer": Effect.map(folder, (data) => ({
    args: ["--role", "dashboard", "--data", data],
    env: { DATABASE_URL: "postgres://u@127.0.0.1:9/x" },
    code: 3,
    warnings: [],
    lines: [
      line(
        "silent",
        "database",
        "the database postgres://u@127.0.0.1:9/x does not answer (connect ECONNREFUSED 127.0.0.1:9): try again when it runs and is reachable → docs/reference/dashboard.md explains this error"
      )
    ]
  }))
}

/** //Validator1 is healthy: the contract counts it, it has set weights, and its axon answers, though only in this network. */
const prepared = Layer.scopedDiscard(
  Effect.gen(function* () {
    assert.strictEqual((yield* command(["owner", "validators", "add", devAccounts["//Validator1"], "--yes"])).code, 0)
    yield* endSetup
    yield* weighed
    const { port } = yield* serve(({ url }) => new Response("", { status: url.endsWith("/live") ? 200 : 404 }))
    const [subnet, validator] = yield* Effect.all([Subnet, keyOf("//Validator1")])
    yield* subnet.setWeights(validator, { uids: [0], values: [65_535], versionKey: 0 })
    yield* subnet.serveAxon(validator, { ip: "127.0.0.1", port: port ?? 0 })
  }).pipe(Effect.orDie)
).pipe(Layer.provideMerge(worldLayer()))

layer(prepared, { excludeTestServices: true })("the doctor's line about", (it) => {
  it.scoped.each(Object.keys(situations))("%s", (what) =>
    Effect.gen(function* () {
      const { args = [], env = {}, within = "60", starting = 0, code, lines, warnings } = yield* situations[what] ?? Effect.dieMessage(what)
      const good = { GITTENSOR_URI: "//Validator1", GITTENSOR_DRAND_URL: yield* beacon(0), GITTENSOR_DATA: yield* folder }
      const outcome = yield* command(["doctor", "--within", within, ...args], { ...good, ...env }).pipe(
        Effect.provideService(Starting, starting)
      )
      const found = outcome.stdout
        .trimEnd()
        .split("\n")
        // Whether this machine has a sandbox, or runs a validator, is not tested here.
        .filter((text) => !/^ok |^warning box |^\S+ +health /.test(text))
        .map((text) =>
          text
            .replace(/at least [\d.]+ s behind drand's round \d+/, "at least N s behind drand's round N")
            .replace(/127\.0\.0\.1:\d+ is published/, "127.0.0.1:N is published")
            .replace(/a load of [\d.]+ on \d+ cores?, [\d.]+ s to start/, "a load of N on N cores, N s to start")
        )
      assert.deepStrictEqual(
        found,
        [...lines, ...warnings].toSorted((a, b) => placeOf(a) - placeOf(b))
      )
      assert.strictEqual(outcome.code, code, outcome.stderr)
    })
  )
})
