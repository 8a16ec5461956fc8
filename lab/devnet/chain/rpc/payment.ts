import { Effect } from "effect"
import type { Chain } from "../Chain.ts"
import { concat, ScaleReader, unsigned } from "../codec/scale.ts"
import { runtimeCall, stateAt } from "./context.ts"
import { HexText, type Methods, method, Optional } from "./Method.ts"

const classes = ["normal", "operational", "mandatory"]

/** Balances take 8 bytes, as on Subtensor. */
const balanceWidth = 8

/** `payment_*`: the fee of a transaction, in rao. */
export const paymentMethods = (chain: Chain): Methods => {
  const ask = (name: string, extrinsic: string, at: string | null) =>
    Effect.gen(function* () {
      const { state } = yield* stateAt(chain, at)
      const bytes = Uint8Array.fromHex(extrinsic)
      return new ScaleReader(yield* runtimeCall(chain, state, name, concat([bytes, unsigned(bytes.length, 4)])))
    })
  return {
    payment_queryInfo: method([HexText, Optional(HexText)], ([extrinsic, at]) =>
      Effect.map(ask("TransactionPaymentApi_query_info", extrinsic, at), (reader) => ({
        weight: { ref_time: Number(reader.compact()), proof_size: Number(reader.compact()) },
        class: classes[reader.u8()],
        partialFee: String(reader.unsigned(balanceWidth))
      }))
    ),
    payment_queryFeeDetails: method([HexText, Optional(HexText)], ([extrinsic, at]) =>
      Effect.map(ask("TransactionPaymentApi_query_fee_details", extrinsic, at), (reader) => {
        const fee = () => `0x${reader.unsigned(balanceWidth).toString(16)}`
        return { inclusionFee: reader.u8() === 0 ? null : { baseFee: fee(), lenFee: fee(), adjustedWeightFee: fee() } }
      })
    )
  }
}
