import { describe, expect, it } from "@effect/vitest"
import type { ApiPromise } from "@polkadot/api"
import type { SubmittableExtrinsic } from "@polkadot/api/types"
import { Effect, Option, Stream } from "effect"
import { contractCodec } from "../../../src/contract-client/artifact.ts"
import type { MessageArguments, MessageName } from "../../../src/contract-client/generated.ts"
import type { BlockContents } from "../../../src/dashboard/indexer/blockContents.ts"
import { firstBlock } from "../../../src/dashboard/indexer/creation.ts"
import { makeBlockReader } from "../../../src/dashboard/indexer/read/readBlocks.ts"
import { remarkOf } from "../../../src/domain/withoutConsent.ts"
import * as Contract from "../../../src/layers/chain/contract/Contract.ts"
import * as Chain from "../../../src/layers/chain/node/Chain.ts"
import { raw } from "../../support/bittensor/commitments.ts"
import { account, OWNER, STRANGER } from "../../support/contract/accounts.ts"
import { world } from "../../support/contract/newWorld.ts"
import { BOUNTY } from "../../support/contract/settings.ts"
import { started } from "../../support/contract/steps.ts"
import { NETUID } from "../../support/contract/subnet.ts"
import type { World } from "../../support/contract/World.ts"
import { call, keyOf, send } from "../../support/devnet/support.ts"
import { on } from "../../support/indexer/chain.ts"

const GAS = { refTime: 500_000_000_000n, proofSize: 10_000_000n }

/** Every finalised block since the contract's creation. */
const readAll = (of: World) =>
  Effect.gen(function* () {
    const chain = yield* Chain.Chain
    const head = yield* of.block
    const final = yield* chain.finalisedHeads.pipe(
      Stream.takeUntil(({ number }) => number >= head),
      Stream.runLast,
      Effect.map(Option.getOrThrow)
    )
    const first = yield* firstBlock(of.contract, final, Option.none())
    const read = yield* makeBlockReader({ contract: of.contract, netuid: NETUID }, (yield* Contract.Contract).outcomeVotes)
    return [...(yield* Stream.runCollect(read({ from: first, to: final, first })))]
  }).pipe(Effect.provide(on(of)))

const message = <Name extends MessageName>(api: ApiPromise, of: World, name: Name, args: MessageArguments<Name>) =>
  call(api, "contracts", "call", of.contract, 0, GAS, null, contractCodec.encodeMessage(name, args))

/** Calls and events of a transaction's block, in short form. */
const summary = ({ calls, events }: BlockContents) => ({
  calls: calls.map(({ extrinsic, position, message, error }) => [extrinsic, position, message, error]),
  events: events.map(({ event, extrinsic, callPosition }) => [event._tag, extrinsic, callPosition])
})

const register = (number: number) => ({ repository: "acme/widgets", number, bounty: BOUNTY })

/** A contract, accounts that may call it, a successful call and a failing one. */
const calling = Effect.gen(function* () {
  const of = yield* world()
  const { api } = of
  const [owner, stranger] = [yield* keyOf(OWNER), yield* keyOf(STRANGER)]
  const good = (number: number) => message(api, of, "registerIssue", register(number))
  const bad = message(api, of, "cancelIssue", { id: 99, reason: { _tag: "Owner" } })
  return { api, bad, good, of, owner, stranger }
})

describe("reading blocks of the dev chain", () => {
  it.scopedLive("returns earlier registrations, the creation, and each call with its arguments, signer, fee and events", () =>
    Effect.gen(function* () {
      const of = yield* world()
      yield* of.ok(OWNER, "registerIssue", register(7))
      yield* of.refused(STRANGER, "registerIssue", register(8))
      const blocks = yield* readAll(of)
      const [first] = blocks
      expect(first?.registrations.map(({ uid, registeredAt }) => [uid, registeredAt > 0])).toStrictEqual([
        [0, false],
        [1, false],
        [2, false],
        [3, false],
        [4, true]
      ])
      expect(first?.registrations[4]).toMatchObject({ hotkey: of.treasuryHotkey, coldkey: of.treasuryColdkey })
      expect(first?.calls[0]).toMatchObject({
        message: "new",
        error: null,
        signer: yield* account(OWNER),
        arguments: { config: { netuid: NETUID } }
      })
      expect(first?.events[0]).toMatchObject({ event: { _tag: "ContractCreated" }, callPosition: 0 })
      expect(blocks.slice(1).every(({ parentHash }, index) => parentHash === blocks[index]?.hash)).toBe(true)
      expect(blocks.every(({ time }) => Math.abs(time - Date.now()) < 600_000)).toBe(true)

      const [good, bad] = blocks.filter(({ calls }) => calls.some(({ message }) => message === "register_issue"))
      expect(good?.calls[0]).toMatchObject({
        position: 0,
        signer: yield* account(OWNER),
        error: null,
        arguments: { repository: "acme/widgets", number: 7, bounty: BOUNTY.toString() }
      })
      expect(good?.calls[0]?.fee).toBeGreaterThan(0n)
      expect(good?.calls[0]?.extrinsicHash).toMatch(/^0x[0-9a-f]{64}$/)
      expect(good?.events[0]).toMatchObject({ event: { _tag: "IssueRegistered", issue: 1, bounty: BOUNTY }, callPosition: 0 })
      expect(bad?.calls[0]).toMatchObject({ error: "Contracts.ContractReverted" })
      expect(bad?.calls[0]?.fee).toBeGreaterThan(0n)
      expect(bad?.events).toStrictEqual([])
    })
  )

  it.scopedLive("distinguishes the calls inside batch, proxy and sudo, and the result of each", () =>
    Effect.gen(function* () {
      const { api, bad, good, of, owner, stranger } = yield* calling
      const unknown = call(api, "contracts", "call", of.contract, 0, GAS, null, "0xdeadbeef00")
      const remark = call(api, "system", "remark", "0x01")
      const sent = async (transaction: typeof remark, who = owner) =>
        Effect.runPromise(
          send(transaction, who).pipe(Effect.map(({ status }) => (status.isFinalized ? status.asFinalized : status.asInBlock).toHex()))
        )
      yield* of.ok(OWNER, "registerIssue", register(9))
      yield* of.feed(BOUNTY)
      const hashes = yield* Effect.promise(async () => ({
        batch: await sent(call(api, "utility", "batch", [good(1), remark, bad, good(2)])),
        batchAll: await sent(call(api, "utility", "batchAll", [good(1), bad, good(2)])),
        forceBatch: await sent(
          call(api, "utility", "forceBatch", [bad, call(api, "utility", "batchAll", [good(3), bad]), good(4), unknown])
        ),
        sudo: await sent(call(api, "sudo", "sudo", good(5))),
        wide: await sent(call(api, "utility", "batch", [...Array.from({ length: 1_000 }, () => remark), good(10)])),
        proxyAdded: await sent(call(api, "proxy", "addProxy", stranger.address, "Any", 0)),
        proxy: await sent(call(api, "proxy", "proxy", owner.address, null, call(api, "utility", "batchAll", [good(6), bad])), stranger),
        nested: await sent(
          call(api, "utility", "forceBatch", [
            call(api, "proxy", "proxy", owner.address, null, call(api, "utility", "batchAll", [good(7), bad])),
            call(api, "proxy", "proxy", owner.address, null, message(api, of, "harvest", {})),
            call(api, "proxy", "proxy", owner.address, null, good(8))
          ]),
          stranger
        )
      }))
      const blocks = new Map((yield* readAll(of)).map((block) => [block.hash, block]))
      const found = (hash: string) => {
        const block = blocks.get(hash)
        if (block === undefined) throw new Error(`block ${hash} was not read`)
        return block
      }
      const reverted = "Contracts.ContractReverted"
      const seen = summary(found(hashes.batch))
      const [extrinsic] = seen.calls[0] ?? []
      expect(seen).toStrictEqual({
        calls: [
          [extrinsic, 0, "register_issue", null],
          [extrinsic, 1, "cancel_issue", reverted],
          [extrinsic, 2, "register_issue", "Utility.BatchInterrupted"]
        ],
        events: [["IssueRegistered", extrinsic, 0]]
      })
      expect(found(hashes.batch).calls.map(({ fee }) => fee > 0n)).toStrictEqual([true, false, false])
      expect(summary(found(hashes.batchAll))).toStrictEqual({
        calls: [
          [extrinsic, 0, "register_issue", reverted],
          [extrinsic, 1, "cancel_issue", reverted],
          [extrinsic, 2, "register_issue", reverted]
        ],
        events: []
      })
      const forced = summary(found(hashes.forceBatch))
      expect(forced.calls.map((one) => one.slice(1))).toStrictEqual([
        [0, "cancel_issue", reverted],
        [1, "register_issue", reverted],
        [2, "cancel_issue", reverted],
        [3, "register_issue", null],
        [4, null, reverted]
      ])
      expect(forced.events).toStrictEqual([["IssueRegistered", extrinsic, 3]])
      expect(found(hashes.forceBatch).calls[4]?.arguments).toStrictEqual({ data: "0xdeadbeef00" })
      expect(summary(found(hashes.wide))).toMatchObject({
        calls: [[extrinsic, 0, "register_issue", null]],
        events: [["IssueRegistered", extrinsic, 0]]
      })
      // The root origin has no account with which to call a contract.
      expect(summary(found(hashes.sudo)).calls.map((one) => one.slice(1))).toStrictEqual([
        [0, "register_issue", expect.stringMatching(/^\w+(\.\w+)?$/)]
      ])
      expect(summary(found(hashes.proxy))).toMatchObject({
        calls: [
          [extrinsic, 0, "register_issue", reverted],
          [extrinsic, 1, "cancel_issue", reverted]
        ],
        events: []
      })
      expect(found(hashes.proxy).calls[0]?.signer).toBe(stranger.address)
      const nested = summary(found(hashes.nested))
      expect(nested.calls.map((one) => one.slice(1))).toStrictEqual([
        [0, "register_issue", reverted],
        [1, "cancel_issue", reverted],
        [2, "harvest", null],
        [3, "register_issue", null]
      ])
      expect(nested.events.map(([event, , position]) => [event, position])).toStrictEqual([
        ["BountyFunded", 2],
        ["Harvested", 2],
        ["IssueRegistered", 3]
      ])
    })
  )

  it.scopedLive("takes the owner's reason from a remark right behind a registration that succeeded, of the same origin", () =>
    Effect.gen(function* () {
      const { api, bad, good, of, owner, stranger } = yield* calling
      const remark = (text: string, name = "remark") => call(api, "system", name, `0x${Buffer.from(text).toString("hex")}`)
      const why = (text: string) => remark(remarkOf(text))
      const hostile = JSON.stringify({ gittensor: "without consent", why: "\ud800\u0000\u202ea\u001b[31m" })
      yield* send(call(api, "proxy", "addProxy", stranger.address, "Any", 0), owner)
      const proxied = (inner: SubmittableExtrinsic<"promise">) => call(api, "proxy", "proxy", owner.address, null, inner)
      const batches = [
        [owner, [good(1), why("asked by mail"), good(2), remark(remarkOf("with an event"), "remarkWithEvent")]],
        [owner, [why("before"), good(3), remark("not ours"), why("too late"), good(4), remark(hostile)]],
        [owner, [good(5), remark(`${remarkOf("x")}${" ".repeat(500)}`), bad, good(6), why("never came")]],
        [stranger, [proxied(good(7)), why("the stranger's")]],
        [stranger, [proxied(call(api, "utility", "batchAll", [good(8), why("by its proxy")]))]],
        [stranger, [good(9), why("refused")]],
        // Anybody may send it, and so append a remark to it.
        [stranger, [message(api, of, "noteWeights", {}), why("the stranger's, too")]]
      ] as const
      for (const [who, calls] of batches) yield* send(call(api, "utility", "forceBatch", [...calls]), who)
      const calls = (yield* readAll(of)).flatMap(({ calls }) => calls)
      const { error, withoutConsent } = calls.at(-1) ?? {}
      expect({ error, withoutConsent }).toStrictEqual({ error: null, withoutConsent: undefined })
      const reasons = calls.flatMap(({ arguments: said, withoutConsent }) =>
        typeof said === "object" && said !== null && "number" in said ? [[said.number, withoutConsent]] : []
      )
      expect(reasons).toStrictEqual([
        [1, "asked by mail"],
        [2, "with an event"],
        [3, undefined],
        [4, "a [31m"],
        [5, undefined],
        [6, "never came"],
        [7, undefined],
        [8, "by its proxy"],
        [9, undefined]
      ])
    })
  )

  it.scopedLive("returns registrations, swapped hotkeys, commitments and weights of its subnet", () =>
    Effect.gen(function* () {
      const of = yield* world()
      const { api } = of
      const [cold, hot, other] = [yield* keyOf("//Charlie"), yield* keyOf("//Charlie//hot"), yield* keyOf("//Charlie//other")]
      yield* of.give("//Charlie//hot")
      yield* of.give("//Charlie//other")
      yield* send(call(api, "subtensorModule", "burnedRegister", NETUID, hot.address), cold)
      const text = Buffer.from("gittensor/scores/v1:3:ab", "utf8")
      const info = { fields: [{ [`Raw${text.length}`]: `0x${text.toString("hex")}` }] }
      yield* send(call(api, "commitments", "setCommitment", NETUID, info), hot)
      yield* send(call(api, "utility", "batch", [call(api, "commitments", "setCommitment", NETUID, info)]), hot)
      yield* send(call(api, "subtensorModule", "swapHotkeyV2", hot.address, other.address, NETUID, false), cold)
      const validator = yield* keyOf("//Validator1")
      yield* send(call(api, "subtensorModule", "setWeights", NETUID, [3, 1], [100, 65_535], 0), validator)
      const second = yield* keyOf("//Validator2")
      yield* send(call(api, "subtensorModule", "setMechanismWeights", NETUID, 0, [2], [65_535], 7), second)
      const [hash, refused] = [`0x${"ab".repeat(32)}`, "SubtensorModule.CommitRevealDisabled"]
      yield* send(call(api, "subtensorModule", "commitWeights", NETUID, hash), second)
      yield* send(call(api, "subtensorModule", "revealWeights", NETUID, [1], [1], [], 0), second)
      yield* of.ok(OWNER, "registerIssue", register(7))
      const blocks = yield* readAll(of)
      const registrations = blocks.slice(1).flatMap(({ number, registrations }) => registrations.map((one) => ({ number, ...one })))
      const [registered, swapped] = registrations
      expect(registrations).toHaveLength(2)
      expect(registered).toMatchObject({ uid: 5, hotkey: hot.address, coldkey: cold.address, registeredAt: registered?.number })
      expect(swapped).toMatchObject({ uid: 5, hotkey: other.address, coldkey: cold.address, registeredAt: registered?.number })
      expect(blocks.flatMap(({ commitments }) => commitments)).toMatchObject([
        { account: hot.address, fields: raw(text.toString()) },
        { account: hot.address, fields: raw(text.toString()) }
      ])
      expect(blocks.flatMap(({ weights }) => weights)).toMatchObject([
        {
          validator: validator.address,
          kind: "set",
          error: null,
          values: [
            [1, 65_535],
            [3, 100]
          ],
          versionKey: 0n,
          hash: `0x${new Bun.CryptoHasher("blake2b256").update("[[1,65535],[3,100]]").digest("hex")}`
        },
        { validator: second.address, values: [[2, 65_535]], versionKey: 7n },
        { validator: second.address, kind: "commit", error: refused, values: null, versionKey: null, hash },
        { validator: second.address, kind: "reveal", error: refused, values: [[1, 1]] }
      ])
    })
  )

  it.scopedLive("attributes all consequences of a competition's calls", () =>
    Effect.gen(function* () {
      const of = yield* world()
      yield* of.ok(OWNER, "registerIssue", register(7))
      yield* of.feed(BOUNTY)
      yield* of.ok(STRANGER, "harvest", {})
      yield* started(of, 1, [5, 6])
      const blocks = yield* readAll(of)
      const events = blocks.flatMap(({ events }) => events)
      expect(events.filter(({ callPosition }) => callPosition === null)).toStrictEqual([])
      expect(new Set(events.map(({ event }) => event._tag))).toContain("CompetitionStarted")
      const harvest = blocks.find(({ calls }) => calls.some(({ message }) => message === "harvest"))
      expect(harvest?.events.map(({ event }) => event._tag)).toStrictEqual(["BountyFunded", "Harvested"])
    })
  )
})
