/** Transactions and their results: the error, the contract's events, a field of another event. */
import type { ApiPromise } from "@polkadot/api"
import type { DispatchError } from "@polkadot/types/interfaces"
import type { ISubmittableResult } from "@polkadot/types/types"
import { Effect, Either, Option } from "effect"
import { contractCodec } from "../../../src/contract-client/artifact.ts"
import type { ContractCodec } from "../../../src/contract-client/codec.ts"
import type { ContractEvent } from "../../../src/contract-client/generated.ts"
import { call, keyOf, send } from "../devnet/support.ts"

/** An error's name in the chain's metadata. */
export const nameOf = (api: ApiPromise, error: DispatchError): string =>
  error.isModule ? api.registry.findMetaError(error.asModule).name : error.toString()

/** The name of a failed transaction's error; undefined if it succeeded. */
export const failed = ({ dispatchError }: ISubmittableResult, api: ApiPromise): string | undefined =>
  dispatchError === undefined ? undefined : nameOf(api, dispatchError)

/** Submits a transaction that must succeed. */
export const submit = (api: ApiPromise, who: string, pallet: string, name: string, ...args: ReadonlyArray<unknown>) =>
  Effect.gen(function* () {
    const result = yield* send(call(api, pallet, name, ...args), yield* keyOf(who))
    const error = failed(result, api)
    return error === undefined ? result : yield* Effect.fail(new Error(`${pallet}.${name}: ${error}`))
  })

/** The events of this contract. An event that cannot be read is a defect. */
export const eventsOf = (
  result: ISubmittableResult,
  contract: string,
  { decodeEvent }: Pick<ContractCodec, "decodeEvent"> = contractCodec
): ReadonlyArray<ContractEvent> =>
  result.events.flatMap(({ event, topics }) => {
    if (event.section !== "contracts" || event.method !== "ContractEmitted" || event.data[0]?.toString() !== contract) return []
    const data = event.data[1]?.toU8a(true) ?? new Uint8Array()
    const decoded = decodeEvent(
      data,
      topics.map((topic) => topic.toHex())
    )
    return Option.toArray(Either.getOrThrow(decoded))
  })

/** A field of the first event with this name, as text. */
export const fieldOf = (result: ISubmittableResult, method: string, field: number): string => {
  const found = result.events.find(({ event }) => event.method === method)?.event.data[field]
  if (found === undefined) throw new Error(`no event ${method}`)
  return found.toString()
}
