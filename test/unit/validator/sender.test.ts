/** A validator sends each vote and each epoch's weights once, through the guard, and nothing in a dry run. */
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Fiber, Layer, Option, Redacted, Ref } from "effect"
import { ContractRefusal } from "../../../src/contract-client/codec.ts"
import { AccountAddress } from "../../../src/domain/Account.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain, ChainUnavailable, type SignedTransaction } from "../../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { keyPairOf } from "../../../src/layers/chain/wallet/secretUri.ts"
import { HotkeyGuard, unopposed } from "../../../src/layers/protection/HotkeyGuard.ts"
import * as Journal from "../../../src/layers/protection/Journal.ts"
import * as Sender from "../../../src/roles/validator/Sender.ts"
import type { Vote } from "../../../src/scoring/issue_competitions/ContractSender.ts"
import { silentChain } from "../../support/github/silentChain.ts"

const address = AccountAddress.make("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY")
const head = { number: 100, hash: "0x64" }
const vote: Vote = { kind: "attestation", issue: 1, round: 4, choice: "0x01 0x00" }
const args = { issue: 1, round: 4, enrolled: "0x01", skipped: "0x00" }
const weights: Sender.EpochWeights = { epoch: 7, weights: { uids: [0], values: [65_535], versionKey: 1 }, commitReveal: false }
const unanswered = new ChainUnavailable({ endpoint: "test", operation: "attestEnrolled", reason: "silence" })
const tooLate = new ContractRefusal({ contractMessage: "attest_enrolled", error: { _tag: "TooLate", until: 99 } })
const tooEarly = new ContractRefusal({ contractMessage: "attest_enrolled", error: { _tag: "TooEarly", from: 101 } })

/**
 * A sender whose transactions first fail with `failures`, one after another, and then succeed. `unsigned`: what happens to weights instead before they are signed. `sent` holds the votes that the guard was given.
 */
const scene = (
  failures: ReadonlyArray<ChainUnavailable | ContractRefusal> = [],
  unsigned: Array<Effect.Effect<never, ChainUnavailable>> = []
) =>
  Effect.gen(function* () {
    const hotkey = yield* keyPairOf(Redacted.make("//Validator1"))
    const sent = yield* Ref.make<ReadonlyArray<Journal.ClaimedVote | undefined>>([])
    const left = [...failures]
    const inclusion = { block: head, extrinsicHash: "0x", events: [] }
    const signed: SignedTransaction = { label: "test", signer: hotkey.address, nonce: 0, hash: "0x" }
    const contract = Layer.mock(Contract, {
      address,
      encode: () => "0x",
      send: (_name, _args, _signer, _until, guard) =>
        Effect.gen(function* () {
          yield* guard?.(signed) ?? Effect.dieMessage("not guarded")
          const failure = left.shift()
          return yield* failure ?? Effect.succeed({ value: undefined as never, inclusion, events: [] })
        })
    })
    const subnet = Layer.mock(Subnet, {
      netuid: 74,
      setWeights: (_signer, _weights, guard) =>
        Effect.zipRight(
          Effect.suspend(() => unsigned.shift() ?? Effect.void),
          Effect.as(guard?.(signed) ?? Effect.dieMessage("not guarded"), inclusion)
        )
    })
    const recorded = Layer.effect(
      HotkeyGuard,
      Effect.map(HotkeyGuard, (real) => ({ ...real, guard: (claimed) => () => Ref.update(sent, (all) => [...all, claimed]) }))
    ).pipe(Layer.provide(unopposed))
    const services = Layer.mergeAll(contract, subnet, recorded, Layer.succeed(Chain, silentChain({ hashOf: () => Effect.succeed("0x01") })))
    const journal = Context.make(Journal.Journal, yield* Journal.make(":memory:"))
    const sender = yield* Sender.make(hotkey).pipe(Effect.provide(services), Effect.provide(journal))
    const castAt = (number: number) => sender.vote(vote, { number, hash: "0x" }, "attestEnrolled", args)
    return { sender, castAt, sent: Ref.get(sent) }
  })

describe("a sender", () => {
  it.scoped("sends a vote once while its claim lasts", () =>
    Effect.gen(function* () {
      const { castAt, sent } = yield* scene()
      assert.isTrue(yield* castAt(100))
      assert.isFalse(yield* castAt(101), "in flight is not settled")
      assert.strictEqual((yield* sent).length, 1)
      assert.isTrue(yield* castAt(112), "it never came into a block")
      assert.strictEqual((yield* sent).length, 2)
    })
  )

  it.scoped("keeps the claim of a vote that may be on its way, and releases that of a refused one", () =>
    Effect.gen(function* () {
      const { castAt, sent } = yield* scene([tooEarly, tooLate, unanswered])
      assert.isFalse(yield* castAt(100), "too early is tried again")
      assert.isTrue(yield* castAt(100), "too late is settled")
      assert.strictEqual((yield* Effect.flip(castAt(100)))._tag, "ChainUnavailable")
      assert.isFalse(yield* castAt(100))
      assert.strictEqual((yield* sent).length, 3)
    })
  )

  it.scoped("gives back at once the claim of weights that were never signed", () =>
    Effect.gen(function* () {
      const { sender, sent } = yield* scene([], [Effect.fail(unanswered), Effect.never])
      assert.strictEqual((yield* Effect.flip(sender.setWeights(weights, head)))._tag, "ChainUnavailable")
      const abandoned = yield* Effect.fork(sender.setWeights(weights, head))
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(abandoned)
      assert.lengthOf(yield* sent, 0)
      assert.isTrue(Option.isSome(yield* sender.setWeights(weights, head)))
    })
  )

  it.scoped("tells the guard which claimed vote a transaction carries, and that upkeep carries none", () =>
    Effect.gen(function* () {
      const { castAt, sender, sent } = yield* scene()
      yield* castAt(100)
      yield* sender.setWeights(weights, head)
      yield* sender.perform({ _tag: "Harvest", due: 1 })
      const kinds = (yield* sent).map((claimed) => claimed?.ballot.kind)
      assert.deepStrictEqual(kinds, ["attestation", "weights", undefined])
    })
  )

  it.scoped("sets an epoch's weights once", () =>
    Effect.gen(function* () {
      const { sender, sent } = yield* scene()
      assert.deepStrictEqual(yield* sender.setWeights(weights, head), Option.some(head))
      assert.deepStrictEqual(yield* sender.setWeights(weights, head), Option.none())
      assert.isTrue(Option.isSome(yield* sender.setWeights({ ...weights, epoch: 8 }, head)))
      assert.strictEqual((yield* sent).length, 2)
    })
  )

  it.scoped("in a dry run queries the contract, but cannot send", () =>
    Effect.gen(function* () {
      const hotkey = yield* keyPairOf(Redacted.make("//Validator1"))
      const contract = Layer.mock(Contract, {
        address,
        encode: () => "0x",
        dryRun: () => Effect.succeed({ value: undefined as never, gas: { refTime: 0n, proofSize: 0n }, deposit: 0n })
      })
      const sender = Context.get(yield* Layer.build(Sender.dryRun(hotkey).pipe(Layer.provide(contract))), Sender.Sender)
      assert.isTrue(yield* sender.vote(vote, head, "attestEnrolled", args))
      assert.deepStrictEqual(yield* sender.setWeights(weights, head), Option.some(head))
      yield* sender.perform({ _tag: "Harvest", due: 1 })
      yield* sender.publishAxon({ ip: "203.0.113.7", port: 8_091 })
    })
  )
})
