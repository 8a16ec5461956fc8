/** Whether a transaction of a validator's hotkey came from a validator's process or from a person. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { contractCodec } from "../../../src/contract-client/artifact.ts"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import type { MessageArguments, MessageName } from "../../../src/contract-client/generated.ts"
import * as Chain from "../../../src/layers/chain/node/Chain.ts"
import { classifyTransaction } from "../../../src/layers/protection/hotkeyActivity.ts"
import { account } from "../../support/contract/accounts.ts"
import { GAS } from "../../support/contract/contractsApi.ts"
import { call, connect, devChain, keyOf, signed } from "../../support/devnet/support.ts"

describe("a transaction of a validator's hotkey", () => {
  it.scopedLive("is told by its call, or by the calls of a batch", () =>
    Effect.gen(function* () {
      const { endpoint } = yield* devChain()
      const api = yield* connect(endpoint)
      const chain = yield* Layer.build(Chain.layer([endpoint]))
      const [signer, contract, stranger] = [yield* keyOf("//Alice"), yield* account("//Bob"), yield* account("//Eve")]
      const message = <Name extends MessageName>(to: string, name: Name, args: MessageArguments<Name>) =>
        call(api, "contracts", "call", to, 0, GAS, null, contractCodec.encodeMessage(name, args))
      const of = (transaction: ReturnType<typeof call>) =>
        Effect.gen(function* () {
          const bytes = Uint8Array.fromHex((yield* signed(transaction, signer, 0)).slice(2))
          const { kind, what } = yield* classifyTransaction({ hash: "0x", bytes, block: 1 }, contract)
          return `${kind} ${what}`
        }).pipe(Effect.provide(chain))

      const enrolled = bitmapOfUids([1])
      const vote = message(contract, "attestEnrolled", { issue: 1, round: 1, enrolled, skipped: bitmapOfUids([]) })
      const veto = message(contract, "veto", { change: 1 })
      const transfer = call(api, "balances", "transferKeepAlive", stranger, 1)
      const serve = call(api, "subtensorModule", "serveAxon", 74, 1, 1, 8091, 4, 4, 0, 0)
      const batch = (name: string, ...calls: ReadonlyArray<unknown>) => call(api, "utility", name, calls)

      assert.strictEqual(yield* of(vote), "validating attestEnrolled")
      assert.strictEqual(yield* of(veto), "byHand contracts.call")
      assert.strictEqual(yield* of(message(stranger, "harvest", {})), "byHand contracts.call")
      assert.strictEqual(yield* of(transfer), "byHand balances.transferKeepAlive")
      assert.strictEqual(yield* of(serve), "serving subtensorModule.serveAxon")
      assert.strictEqual(yield* of(batch("batchAll", transfer, serve, vote)), "validating attestEnrolled")
      assert.strictEqual(yield* of(batch("batch", transfer, batch("forceBatch", serve))), "serving subtensorModule.serveAxon")
      assert.strictEqual(yield* of(batch("forceBatch", transfer, veto)), "byHand utility.forceBatch")
      assert.strictEqual(yield* of(batch("batch")), "byHand utility.batch")
    })
  )
})
