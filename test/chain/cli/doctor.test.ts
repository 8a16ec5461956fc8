/** `gittensor doctor`: each check in good and bad conditions, with a chain, a GitHub and databases. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { it as alone, assert, describe, layer } from "@effect/vitest"
import { Effect, Either, Fiber, Layer } from "effect"
import { compact, concat } from "../../../lab/devnet/chain/codec/scale.ts"
import { devAccounts } from "../../../lab/devnet/chain/genesis.ts"
import { start as startStandIn } from "../../../lab/devnet/github/StandIn.ts"
import { endpointResult } from "../../../src/cli/doctor/endpoints.ts"
import { toPublicKey } from "../../../src/domain/Account.ts"
import { toHex } from "../../../src/domain/hex.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { type Probe, ProbeFailed } from "../../../src/layers/chain/node/probe.ts"
import * as Concerns from "../../../src/roles/validator/Concerns.ts"
import { watchTreasury } from "../../../src/roles/validator/loops/notes.ts"
import { beacon, examined, PATIENT, says, shownBy } from "../../support/cli/doctor.ts"
import { endSetup } from "../../support/cli/endSetup.ts"
import { setOfSubnet } from "../../support/cli/setOfSubnet.ts"
import { setStorage, storageOf } from "../../support/cli/setStorage.ts"
import {
  ALPHA,
  command,
  eventually,
  folder,
  fund,
  jsonOf,
  keyOf,
  NETUID,
  register,
  root,
  run,
  secret,
  startChain,
  submitted,
  uri,
  World,
  worldLayer
} from "../../support/cli/support.ts"
import { call } from "../../support/devnet/support.ts"

const prepared = Layer.effectDiscard(
  Effect.gen(function* () {
    assert.strictEqual((yield* command(["owner", "validators", "add", devAccounts["//Validator1"], "--yes"])).code, 0)
    yield* endSetup
  }).pipe(Effect.orDie)
).pipe(Layer.provideMerge(worldLayer()))

layer(prepared, { excludeTestServices: true })("doctor", (it) => {
  it.scoped("checks permit, votes, funds and weights of a hotkey, a miner's link, and registration", () =>
    Effect.gen(function* () {
      const miner = uri("doctor-miner")
      const { address } = yield* register(miner)
      const asValidator = yield* examined(["--role", "validator"], { GITTENSOR_URI: miner })
      assert.strictEqual(asValidator.code, 1)
      says(asValidator.of("permit"), "wrong", "no validator permit", "add stake")
      says(asValidator.of("votes"), "wrong", address, "gittensor owner validators add")
      says(asValidator.of("funds"), "wrong", "has only 0.000 TAO for fees, and the chain refuses what it cannot pay", address)
      says(asValidator.of("axon"), "wrong", "publishes no axon", "--axon-ip")
      says(asValidator.of("roster"), "warning", "recycle what they would earn, 90% of the emission", "GITTENSOR_ROSTER")
      assert.include(asValidator.stderr, "failed checks: permit, funds, axon, votes")
      const file = join(yield* folder, "roster.json")
      const withRoster = (text: string) => {
        writeFileSync(file, text)
        return Effect.map(examined(["--role", "validator", "--roster", file], { GITTENSOR_URI: miner }), (found) => found.of("roster"))
      }
      says(
        yield* withRoster('{"acme/gadgets": {"emission_share": 1}}'),
        "ok",
        "has one repository; the roster's signer is committed to no roster"
      )
      says(yield* withRoster('{"acme/gadgets": {}}'), "wrong", `the roster ${file} can't be used`, "name another")
      const mirrored = yield* examined(["--role", "validator", "--roster", "http://127.0.0.1:9/roster"], { GITTENSOR_URI: miner })
      says(mirrored.of("roster"), "wrong", "no mirror can have it", "as a file")
      yield* fund([address], ALPHA / 100n)
      const asMiner = yield* examined([], { GITTENSOR_URI: miner })
      assert.deepStrictEqual(
        asMiner.names,
        "endpoint clock wallet subnet hotkey funds contract payout validators link github disk".split(" ")
      )
      says(asMiner.of("funds"), "warning", "0.010 TAO")
      // The chain holds more for a validator's messages, so its /health says the same.
      says((yield* examined(["--role", "validator"], { GITTENSOR_URI: miner })).of("funds"), "wrong", "has only 0.010 TAO", address)
      says(asMiner.of("link"), "wrong", /link/, "gittensor mine link-github")
      yield* command(["mine", "link-github", "--yes"], { GITTENSOR_URI: miner })
      says((yield* examined([], { GITTENSOR_URI: miner })).of("link"), "ok", "linked to GitHub account")
      const nobody = yield* examined([], { GITTENSOR_URI: uri("doctor-nobody") })
      assert.strictEqual(nobody.stderr, "gittensor: failed checks: hotkey; the advice for each is above\n")
      says(nobody.of("hotkey"), "wrong", "is not registered on subnet 74", "gittensor validate register")
    })
  )

  it.scoped("sees a coldkey with locked stake that was swapped onto the contract's account", () =>
    Effect.gen(function* () {
      const { contract } = yield* World
      const lock = (amount: bigint) =>
        Effect.flatMap(keyOf("//Alice"), (alice) =>
          submitted(alice, "lock", (api) =>
            call(api, "sudo", "sudo", call(api, "adminUtils", "devSetLock", contract, devAccounts["//Validator1"], NETUID, amount))
          )
        )
      yield* lock(ALPHA)
      says(
        (yield* examined([])).of("contract"),
        "warning",
        "is locked: somebody's coldkey was swapped onto it",
        "see whether payments go through"
      )
      yield* lock(0n)
      assert.notInclude((yield* examined([])).of("contract")?.detail ?? "", "locked")
    })
  )

  it.scoped("distinguishes the owner from others", () =>
    Effect.gen(function* () {
      const owner = yield* examined(["--role", "owner"])
      assert.deepStrictEqual(owner.names, "endpoint clock wallet subnet funds contract owner github".split(" "))
      says(owner.of("owner"), "ok", "changes wait 10 blocks")
      says(
        (yield* examined(["--role", "owner"], { GITTENSOR_URI: "//Bob" })).of("owner"),
        "wrong",
        "is not the contract's owner",
        "--wallet"
      )
    })
  )

  it.scoped("recognises a missing contract, one with other code, and one of another subnet", () =>
    Effect.gen(function* () {
      const { address } = yield* keyOf("//Alice")
      const none = yield* examined(["--contract", address])
      says(none.of("contract"), "wrong", "there is no contract at", "--contract")
      const chain = yield* Chain
      const code = `0x${readFileSync(join(root, "test/support/contract/threats/between.wasm")).toString("hex")}`
      const { events } = yield* chain.submit({
        label: "another contract",
        signer: yield* keyOf("//Alice"),
        until: "finalised",
        call: (api) => {
          const create = api.tx.contracts?.instantiateWithCode
          if (create === undefined) throw new Error("no such call")
          return create(0, { refTime: 100_000_000_000n, proofSize: 1_000_000n }, null, code, "0x", "0x")
        }
      })
      const created = events
        .find(({ event }) => event.section === "contracts" && event.method === "Instantiated")
        ?.event.data[1]?.toString()
      says((yield* examined(["--contract", created ?? ""])).of("contract"), "wrong", "runs the code 0x", "released for this code")
      const elsewhere = yield* examined(["--netuid", "1"])
      says(elsewhere.of("subnet"), "wrong", "there is no subnet 1", "--netuid 74")
      assert.strictEqual(elsewhere.stderr, "gittensor: failed checks: subnet; the advice for each is above\n")
      assert.strictEqual((yield* command(["owner", "pause", "--yes"])).code, 0)
      says((yield* examined([])).of("contract"), "warning", "it is paused")
      assert.strictEqual((yield* command(["owner", "unpause", "--yes"])).code, 0)
      const missing = yield* run([...PATIENT, "--endpoint", (yield* World).endpoint], {
        GITTENSOR_URI: "//Alice",
        GITTENSOR_GITHUB_URL: "http://127.0.0.1:9"
      })
      says(
        shownBy(missing).find(({ name }) => name === "contract"),
        "wrong",
        "none given",
        "GITTENSOR_CONTRACT"
      )
    })
  )

  it.scoped("says when the treasury earns or pays nothing, as /health does", () =>
    Effect.gen(function* () {
      const [contract, concerns] = yield* Effect.all([Contract, Concerns.make])
      const { treasuryHotkey } = yield* contract.config
      const seen = Effect.gen(function* () {
        const watched = yield* Effect.fork(Effect.provideService(watchTreasury, Concerns.Concerns, concerns))
        const note = yield* eventually(
          "a note",
          Effect.map(concerns.notes, ([first]) => first)
        )
        yield* Fiber.interrupt(watched)
        yield* concerns.note("treasury", null)
        return [note, (yield* examined([])).of("contract"), jsonOf(yield* command(["owner", "treasury", "--json"]))] as const
      })
      yield* setOfSubnet("sudoSetToggleTransfer", false)
      const [frozen, told, state] = yield* seen
      assert.include(frozen, "has switched transfers of stake off")
      says(told, "warning", "no bounty is paid, no collateral moves", "switches them on again")
      assert.deepInclude(state, { earns: true, pays: false })
      yield* setOfSubnet("sudoSetToggleTransfer", true)
      const before = yield* storageOf("subnetOwnerHotkey")
      yield* setStorage("subnetOwnerHotkey", toHex(toPublicKey(treasuryHotkey)))
      const [unpaid, warned, poor] = yield* seen
      assert.include(unpaid, "to whom the chain pays no incentive: it earns nothing")
      says(warned, "warning", "it earns nothing", "gittensor owner new-treasury")
      assert.deepInclude(poor, { earns: false, pays: true })
      yield* setStorage("subnetOwnerHotkey", before)
      says((yield* examined([])).of("contract"), "ok", "signs rosters")
    })
  )

  it.scoped("says when gifts have filled an account's list of hotkeys, or can", () =>
    Effect.gen(function* () {
      const { address } = yield* Contract
      const before = yield* storageOf("stakingHotkeys", address)
      const strangers = (count: number) => toHex(concat([compact(count), new Uint8Array(count * 32).fill(0x77)]))
      yield* setStorage("stakingHotkeys", strangers(100), address)
      says(
        (yield* examined([])).of("contract"),
        "warning",
        "gifts behind 28 more would keep deposits and harvests from it",
        "btcli stake transfer"
      )
      assert.include((yield* command(["owner", "treasury"])).stdout, "warning: the contract has stake behind 100 hotkeys")
      yield* setStorage("stakingHotkeys", strangers(128), address)
      says((yield* examined([])).of("contract"), "warning", "neither deposits nor harvests", "deploy another contract")
      yield* setStorage("stakingHotkeys", before, address)
      assert.notInclude((yield* command(["owner", "treasury"])).stdout, "warning")

      const miner = uri("doctor-gifts")
      const own = yield* register(miner)
      const payout = Effect.map(examined([], { GITTENSOR_URI: miner }), ({ of }) => of("payout"))
      says(yield* payout, "ok", `the chain pays a bounty to ${own.address}`)
      yield* setStorage("stakingHotkeys", strangers(128), own.address)
      says(yield* payout, "warning", "the chain refuses to pay it a bounty", "gittensor mine payee MATCH COLDKEY")
    })
  )

  it.scoped("distinguishes tokens: invalid, valid, exhausted, missing", () =>
    Effect.gen(function* () {
      const { github, token } = yield* World
      const unknown = secret("ghp_nobody0123456789")
      const { token: second } = yield* github.control.createUser({ payload: { login: "second" } })
      const mixed = yield* examined([], { GITTENSOR_GITHUB_TOKEN: [token, unknown, token, secret(second)].join(",") })
      says(mixed.of("github 1"), "ok", "token 1 of 4 is operator's")
      says(mixed.of("github 2"), "wrong", "GitHub does not know token 2 of 4", "GITTENSOR_GITHUB_TOKEN")
      says(mixed.of("github 3"), "warning", "the same account as token 1", "another account")
      says(mixed.of("github 4"), "ok", "second")
      says((yield* examined([], { GITTENSOR_GITHUB_TOKEN: "" })).of("github"), "warning", "no token is set", "it needs no permissions")
      const small = yield* startStandIn({ port: 0, facts: [], limits: { core: 2, graphql: 5_000, anonymous: 2, pointsPerMinute: 900 } })
      const { token: poor } = yield* small.control.createUser({ payload: { login: "poor" } })
      const used = { GITTENSOR_GITHUB_URL: small.url, GITTENSOR_GITHUB_TOKEN: secret(poor) }
      for (let turn = 0; turn < 2; turn++)
        yield* Effect.promise(() => fetch(`${small.url}/user`, { headers: { authorization: `Bearer ${poor}` } }))
      says((yield* examined([], used)).of("github"), "wrong", /0 of 2 requests .* until \d{4}-/, "another account")
    })
  )

  it.scoped("checks the disk and the database", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const file = join(home, "file")
      writeFileSync(file, "")
      says((yield* examined(["--data", file])).of("disk"), "wrong", "is not writable", "--data")
      const data = join(home, "data")
      mkdirSync(data)
      writeFileSync(join(data, "journal.sqlite"), "no database at all, for sure not one")
      says((yield* examined(["--data", data])).of("disk"), "wrong", /journal\.sqlite: .*not a database/, "a new one is created")
      const none = yield* examined(["--role", "dashboard", "--data", data])
      says(none.of("database"), "wrong", "there is no database at", "gittensor index")
      assert.deepStrictEqual(none.names, "endpoint clock history subnet contract github disk database".split(" "))
      assert.strictEqual((yield* command(["index", "--migrate-only", "--data", data])).code, 0)
      says(
        (yield* examined(["--role", "dashboard", "--data", data])).of("database"),
        "warning",
        /Postgres \d+\.\d+, schema \d+, nothing indexed yet/,
        "index"
      )
      assert.strictEqual((yield* command(["index", "--data", data])).code, 0)
      // The chain keeps growing, so on a busy machine the head may be far ahead by then.
      const indexed = (yield* examined(["--role", "dashboard", "--data", data])).of("database")
      const behind = Number(/block \d+, (\d+) blocks? behind/.exec(indexed?.detail ?? "")?.[1] ?? Number.NaN)
      assert.isAtLeast(behind, 0, indexed?.detail)
      assert.strictEqual(indexed?.result, behind > 50 ? "wrong" : "ok")
      const password = secret("canary-of-the-database")
      const refused = yield* examined(["--role", "dashboard", "--data", data], { DATABASE_URL: `postgres://u:${password}@127.0.0.1:9/x` })
      says(refused.of("database"), "silent", "127.0.0.1:9", "docs/reference/dashboard.md")
      assert.strictEqual(refused.code, 1)
      const alone = yield* examined(["--role", "dashboard", "--data", home], { DATABASE_URL: `postgres://u:${password}@127.0.0.1:9/x` })
      assert.strictEqual(alone.code, 3)
      assert.strictEqual(alone.stderr, "gittensor: no answer from: database\n")
    })
  )

  it.scoped("recognises a wrong clock by drand, and an endpoint of another chain", () =>
    Effect.gen(function* () {
      const { endpoint } = yield* World
      const slow = yield* examined([], { GITTENSOR_DRAND_URL: yield* beacon(60) })
      says(slow.of("clock"), "wrong", /at least (5\d|60)\.\d s behind drand's round/, "timedatectl")
      says(
        (yield* examined([], { GITTENSOR_DRAND_URL: yield* beacon(-60) })).of("clock"),
        "wrong",
        /at least 5\d\.\d s ahead of drand's round/
      )
      const other = yield* startChain
      const both = yield* examined(["--endpoint", `${endpoint},${other.endpoint}`])
      says(both.of("endpoint 1"), "ok", endpoint)
      assert.strictEqual(both.names.includes("endpoint 2"), true)
    })
  )
})

describe("the doctor's findings about a node", () => {
  const GENESIS = `0x${"11".repeat(32)}`
  const node = (over: Partial<Probe> = {}): Probe => ({
    connected: 20,
    latency: 30,
    genesisHash: GENESIS,
    finalised: { number: 1_000, at: Date.now() - 36_000 },
    best: { number: 1_003, at: Date.now() - 6_000 },
    isSyncing: false,
    isDevelopment: false,
    runtime: "node-subtensor 301",
    ...over
  })
  const found = (...nodes: ReadonlyArray<Partial<Probe> | ProbeFailed>) => {
    const all = nodes.map((one, index) => ({
      url: `wss://node${index + 1}.example/secret-path`,
      outcome: one instanceof ProbeFailed ? Either.left(one) : Either.right(node(one))
    }))
    return all.map((one) => {
      const finding = endpointResult(one, all)
      assert.notInclude(finding.detail, "secret-path")
      return finding
    })
  }

  alone("goes by syncing, age, lag, pace and the other nodes", () => {
    const [good] = found({})
    assert.strictEqual(good?.result, "ok")
    assert.include(good?.detail, "finalised block 1000, 36 s old, 3 behind the best; node-subtensor 301")
    assert.strictEqual(found({ isSyncing: true })[0]?.result, "wrong")
    assert.strictEqual(found({ finalised: { number: 1_000, at: Date.now() - 80_000 } })[0]?.result, "warning")
    assert.strictEqual(found({ finalised: { number: 1_000, at: Date.now() - 300_000 } })[0]?.result, "wrong")
    // A development chain's clock proves nothing.
    assert.strictEqual(found({ finalised: { number: 1_000, at: 0 }, isDevelopment: true })[0]?.result, "ok")
    assert.strictEqual(found({ best: { number: 1_020, at: Date.now() } })[0]?.result, "warning")
    assert.strictEqual(found({ latency: 1_500 })[0]?.result, "warning")
    const [ahead, behind] = found({}, { finalised: { number: 985, at: Date.now() - 60_000 } })
    assert.strictEqual(ahead?.result, "ok")
    assert.strictEqual(behind?.result, "wrong")
    assert.include(behind?.detail, "15 blocks behind another endpoint")
    const [first, foreign] = found({}, { genesisHash: `0x${"22".repeat(32)}` })
    assert.deepStrictEqual([first?.result, foreign?.result], ["ok", "wrong"])
  })

  alone("takes a silent one for silent, beside a good one for a warning, and what is no node for wrong", () => {
    const nothing = new ProbeFailed({ reason: "no answer in time", isSilent: true })
    assert.strictEqual(found(nothing)[0]?.result, "silent")
    assert.deepStrictEqual(
      found(nothing, {}).map(({ result }) => result),
      ["warning", "ok"]
    )
    assert.strictEqual(found(new ProbeFailed({ reason: "its answer is none of a node", isSilent: false }))[0]?.result, "wrong")
  })
})
