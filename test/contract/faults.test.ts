/**
 * docs/security.md, the chain: what still works while a function of the chain traps, refuses or lies, with money in every state. Writes the table there
 * with GITTENSOR_WRITE=1.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { hexToU8a, u8aConcat, u8aToHex } from "@polkadot/util"
import { decodeAddress } from "@polkadot/util-crypto"
import { Effect, Either, Record } from "effect"
import { compact, concat, unsigned } from "../../lab/devnet/chain/codec/scale.ts"
import { withPart } from "../../scripts/marked.ts"
import { contractCodec } from "../../src/contract-client/artifact.ts"
import { CODE_HASH, type MessageArguments, type MessageName, type Setting } from "../../src/contract-client/generated.ts"
import { toPublicKey } from "../../src/domain/Account.ts"
import { account, miner, OWNER, STRANGER, VALIDATORS } from "../support/contract/accounts.ts"
import { GAS } from "../support/contract/contractsApi.ts"
import { next } from "../support/contract/editions.ts"
import { dissolved, windUp } from "../support/contract/ending.ts"
import { breakFunction, CHAIN, type ChainFunction, faultOf, repairFunction, TRAP } from "../support/contract/faults.ts"
import { world } from "../support/contract/newWorld.ts"
import { ALPHA, BOUNTY, DAY } from "../support/contract/settings.ts"
import { attested, changed, decide, openIssue, started, won } from "../support/contract/steps.ts"
import { NETUID } from "../support/contract/subnet.ts"
import { NO_CALL, renumbered } from "../support/contract/threats/renumbered.ts"
import { anotherTreasury, answerOf, callWith, deployed, tags, transact } from "../support/contract/threats/support.ts"
import type { World } from "../support/contract/World.ts"
import { root } from "../support/devnet/support.ts"

const [FIRST, , THIRD] = VALIDATORS
const MINER = "//Miner9//cold"

/** A message that works while nothing is broken. */
interface Attempt<Name extends MessageName = MessageName> {
  readonly what: string
  readonly who: string
  readonly name: Name
  readonly args: MessageArguments<Name>
}
const attempt = <Name extends MessageName>(what: string, who: string, name: Name, args: MessageArguments<Name>): Attempt<Name> => ({
  what,
  who,
  name,
  args
})

/**
 * Issue 1 is solved, issue 2 has a match whose end can be settled, issue 3 waits for the last pair vote; collateral is deposited, income waits, and
 * settings, a treasury and code are due, against which the third validator voted.
 */
const busy = Effect.gen(function* () {
  const chain = yield* world({ maxCompetitionsPerMiner: 2 })
  for (const number of [1, 2, 3]) yield* openIssue(chain, number)
  yield* won(chain, yield* started(chain, 1, [5, 6]), 5)
  yield* started(chain, 2, [5, 6])
  const { hotkey } = yield* miner(9)
  yield* chain.give(MINER)
  assert.strictEqual(yield* transact(chain, MINER, "subtensorModule", "burnedRegister", NETUID, hotkey), "done")
  assert.strictEqual(yield* transact(chain, MINER, "subtensorModule", "addStake", hotkey, NETUID, 50n * ALPHA), "done")
  yield* chain.ok(MINER, "depositCollateral", { hotkey, amount: 10n * ALPHA })
  assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "uploadCode", next.wasm, null, "Enforced"), "done")
  const settings = answerOf(yield* chain.ok(OWNER, "setConfig", { settings: [{ _tag: "HarvestStep", value: 2 }] })).change
  const code = answerOf(yield* chain.ok(OWNER, "setCode", { codeHash: next.hash })).change
  const other: Setting = { _tag: "Treasury", ...(yield* anotherTreasury(chain)) }
  const treasury = answerOf(yield* chain.ok(OWNER, "setConfig", { settings: [other] })).change
  for (const change of [settings, treasury, code]) yield* chain.ok(THIRD, "veto", { change })
  yield* decide(chain, 2, { _tag: "Cancelled", reason: { _tag: "NotPlanned" } })
  const round = yield* attested(chain, 3, [7, 8])
  const pair = { issue: 3, round, a: yield* miner(7), b: yield* miner(8) }
  yield* chain.ok(FIRST, "votePair", pair)
  yield* chain.feed(BOUNTY)
  const attempts: ReadonlyArray<Attempt> = [
    attempt("veto", FIRST, "veto", { change: code }),
    attempt("vote on an end", FIRST, "voteOutcome", { issue: 3, choice: { _tag: "Cancelled", reason: { _tag: "Deleted" } } }),
    attempt("new code", STRANGER, "apply", { change: code }),
    attempt("new settings", STRANGER, "apply", { change: settings }),
    attempt("new treasury", STRANGER, "apply", { change: treasury }),
    attempt("payment", STRANGER, "payout", { issue: 1 }),
    attempt("withdrawal", MINER, "withdrawCollateral", { hotkey, amount: 10n * ALPHA }),
    attempt("deposit", MINER, "depositCollateral", { hotkey, amount: 10n * ALPHA }),
    attempt("settlement", STRANGER, "settle", { issue: 2 }),
    attempt("pair", VALIDATORS[1], "votePair", pair),
    attempt("harvest", STRANGER, "harvest", {})
  ]
  return { chain, attempts, code }
})

type Broken = ReadonlyArray<readonly [key: string, value: Uint8Array]>

const works = (chain: World, broken: Broken, { args, name, who }: Attempt) =>
  chain.answerWith(broken, who, name, args).pipe(
    Effect.map(Either.isRight),
    // The chain aborts the message.
    Effect.catchAll(() => Effect.succeed(false))
  )

const failing = (chain: World, broken: Broken, attempts: ReadonlyArray<Attempt>) =>
  Effect.map(
    Effect.filter(attempts, (one) => Effect.map(works(chain, broken, one), (good) => !good)),
    (stopped) => stopped.map(({ what }) => what)
  )

const u64 = (value: bigint) => unsigned(value, 8)
/** How each function lies; those that only act say that they did, and did nothing. */
const lies = (stranger: Uint8Array): Readonly<Partial<Record<ChainFunction, Readonly<Record<string, Uint8Array>>>>> => {
  const stake = (amount: bigint) => concat([new Uint8Array([1]), stranger, stranger, compact(BigInt(NETUID)), compact(amount)])
  return {
    stakeInfo: { "says nothing is there": stake(0n), "says too much": stake(2n ** 62n) },
    alphaPrice: { "says 0": u64(0n), "says too much": u64(2n ** 63n) },
    recycleAlpha: { "says done": u64(BOUNTY) },
    subnetState: {
      "says dissolved": concat([unsigned(NETUID, 2), new Uint8Array([0]), u64(1n)]),
      "says another's": concat([unsigned(NETUID, 2), new Uint8Array([1]), u64(9n)])
    },
    stakeAvailability: {
      "says 0": concat([unsigned(NETUID, 2), u64(0n), u64(0n), u64(0n)]),
      "says too much": concat([unsigned(NETUID, 2), u64(2n ** 62n), u64(0n), u64(2n ** 62n)])
    }
  }
}

const NAMES: Readonly<Record<ChainFunction, string>> = {
  stakeInfo: "stake (0)",
  moveStake: "move stake (5)",
  transferStake: "transfer stake (6)",
  alphaPrice: "price (15)",
  recycleAlpha: "recycle (16)",
  callerMoveStake: "move a caller's stake (24)",
  callerTransferStake: "transfer a caller's stake (25)",
  subnetState: "subnet (34)",
  stakeAvailability: "free stake (36)",
  proxyCall: "calls as proxy"
}

/** How a function fails, and the storage that makes it. */
interface Fault {
  readonly of: ChainFunction
  readonly how: string
  readonly broken: Broken
}

const REGISTRATION = 9

/**
 * How the call as the treasury's proxy fails. It traps where the chain knows no call of its number; the chain lies where it says that the call is done,
 * and has not done what the proxy's type does not allow. The contract's harvest shows where its code has the number.
 */
const proxyFaults = (chain: World): Effect.Effect<ReadonlyArray<Fault>, Error> =>
  Effect.gen(function* () {
    const { contracts, proxy } = chain.api.query
    const [codeKey, proxiesKey] = [contracts?.pristineCode?.key(CODE_HASH), proxy?.proxies?.key(chain.treasuryColdkey)]
    if (codeKey === undefined || proxiesKey === undefined) throw new Error("no such storage")
    const traps = yield* Effect.filter(
      renumbered(NO_CALL).map((code): Broken => [[codeKey.slice(2), concat([compact(BigInt(code.length)), code])]]),
      (broken) =>
        chain.answerWith(broken, STRANGER, "harvest", {}).pipe(
          Effect.as(false),
          Effect.catchAll(({ message }) => Effect.succeed(message.includes("DecodingFailed")))
        )
    )
    const [trap] = traps
    assert.strictEqual(traps.length, 1, "the number of the call is elsewhere in the contract's code now")
    const proxies = (yield* chain.raw(proxiesKey.slice(2))) ?? assert.fail("no proxies")
    const of = "proxyCall" as const
    return [
      { of, how: "traps", broken: trap ?? [] },
      { of, how: "refuses", broken: [faultOf(of, 1)] },
      { of, how: "says done", broken: [[proxiesKey.slice(2), proxies.with(33, REGISTRATION)]] }
    ]
  })

const faults = (chain: World) =>
  Effect.gen(function* () {
    const told = lies(toPublicKey(yield* account(STRANGER)))
    const ofFunctions = Record.keys(CHAIN).flatMap((of): ReadonlyArray<Fault> => {
      if (of === "proxyCall") return []
      const named = Object.entries(told[of] ?? { "says done": new Uint8Array() })
      return [
        { of, how: "traps", broken: [faultOf(of, TRAP)] },
        { of, how: "refuses", broken: [faultOf(of, 1)] },
        ...named.map(([how, output]) => ({ of, how, broken: [faultOf(of, 0, output)] }))
      ]
    })
    return [...ofFunctions, ...(yield* proxyFaults(chain))]
  })

const isLie = ({ how }: Fault) => how !== "traps" && how !== "refuses"

/** One fault of each function: how all of them fail at once. */
const together = (all: ReadonlyArray<Fault>, pick: (ofOne: ReadonlyArray<Fault>) => Fault | undefined): Broken =>
  Record.keys(CHAIN).flatMap((of) => pick(all.filter((fault) => fault.of === of))?.broken ?? assert.fail(of))

const DOCUMENT = `${root}docs/security.md`

describe("a chain whose functions trap, refuse or lie", () => {
  it.scopedLive("stops what needs their answer; votes, payments and new code go on, as the table says", () =>
    Effect.gen(function* () {
      const { attempts, chain } = yield* busy
      assert.deepStrictEqual(yield* failing(chain, [], attempts), [])
      const rows = new Map<string, Array<string>>()
      const add = (of: string, how: string, stopped: ReadonlyArray<string>) => {
        const row = `| ${stopped.length === 0 ? "nothing" : stopped.join(", ")} |`
        rows.set(row, [...(rows.get(row) ?? []), `${of} ${how}`])
      }
      const all = yield* faults(chain)
      for (const fault of all) {
        const { broken, how, of } = fault
        const stopped = yield* failing(chain, broken, attempts)
        assert.notInclude(stopped, "veto", `${of} ${how}`)
        assert.notInclude(stopped, "vote on an end", `${of} ${how}`)
        const lie = isLie(fault)
        // A lie about stakes weighs them, and one about the subnet ends it.
        if (!lie || !["stakeInfo", "subnetState"].includes(of)) assert.notInclude(stopped, "new code", `${of} ${how}`)
        // A payment moves stake, and looks whether it moved.
        if (!["stakeInfo", "transferStake"].includes(of) && !(lie && of === "subnetState")) {
          assert.notInclude(stopped, "payment", `${of} ${how}`)
          assert.notInclude(stopped, "withdrawal", `${of} ${how}`)
        }
        add(NAMES[of], how, stopped)
      }
      const never = ["veto", "vote on an end"]
      for (const [how, broken, works] of [
        ["traps", together(all, (faults) => faults.find((one) => one.how === "traps")), [...never, "new code"]],
        ["refuses", together(all, (faults) => faults.find((one) => one.how === "refuses")), [...never, "new code"]],
        ["says the least", together(all, (faults) => faults.find(isLie)), never],
        ["says the most", together(all, (faults) => faults.findLast(isLie)), never]
      ] as const) {
        const stopped = yield* failing(chain, broken, attempts)
        assert.deepStrictEqual(
          attempts.map(({ what }) => what).filter((what) => !stopped.includes(what)),
          works,
          how
        )
        add("all", how, stopped)
      }
      const text = readFileSync(DOCUMENT, "utf8")
      const lines = [...rows].map(([stopped, by]) => `| ${by.join("; ")} ${stopped}`)
      const table = ["| function | stops |", "|---|---|", ...lines].join("\n")
      const written = withPart(text, "faults", table, "test/contract/faults.test.ts")
      if (process.env.GITTENSOR_WRITE === "1") writeFileSync(DOCUMENT, written)
      else assert.strictEqual(written, text, "GITTENSOR_WRITE=1 writes the table")
    })
  )

  it.scopedLive("leaves the money behind a treasury that is replaced while nothing is said to be there, until that is named again", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      yield* won(chain, yield* started(chain, yield* openIssue(chain, 1), [5, 6]), 5)
      const named = (treasury: Omit<Extract<Setting, { readonly _tag: "Treasury" }>, "_tag">) =>
        changed(chain, "setConfig", { settings: [{ _tag: "Treasury", ...treasury }] })
      const { stakeInfo: { "says nothing is there": nothing } = {} } = lies(toPublicKey(yield* account(STRANGER)))
      const other = yield* anotherTreasury(chain)
      const [key, value] = faultOf("stakeInfo", 0, nothing)
      yield* chain.sudo("system", "setStorage", [[`0x${key}`, u8aToHex(value)]])
      yield* named(other)
      yield* repairFunction(chain, "stakeInfo")
      assert.strictEqual((yield* chain.refused(STRANGER, "payout", { issue: 1 }))._tag, "NotEnoughHeld")
      const { treasuryBirth: birth, treasuryColdkey: coldkey, treasuryHotkey: hotkey } = chain
      yield* named({ birth, coldkey, hotkey })
      yield* chain.ok(STRANGER, "payout", { issue: 1 })
    })
  )

  it.scopedLive("stops no claim after the end, and no new code, which applies a month later", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      yield* won(chain, yield* started(chain, issue, [5, 6]), 5)
      assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "uploadCode", next.wasm, null, "Enforced"), "done")
      yield* chain.feed(BOUNTY)
      const all = yield* faults(chain)
      yield* dissolved(chain)
      yield* windUp(chain)
      const ended = yield* chain.block
      const { events } = yield* chain.ok(OWNER, "setCode", { codeHash: next.hash })
      const { appliesFrom, change } = events.find((event) => event._tag === "ChangeAnnounced") ?? assert.fail("nothing was announced")
      const announced = yield* chain.block
      assert.strictEqual(appliesFrom, Math.max(announced + 30 * DAY, ended + 2 * (14 * DAY) + 14 * DAY))
      yield* chain.ok(THIRD, "veto", { change })
      assert.deepStrictEqual(yield* chain.refused(STRANGER, "apply", { change }), { _tag: "TooEarly", from: appliesFrom })
      yield* chain.toBlock(appliesFrom)
      const attempts = [
        attempt("new code", STRANGER, "apply", { change }),
        attempt("claim", STRANGER, "claim", { claim: { _tag: "Bounty", issue } })
      ]
      for (const { broken, how, of } of all) assert.deepStrictEqual(yield* failing(chain, broken, attempts), [], `${of} ${how}`)
      yield* chain.ok(STRANGER, "apply", { change })
      yield* chain.ok(STRANGER, "claim", { claim: { _tag: "Bounty", issue } })
    })
  )

  it.scopedLive("keeps out the code that mends a silent chain for a month at most, though the chain showed an end before", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "uploadCode", next.wasm, null, "Enforced"), "done")
      const { subnetState: { "says dissolved": ended } = {} } = lies(toPublicKey(yield* account(STRANGER)))
      const [key, value] = faultOf("subnetState", 0, ended)
      yield* chain.sudo("system", "setStorage", [[`0x${key}`, u8aToHex(value)]])
      yield* chain.ok(STRANGER, "windUp", {})
      const mendedFrom = (yield* chain.block) + 30 * DAY
      yield* breakFunction(chain, "subnetState", TRAP)
      yield* chain.toBlock(mendedFrom - 2)
      assert.deepStrictEqual(yield* chain.refused(OWNER, "setCode", { codeHash: next.hash }), { _tag: "SubnetEnded" })
      yield* chain.toBlock(mendedFrom)
      const { appliesFrom, change } = answerOf(yield* chain.ok(OWNER, "setCode", { codeHash: next.hash }))
      yield* chain.ok(THIRD, "veto", { change })
      yield* chain.toBlock(appliesFrom + 1)
      assert.include(tags((yield* chain.ok(STRANGER, "apply", { change })).events), "CodeChanged")
    })
  )

  it.scopedLive("is not made silent by a caller who sets the limits of weight", () =>
    Effect.gen(function* () {
      const { attempts, chain, code: change } = yield* busy
      const { subnetState: { "says another's": ended } = {} } = lies(toPublicKey(yield* account(STRANGER)))
      const payment = attempts.find(({ what }) => what === "payment")
      const code = attempts.find(({ what }) => what === "new code")
      if (payment === undefined || code === undefined || ended === undefined) throw new Error("no such attempt")
      // Two of three validators are against the code.
      yield* chain.ok(FIRST, "veto", { change })
      const tries = [
        { one: payment, broken: [faultOf("subnetState", 0, ended)], answer: "SubnetEnded" },
        { one: code, broken: [], answer: "Vetoed" }
      ] as const
      for (const { answer, broken, one } of tries) {
        const within = (limits: typeof GAS) =>
          chain.answerWith(broken, one.who, one.name, one.args, limits).pipe(
            Effect.map((given) => (Either.isLeft(given) ? given.left._tag : "accepted")),
            Effect.catchAll(() => Effect.succeed("no answer"))
          )
        assert.strictEqual(yield* within(GAS), answer)
        for (const dimension of ["refTime", "proofSize"] as const) {
          const seen = new Set<string>()
          const steps = 300n
          const most = dimension === "refTime" ? 4_000_000_000n : 700_000n
          for (let step = 1n; step <= steps; step++) seen.add(yield* within({ ...GAS, [dimension]: (most * step) / steps }))
          assert.deepStrictEqual([...seen].toSorted(), [answer, "no answer"].toSorted(), `${one.what} within ${dimension}`)
        }
      }
    })
  )

  it.scopedLive("is not made silent by contracts that stand in between, however many", () =>
    Effect.gen(function* () {
      const { chain } = yield* busy
      const salts = Array.from({ length: 6 }, (_, index) => `0x0${index}`)
      const between = yield* Effect.forEach(salts, (salt) => deployed(chain, "test/support/contract/threats/between.wasm", salt))
      const message = hexToU8a(contractCodec.encodeMessage("payout", { issue: 1 }))
      const isPaidThrough = (depth: number) =>
        Effect.gen(function* () {
          const [first = chain.contract, ...rest] = [...between.slice(0, depth), chain.contract]
          yield* callWith(chain, STRANGER, first, u8aConcat(...rest.map((address) => decodeAddress(address)), message))
          return (yield* chain.stored("issue", { id: 1 }))?.status._tag === "Paid"
        })
      const { subnetState: { "says another's": ended } = {} } = lies(toPublicKey(yield* account(STRANGER)))
      const [key, value] = faultOf("subnetState", 0, ended)
      yield* chain.sudo("system", "setStorage", [[`0x${key}`, u8aToHex(value)]])
      for (let depth = 0; depth <= between.length; depth++) assert.isFalse(yield* isPaidThrough(depth), `through ${depth}`)
      yield* repairFunction(chain, "subnetState")
      // Where the chain lets contracts call no deeper, the contract cannot ask itself: that is no answer to go by.
      const paid: Array<number> = []
      for (let depth = between.length; depth >= 0 && paid.length === 0; depth--) if (yield* isPaidThrough(depth)) paid.push(depth)
      assert.isTrue(paid.every((depth) => depth > 0 && depth < between.length) && paid.length === 1, `through ${paid}`)
    })
  )
})
