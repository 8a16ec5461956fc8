/** Contract code on the chain: which code a contract runs, whether code is uploaded, and uploads. */
import type { ApiPromise } from "@polkadot/api"
import type { DispatchError } from "@polkadot/types/interfaces"
import type { Result, u64 } from "@polkadot/types-codec"
import type { Codec } from "@polkadot/types-codec/types"
import { Effect, Schema } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import { OperationFailed } from "../../../domain/failures.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import { Chain } from "../node/Chain.ts"

/** `Result<CodeUploadReturnValue, DispatchError>` as the chain's own metadata decodes it; polkadot.js types it as `Codec`. */
type UploadResult = Result<Codec & { readonly codeHash: Codec; readonly deposit: u64 }, DispatchError>

const pallet = (api: ApiPromise) => {
  const [query, tx, trial] = [api.query.contracts, api.tx.contracts, api.call.contractsApi]
  const [contractInfoOf, codeInfoOf, upload, tryUpload] = [query?.contractInfoOf, query?.codeInfoOf, tx?.uploadCode, trial?.uploadCode]
  if (contractInfoOf === undefined || codeInfoOf === undefined || upload === undefined || tryUpload === undefined)
    throw new Error("this chain has no Contracts pallet")
  return { contractInfoOf, codeInfoOf, upload, tryUpload }
}

const RunningCode = Schema.Struct({ codeHash: Schema.String })

/** The hash of the code that a contract runs at the best block; undefined if there is no contract. */
export const codeHashOf = Effect.fn("ContractCode.codeHashOf")(function* (contract: AccountAddress) {
  const found = yield* (yield* Chain).read("code of a contract", async (api) => (await pallet(api).contractInfoOf(contract)).toJSON())
  return Schema.is(RunningCode)(found) ? found.codeHash : undefined
})

export const isUploaded = Effect.fn("ContractCode.isUploaded")(function* (hash: string) {
  return yield* (yield* Chain).read("uploaded code", async (api) => !(await pallet(api).codeInfoOf(hash)).isEmpty)
})

/** Dry-runs an upload: returns the code's hash, the deposit and the fee (both in rao of TAO). Fails if the chain would refuse the code. */
export const tryUpload = Effect.fn("ContractCode.tryUpload")(function* (code: string, caller: AccountAddress) {
  const chain = yield* Chain
  const tried = yield* chain.read("dry run of an upload", async (api) => {
    const result = (await pallet(api).tryUpload(caller, code, null, "Enforced")) as UploadResult
    if (result.isOk) return { hash: result.asOk.codeHash.toString(), deposit: result.asOk.deposit.toBigInt() }
    const error = result.asErr
    return { reason: error.isModule ? api.registry.findMetaError(error.asModule).name : error.type }
  })
  if ("reason" in tried) return yield* new OperationFailed({ message: `the chain refuses this code: ${tried.reason}` })
  const fee = yield* chain.feeOf({
    label: "upload_code",
    signer: { address: caller },
    call: (api) => pallet(api).upload(code, null, "Enforced")
  })
  return { ...tried, fee }
})

/** Uploads code. The signer pays a deposit, which is returned when the code is removed. */
export const upload = Effect.fn("ContractCode.upload")(function* (code: string, signer: KeyPair) {
  return yield* (yield* Chain).submit({
    label: "upload_code",
    signer,
    until: "finalised",
    call: (api) => pallet(api).upload(code, null, "Enforced")
  })
})
