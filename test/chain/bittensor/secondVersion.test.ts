/**
 * A real second version of the runtime under running clients (contracts/devnet-runtime/second-version.patch). It renumbers pallets, calls, events and
 * errors, changes fields of a stored type and an interface type, and adds an unknown transaction extension.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer, Option, Ref, Stream, SubscriptionRef } from "effect"
import { makeBlockReader } from "../../../src/dashboard/indexer/read/readBlocks.ts"
import * as Contract from "../../../src/layers/chain/contract/Contract.ts"
import * as Chain from "../../../src/layers/chain/node/Chain.ts"
import { hyperparameters, nextEpoch } from "../../../src/layers/chain/subnet/hyperparameters.ts"
import { lookAt, register } from "../../../src/layers/chain/subnet/registration.ts"
import * as Subnet from "../../../src/layers/chain/subnet/Subnet.ts"
import { overwrite, raw } from "../../support/bittensor/commitments.ts"
import { keyOf } from "../../support/cli/support.ts"
import { OWNER, STRANGER } from "../../support/contract/accounts.ts"
import { world } from "../../support/contract/newWorld.ts"
import { BOUNTY } from "../../support/contract/settings.ts"
import { NETUID } from "../../support/contract/subnet.ts"
import { call, connect, devChain, keyOf as polkadotKey, secondVersion, send } from "../../support/devnet/support.ts"
import { patiently } from "../../support/patiently.ts"

/** Upgrades the chain to the second version, as its owner would. Returns the block that contains the upgrade. */
const upgrade = (endpoint: string) =>
  Effect.gen(function* () {
    const api = yield* connect(endpoint)
    const code = call(api, "system", "setCode", `0x${Buffer.from(secondVersion).toString("hex")}`)
    const sudo = call(api, "sudo", "sudoUncheckedWeight", code, { refTime: 0, proofSize: 0 })
    const { status } = yield* send(sudo, yield* polkadotKey("//Alice"))
    const hash = (status.isFinalized ? status.asFinalized : status.asInBlock).toHex()
    const header = yield* Effect.promise(() => api.rpc.chain.getHeader(hash))
    return { number: header.number.toNumber(), hash }
  }).pipe(Effect.scoped)

const noticed = (chain: typeof Chain.Chain.Service) =>
  chain
    .read("version", async (api) => api.runtimeVersion.specVersion.toNumber())
    .pipe(
      Effect.filterOrFail((version) => version === 2),
      Effect.retry(patiently)
    )

const on = (endpoint: string) => Layer.fresh(Subnet.layer(NETUID).pipe(Layer.provideMerge(Chain.layer([endpoint]))))

const named = ({ events }: Chain.Inclusion) => events.map(({ event }) => `${event.section}.${event.method}`)

describe("the second version of a runtime", () => {
  it.scopedLive(
    "under a validator's and a miner's clients: old blocks are read with the first, new ones with the second, over the same connection",
    () =>
      Effect.gen(function* () {
        const { endpoint } = yield* devChain()
        yield* Effect.gen(function* () {
          const [chain, subnet] = yield* Effect.all([Chain.Chain, Subnet.Subnet])
          const [alice, ours] = yield* Effect.all([keyOf("//Alice"), keyOf("//Ours")])
          const heads = yield* SubscriptionRef.make<ReadonlyArray<number>>([])
          yield* chain.finalisedHeads.pipe(
            Stream.runForEach(({ number }) => SubscriptionRef.update(heads, (all) => [...all, number])),
            Effect.forkScoped
          )
          const seen = (at: Chain.BlockReference) =>
            Effect.all({
              neurons: Effect.map(subnet.metagraph(at), ({ neurons }) => neurons),
              commitments: subnet.commitments(at, [ours.address]),
              hyperparameters: hyperparameters(at),
              stake: subnet.stakeOf(ours.address, alice.address, at),
              rules: subnet.weightRules(at)
            })
          const { uid } = yield* register(alice, yield* lookAt(ours.address, alice.address))
          assert.strictEqual(uid, 4)
          yield* subnet.serveAxon(ours, { ip: "203.0.113.7", port: 8_091 })
          const { block: before } = yield* overwrite(ours, raw("of the first version"))
          const seenBefore = yield* seen(before)
          assert.deepStrictEqual(seenBefore.commitments[0]?.fields, raw("of the first version"))
          assert.deepInclude(seenBefore.neurons[4], { uid: 4, hotkey: ours.address, axon: { ip: "203.0.113.7", port: 8_091 } })

          const at = yield* upgrade(endpoint)
          yield* noticed(chain)
          // The upgrade's block has the first version's state and answers with the second's code.
          assert.deepStrictEqual(yield* seen(at), seenBefore)
          const { block: after, ...inclusion } = yield* overwrite(ours, raw("of the second version"))
          assert.include(named({ block: after, ...inclusion }), "commitments.Commitment")
          const seenAfter = yield* seen(after)
          assert.deepStrictEqual(seenAfter, {
            ...seenBefore,
            commitments: [{ account: ours.address, block: after.number, fields: raw("of the second version") }]
          })
          // Both again, in the other order.
          for (const [block, all] of [
            [at, seenBefore],
            [after, seenAfter],
            [before, seenBefore]
          ] as const)
            assert.deepStrictEqual(yield* seen(block), all, `block ${block.number}`)
          assert.isAbove((yield* nextEpoch(after)) ?? 0, after.number)

          // A process that starts after the upgrade.
          const [later, fresh] = yield* Effect.provide(Effect.all([seen(before), seen(after)]), on(endpoint)).pipe(Effect.scoped)
          assert.deepStrictEqual([later, fresh], [seenBefore, seenAfter])

          const migrated = yield* chain.readAt("events", yield* chain.hashOf(at.number + 1), async ({ query }) => {
            const events = await query.system?.events?.()
            return (events as Iterable<{ event: { section: string; method: string } }> | undefined) ?? []
          })
          assert.include(
            [...migrated].map(({ event }) => `${event.section}.${event.method}`),
            "subtensorModule.SecondVersionBegan"
          )

          const axon = { ip: "2606:4700::1111", port: 8_092 }
          const served = yield* subnet.serveAxon(ours, axon)
          assert.include(named(served), "subtensorModule.AxonServed")
          assert.deepStrictEqual((yield* subnet.metagraph(served.block)).neurons[4]?.axon, axon)
          const weights = yield* subnet.setWeights(ours, { uids: [1], values: [65_535], versionKey: 0 }).pipe(Effect.flip)
          assert.deepInclude(weights, { _tag: "WeightsRefused", refusal: "NeuronNoValidatorPermit" })
          const twice = yield* Effect.flip(register(alice, yield* lookAt(ours.address, alice.address)))
          assert.match(twice.message, /HotKeyAlreadyRegisteredInSubNet/)

          const all = yield* heads.changes.pipe(
            Stream.filter((all) => (all.at(-1) ?? 0) >= after.number),
            Stream.runHead,
            Effect.map(Option.getOrThrow)
          )
          assert.deepStrictEqual(
            all,
            all.map((_, index) => (all[0] ?? 0) + index),
            "no head is missed"
          )
        }).pipe(Effect.provide(on(endpoint)))
      })
  )

  it.scopedLive("under pending transactions: each is executed once, or refused at once and accepted when signed again", () =>
    Effect.gen(function* () {
      const { endpoint } = yield* devChain({ blockTime: Duration.millis(400) })
      yield* Effect.gen(function* () {
        const chain = yield* Chain.Chain
        const done = yield* Ref.make<ReadonlyArray<Chain.Inclusion>>([])
        const refusals = yield* Ref.make<ReadonlyArray<string>>([])
        const sender = (uri: string) =>
          Effect.gen(function* () {
            const signer = yield* keyOf(uri)
            const included = yield* chain
              .submit({ label: "remark", signer, call: (api) => call(api, "system", "remarkWithEvent", "0x01") })
              .pipe(
                Effect.tapError(({ _tag }) => Ref.update(refusals, (all) => [...all, _tag])),
                Effect.retry({ times: 5, while: ({ _tag }) => _tag === "TransactionRefused" })
              )
            yield* Ref.update(done, (all) => [...all, included])
          })
        const senders = yield* Effect.fork(
          Effect.forEach(["//Bob", "//Validator1", "//Validator2"], (uri) => Effect.forever(sender(uri)), { concurrency: "unbounded" })
        )
        yield* Ref.get(done).pipe(
          Effect.filterOrFail((all) => all.length > 0),
          Effect.retry(patiently)
        )
        const at = yield* upgrade(endpoint)
        yield* noticed(chain)
        const wanted = at.number + 4
        yield* Ref.get(done).pipe(
          Effect.filterOrFail((all) => all.some(({ block }) => block.number >= wanted)),
          Effect.retry(patiently)
        )
        const failed = yield* Fiber.poll(senders)
        yield* Fiber.interrupt(senders)
        assert.deepStrictEqual(failed, Option.none())
        const all = yield* Ref.get(done)
        for (const inclusion of all) assert.include(named(inclusion), "system.Remarked", `block ${inclusion.block.number}`)
        assert.isTrue(all.some(({ block }) => block.number < at.number))
        assert.strictEqual(new Set(all.map(({ extrinsicHash }) => extrinsicHash)).size, all.length)
        console.log(
          `${all.length} transactions around the upgrade, refused and signed again: ${(yield* Ref.get(refusals)).join(", ") || "none"}`
        )
      }).pipe(Effect.provide(on(endpoint)))
    })
  )

  it.scopedLive("under an index: each block's calls and events are decoded with its own version, and the contract keeps working", () =>
    Effect.gen(function* () {
      const of = yield* world()
      const issue = (number: number) => ({ repository: "acme/widgets", number, bounty: BOUNTY })
      yield* Effect.gen(function* () {
        const chain = yield* Chain.Chain
        const finals = (to: number) =>
          chain.finalisedHeads.pipe(
            Stream.takeUntil(({ number }) => number >= to),
            Stream.runDrain
          )
        const contract = yield* Contract.Contract
        const reader = yield* makeBlockReader({ contract: of.contract, netuid: NETUID }, contract.outcomeVotes)
        const [owner, stranger] = yield* Effect.all([keyOf(OWNER), keyOf(STRANGER)])
        const before = yield* contract.send("registerIssue", issue(7), owner)
        const at = yield* upgrade(of.endpoint)
        yield* noticed(chain)
        const after = yield* contract.send("registerIssue", issue(8), owner, "finalised")
        assert.deepStrictEqual(
          [before, after].map(({ events }) => events.map(({ _tag }) => _tag)),
          [["IssueRegistered"], ["IssueRegistered"]]
        )
        assert.deepStrictEqual(yield* contract.eventsAt(before.inclusion.block), before.events)
        assert.deepStrictEqual(yield* contract.eventsAt(after.inclusion.block), after.events)
        const issues = (block: Chain.BlockReference) => Effect.map(contract.liveIssues(block), (all) => all.map(({ number }) => number))
        assert.deepStrictEqual(yield* issues(after.inclusion.block), [7, 8])
        assert.deepStrictEqual(yield* issues(at), [7])
        const refused = yield* Effect.flip(contract.send("registerIssue", issue(9), stranger))
        assert.strictEqual(refused._tag, "ContractRefusal")
        const to = yield* of.block
        yield* finals(to)
        const first = at.number - 1
        const last = { number: to, hash: yield* chain.hashOf(to) }
        const blocks = [...(yield* Stream.runCollect(reader({ from: first, to: last, first })))]
        const calls = blocks.flatMap(({ number, calls }) =>
          calls.map(({ message, error, arguments: of }) => [number > at.number ? 2 : 1, message, (of as { number?: number }).number, error])
        )
        assert.deepStrictEqual(calls, [
          [1, "register_issue", 7, null],
          [2, "register_issue", 8, null]
        ])
        const events = blocks.flatMap(({ events }) => events.map(({ event }) => event._tag))
        assert.deepStrictEqual(events, ["IssueRegistered", "IssueRegistered"])
        assert.isTrue(blocks.flatMap(({ calls }) => calls).every(({ fee }) => fee > 0n))
      }).pipe(Effect.provide(Contract.layer(of.contract).pipe(Layer.provideMerge(on(of.endpoint)))))
    })
  )
})
