/** Transactions of the demo whose chain stops answering before or after it has them. */
import { assert, describe, it } from "@effect/vitest"
import { Context, Duration, Effect, Exit, Layer, Option, Redacted, Ref } from "effect"
import { Narrator } from "../../../lab/demo/Narrator.ts"
import * as PatientChain from "../../../lab/demo/PatientChain.ts"
import { Chain, ChainUnavailable, layer as chainLayer } from "../../../src/layers/chain/node/Chain.ts"
import { nonceAt } from "../../../src/layers/chain/node/sentBy.ts"
import { keyPairOf } from "../../../src/layers/chain/wallet/secretUri.ts"
import { devChain } from "../../support/devnet/support.ts"

const narrator = Narrator.of({
  step: () => Effect.void,
  begin: Effect.void,
  note: () => Effect.void,
  progress: () => Effect.void,
  page: () => Effect.void
})

const silent = new ChainUnavailable({ endpoint: "ws://chain.test", operation: "submit", reason: "no answer in 10s" })

/** What gets lost: the transaction after it was signed, or the answer after the node had the transaction. */
type Loss = "transaction" | "answer"

/** The demo's chain in front of one that loses something as often as there are losses, one a transaction. */
const losing = (...losses: ReadonlyArray<Loss>) =>
  Effect.gen(function* () {
    const node = yield* devChain({ blockTime: Duration.millis(50) })
    const chain = Context.get(yield* Layer.build(chainLayer([node.endpoint])), Chain)
    const left = yield* Ref.make(losses)
    const tries = yield* Ref.make(0)
    const lossy = Chain.of({
      ...chain,
      submit: (submission) =>
        Effect.gen(function* () {
          yield* Ref.update(tries, (count) => count + 1)
          const [loss] = yield* Ref.getAndUpdate(left, (all) => all.slice(1))
          const { guard } = submission
          if (loss === undefined) return yield* chain.submit(submission)
          if (loss === "transaction")
            return yield* chain
              .submit({ ...submission, guard: (signed) => Effect.zipRight(guard?.(signed) ?? Effect.void, Effect.die(silent)) })
              .pipe(Effect.catchAllDefect(() => silent))
          return yield* Effect.zipRight(Effect.exit(chain.submit(submission)), silent)
        })
    })
    const context = yield* Layer.build(
      PatientChain.layer.pipe(Layer.provide(Layer.mergeAll(Layer.succeed(Chain, lossy), Layer.succeed(Narrator, narrator))))
    )
    const signer = yield* keyPairOf(Redacted.make("//Alice"))
    const transfer = (rao: bigint) =>
      Context.get(context, Chain).submit({
        label: "transfer",
        signer,
        call: ({ tx }) => {
          const call = tx.balances?.transferKeepAlive
          if (call === undefined) throw new Error("no such call")
          return call("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty", rao)
        }
      })
    const sentTransactions = Effect.flatMap(chain.finalisedHead, (head) => nonceAt(signer.publicKey, head)).pipe(
      Effect.provideService(Chain, chain)
    )
    return { chain, transfer, sentTransactions, tries: Ref.get(tries) }
  })

describe("a transaction of the demo", () => {
  it.scopedLive("is found in its block, with its events, when only the answer was lost", () =>
    Effect.gen(function* () {
      const { chain, transfer, sentTransactions, tries } = yield* losing("answer")
      const { block, events } = yield* transfer(1_000_000_000n)
      assert.strictEqual(yield* chain.hashOf(block.number), block.hash)
      assert.includeMembers(
        events.map(({ event }) => `${event.section}.${event.method}`),
        ["balances.Transfer", "system.ExtrinsicSuccess"]
      )
      assert.strictEqual(events.filter(({ event }) => event.method === "Transfer").length, 1)
      assert.deepStrictEqual([yield* tries, yield* sentTransactions], [1, 1])
    })
  )

  it.scopedLive("is sent again, and happens once, when the chain never had it", () =>
    Effect.gen(function* () {
      const { transfer, sentTransactions, tries } = yield* losing("transaction", "transaction", "answer")
      yield* transfer(1_000_000_000n)
      assert.deepStrictEqual([yield* tries, yield* sentTransactions], [3, 1])
    })
  )

  it.scopedLive("fails with the chain's own error when it failed in its block, and is not sent again", () =>
    Effect.gen(function* () {
      const { transfer, sentTransactions, tries } = yield* losing("answer")
      const error = Option.getOrThrow(Exit.causeOption(yield* Effect.exit(transfer(10n ** 18n))))
      assert.match(String(error), /"transfer" failed with (balances|token|runtime)/i)
      assert.deepStrictEqual([yield* tries, yield* sentTransactions], [1, 1])
    })
  )
})
