/** Several processes with one hotkey: only one of them votes, according to the chain's own record. */

import { copyFileSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { IssueNumber, RepositoryName } from "../../../src/domain/IssueRef.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { nonceAt, sentBetween } from "../../../src/layers/chain/node/sentBy.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { classifyTransaction } from "../../../src/layers/protection/hotkeyActivity.ts"
import { endSetup, treasuryUid, weighed } from "../../support/cli/endSetup.ts"
import {
  ALPHA,
  ask,
  eventually,
  fails,
  folder,
  jsonOf,
  keyOf,
  register,
  run,
  start,
  uri,
  World,
  worldLayer
} from "../../support/cli/support.ts"

const repository = RepositoryName.make("acme/widgets")
const ROUND = 24
const URI = "//Validator1"

class Prepared extends Context.Tag("test/cli/HotkeyGuard")<
  Prepared,
  {
    readonly hotkey: KeyPair
    /** A file of enrolments with one enrolment or skip, so that every round has something to attest. */
    readonly enrolments: string
  }
>() {}

const listen = ["--axon-host", "127.0.0.1", "--axon-port", "0"]

const startValidator = (name: string, data: string, ...args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { env } = yield* World
    const running = yield* start(["validate", ...listen, "--data", data, "--json", ...args], { ...env, GITTENSOR_URI: name })
    const { metrics } = JSON.parse(yield* running.ready) as { readonly metrics: { readonly port: number } }
    return { ...running, port: metrics.port }
  })

const once = (data: string) =>
  Effect.flatMap(World, ({ env }) => run(["validate", "--once", "--json", "--data", data], { ...env, GITTENSOR_URI: URI }))

const healthAt = (port: number) =>
  Effect.promise(async () => {
    const response = await fetch(`http://127.0.0.1:${port}/health`)
    const { hotkey, wrong } = (await response.json()) as { readonly hotkey: string; readonly wrong: ReadonlyArray<string> }
    return { status: response.status, atWork: hotkey === "at work", hotkey, wrong }
  })

/** Funds an issue that a miner skips. Another validator has received the skip, and the five get its file of enrolments. */
const prepare = Effect.gen(function* () {
  const { env, github, ownerUri } = yield* World
  const [contract, subnet] = yield* Effect.all([Contract, Subnet])
  const owner = yield* keyOf(ownerUri)
  yield* github.control.createUser({ payload: { login: "ada" } })
  yield* github.control.createRepository({ payload: { repository } })
  yield* github.control.openIssue({ payload: { repository, number: IssueNumber.make(1), title: "It squeaks", author: "ada" } })
  yield* contract.send("registerIssue", { repository, number: 1, bounty: 10n * ALPHA }, owner)
  for (const name of ["//Validator1", "//Validator2"]) {
    const [hotkey, coldkey] = yield* Effect.all([keyOf(name), keyOf(`${name}//cold`)])
    yield* contract.send("addValidator", { hotkey: hotkey.address, coldkeys: [coldkey.address] }, owner, "finalised")
  }
  yield* endSetup
  yield* weighed
  const treasury = yield* treasuryUid
  for (const name of ["//Validator1", "//Validator3"])
    yield* subnet.setWeights(yield* keyOf(name), { uids: [0, treasury], values: [65_535, 7_282], versionKey: 0 })
  const data = yield* folder
  const second = yield* startValidator("//Validator2", data, "--axon-ip", "127.0.0.1")
  const miner = uri("miner")
  yield* register(miner)
  yield* eventually(
    "the miner's message to be taken",
    Effect.map(run(["mine", "skip", "1", "--json"], { ...env, GITTENSOR_URI: miner }), ({ code }) => (code === 0 ? true : undefined))
  )
  yield* eventually(
    "the bounty",
    Effect.map(contract.stored("issue", { id: 1 }), (issue) => (issue?.status._tag === "Open" ? true : undefined))
  )
  yield* second.signal("SIGTERM")
  yield* second.exited
  return Prepared.of({ hotkey: yield* keyOf(URI), enrolments: join(data, "enrolments.sqlite") })
}).pipe(Effect.orDie)

const preparedLayer = Layer.scoped(Prepared, prepare).pipe(
  Layer.provideMerge(worldLayer({ roundLength: ROUND, attestBlocks: 12, challengePeriod: 10 }))
)

/** A new data folder with the enrolments and without votes. */
const freshFolder = Effect.gen(function* () {
  const { enrolments } = yield* Prepared
  const data = join(yield* folder, "data")
  mkdirSync(data)
  copyFileSync(enrolments, join(data, "enrolments.sqlite"))
  return data
})

/** The hotkey's transactions between two blocks, by round. */
const sentByRound = (from: number, to: number) =>
  Effect.gen(function* () {
    const [chain, contract, { hotkey }] = yield* Effect.all([Chain, Contract, Prepared])
    const pointAt = (block: number) =>
      Effect.gen(function* () {
        return yield* nonceAt(hotkey.publicKey, { number: block, hash: yield* chain.hashOf(block) })
      })
    const sent = yield* sentBetween(hotkey.publicKey, yield* pointAt(from), yield* pointAt(to))
    const works = yield* Effect.forEach(sent, (one) =>
      Effect.map(classifyTransaction(one, contract.address), ({ what }) => ({ what, round: Math.floor(one.block / ROUND) }))
    )
    return works.filter(({ what }) => what === "attestEnrolled")
  })

const headNumber = Effect.flatMap(Chain, (chain) => Effect.map(chain.finalisedHead, ({ number }) => number))
const untilBlock = (block: number) =>
  eventually(
    `block ${block}`,
    Effect.map(headNumber, (now) => (now >= block ? now : undefined))
  )

/** Lets enough rounds pass that ended processes no longer count as active. */
const silence = Effect.flatMap(World, ({ endpoint }) =>
  Effect.gen(function* () {
    const from = yield* headNumber
    yield* ask(endpoint, "dev_newBlock", { count: 2 * ROUND })
    yield* untilBlock(from + 2 * ROUND)
  })
)

const FIVE = Array.from({ length: 5 }, (_, index) => index)

layer(preparedLayer, { excludeTestServices: true })("five processes with one hotkey", (it) => {
  it.scoped("started at once on five machines send one vote a round, and the four others say why they do not", () =>
    Effect.gen(function* () {
      const { endpoint } = yield* World
      // On a small machine, five processes need more time than blocks of 200 ms leave.
      yield* ask(endpoint, "dev_setBlockBuildMode", "600ms")
      const from = yield* headNumber
      const all = yield* Effect.forEach(FIVE, () => Effect.flatMap(freshFolder, (data) => startValidator(URI, data, "--stand-by", "30")), {
        concurrency: "unbounded"
      })
      yield* eventually(
        "votes in two rounds",
        Effect.flatMap(headNumber, (to) => Effect.map(sentByRound(from, to), (votes) => (votes.length > 1 ? true : undefined)))
      )
      const to = yield* untilBlock((yield* headNumber) + 12)
      const votes = yield* sentByRound(from, to)
      const rounds = votes.map(({ round }) => round)
      assert.isAbove(rounds.length, 1, "votes go on")
      assert.deepStrictEqual(rounds, [...new Set(rounds)], "a round was voted twice")
      // On a busy machine, a standby process may not have seen the newest vote yet.
      const health = yield* eventually(
        "one process at work, as each of them says",
        Effect.map(
          Effect.forEach(all, ({ port }) => healthAt(port), { concurrency: "unbounded" }),
          (all) => (all.filter(({ atWork }) => atWork).length === 1 ? all : undefined)
        )
      )
      for (const { status, wrong } of health.filter(({ atWork }) => !atWork)) {
        assert.strictEqual(status, 503)
        assert.match(wrong.join("; "), /another process validates with this hotkey: \S+ in block \d+, transaction 0x/)
      }
      yield* ask(endpoint, "dev_setBlockBuildMode", "200ms")
    })
  )

  it.scoped("started at once in one folder: one works, four end with code 5", () =>
    Effect.gen(function* () {
      const { hotkey } = yield* Prepared
      const data = yield* freshFolder
      yield* silence
      const outcomes = yield* Effect.forEach(FIVE, () => once(data), { concurrency: "unbounded" })
      const ended = outcomes.filter(({ code }) => code === 5)
      for (const outcome of ended) fails(outcome, 5, "another process validates", data)
      const worked = outcomes.filter(({ code }) => code === 0)
      assert.isAtLeast(worked.length, 1)
      assert.strictEqual(worked.length + ended.length, FIVE.length, JSON.stringify(outcomes.map(({ code, stderr }) => [code, stderr])))
      assert.deepInclude(jsonOf(worked[0] ?? assert.fail("one works")), { hotkey: hotkey.address, mode: "send" })
    })
  )

  it.scoped("refuses at once if another one runs elsewhere, but not after a restart in the same folder", () =>
    Effect.gen(function* () {
      const { endpoint } = yield* World
      const data = yield* freshFolder
      yield* silence
      const first = yield* startValidator(URI, data, "--axon-ip", "127.0.0.1", "--stand-by", String(ROUND))
      yield* eventually(
        "it to be at work and known",
        Effect.flatMap(healthAt(first.port), ({ atWork }) => Effect.succeed(atWork ? true : undefined))
      )
      const from = yield* headNumber
      yield* eventually(
        "its vote",
        Effect.flatMap(headNumber, (to) => Effect.map(sentByRound(from, to), ({ length }) => (length > 0 ? true : undefined)))
      )
      // Otherwise a start on a busy machine would take as many blocks as the others wait for.
      yield* ask(endpoint, "dev_setBlockBuildMode", "2s")
      fails(yield* once(yield* freshFolder), 5, "another process validates with the hotkey", "this one sends nothing")
      assert.isTrue((yield* healthAt(first.port)).atWork, "the first one is not disturbed")
      const second = yield* startValidator(URI, yield* freshFolder, "--stand-by", String(ROUND))
      assert.include((yield* healthAt(second.port)).hotkey, "stands by")
      // No block is built until it runs again, because the other process takes over after a number of blocks, and a busy machine takes longer to
      // start.
      yield* ask(endpoint, "dev_setBlockBuildMode", "Manual")
      yield* first.signal("SIGKILL")
      yield* first.exited
      const again = yield* startValidator(URI, data, "--stand-by", String(ROUND))
      assert.isTrue((yield* healthAt(again.port)).atWork, "the same folder goes on at once")
      yield* again.signal("SIGKILL")
      yield* again.exited
      // Neither does the journal's next folder.
      const moved = yield* freshFolder
      const file = join(yield* folder, "journal.json")
      const { env } = yield* World
      const handOver = (...args: ReadonlyArray<string>) => run(["validate", "journal", ...args, "--json"], { ...env, GITTENSOR_URI: URI })
      fails(yield* handOver("export", file, "--data", `${data}-elsewhere`), 2, "there is no journal in", "--data")
      const { sent } = jsonOf(yield* handOver("export", file, "--data", data)) as { readonly sent: number }
      assert.isAbove(sent, 0)
      assert.deepInclude(jsonOf(yield* handOver("import", file, "--data", moved)), { sent, data: moved })
      const elsewhere = yield* startValidator(URI, moved, "--stand-by", String(ROUND))
      fails(yield* handOver("import", file, "--data", moved), 5, "another process validates", moved)
      assert.isTrue((yield* healthAt(elsewhere.port)).atWork, "it goes on at once, too")
      yield* elsewhere.signal("SIGKILL")
      yield* ask(endpoint, "dev_setBlockBuildMode", "200ms")
      yield* eventually(
        "the other one to take over",
        Effect.flatMap(healthAt(second.port), ({ atWork }) => Effect.succeed(atWork ? true : undefined))
      )
    })
  )
})
