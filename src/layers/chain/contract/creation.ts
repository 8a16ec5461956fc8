/** Creates contracts. */
import type { ApiPromise } from "@polkadot/api"
import type { SubmittableExtrinsic } from "@polkadot/api/types"
import { Effect } from "effect"
import type { ConstructorArguments } from "../../../contract-client/generated.ts"
import { READ_GAS } from "../../../contract-client/readGas.ts"
import type { AccountAddress } from "../../../domain/Account.ts"
import { toHex } from "../../../domain/hex.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import { Chain } from "../node/Chain.ts"
import { batchOf, type Created, contractsTx, depositOf, gasOf, limitOf, loadArtifact } from "./calls.ts"
import { ContractUnusable } from "./errors.ts"

const failedCreation = (reason: string) => new ContractUnusable({ address: "(new)", call: "new", reason })

/** Dry-runs a deployment: returns its gas and deposit and the address that the contract would have, or fails with the chain's reason. */
export const tryInstantiate = Effect.fn("Contract.tryInstantiate")(function* (
  args: ConstructorArguments,
  signer: AccountAddress,
  salt: Uint8Array
) {
  const chain = yield* Chain
  const { contractCode: code, contractCodec: codec } = yield* loadArtifact
  const data = codec.encodeConstructor(args)
  const dry = yield* chain.read("dry run of the deployment", async (api) => {
    const method = api.call.contractsApi?.instantiate
    if (method === undefined) throw new Error("this chain has no ContractsApi")
    const gas = api.registry.createType("WeightV2", READ_GAS)
    return (await method(signer, 0, gas, null, { Upload: code }, data, toHex(salt))) as Created
  })
  if (dry.result.isErr) {
    const failure = dry.result.asErr
    const name = failure.isModule
      ? yield* chain.read("name of a module error", async (api) => api.registry.findMetaError(failure.asModule).name)
      : failure.type
    return yield* failedCreation(name)
  }
  const { accountId, result } = dry.result.asOk
  yield* codec.decodeCreation(result.data.toU8a(true))
  return {
    address: accountId.toString() as AccountAddress,
    gas: gasOf(dry.gasRequired),
    /** In rao of TAO, paid by the signer. */
    deposit: depositOf(dry.storageDeposit)
  }
})

/**
 * Uploads the code and creates a contract, owned by the signer. Returns its address. `besides`: the signer's calls that the same transaction makes after it, all or
 * nothing.
 */
export const instantiate = Effect.fn("Contract.instantiate")(function* (
  args: ConstructorArguments,
  signer: KeyPair,
  salt: Uint8Array,
  besides?: (api: ApiPromise, address: AccountAddress) => ReadonlyArray<SubmittableExtrinsic<"promise">>
) {
  const chain = yield* Chain
  const { contractCode: code, contractCodec: codec } = yield* loadArtifact
  const data = codec.encodeConstructor(args)
  const { address, gas } = yield* tryInstantiate(args, signer.address, salt)
  const limit = limitOf(gas)
  const inclusion = yield* chain.submit({
    label: "instantiate_with_code",
    signer,
    call: (api) => {
      const creation = contractsTx(api).instantiateWithCode(0, limit, null, code, data, toHex(salt))
      return besides === undefined ? creation : batchOf(api, [creation, ...besides(api, address)])
    }
  })
  const created = yield* chain.read("address of the new contract", async (api) => {
    const event = inclusion.events.find((one) => api.events.contracts?.Instantiated?.is(one.event))
    return event?.event.data[1]?.toString()
  })
  if (created !== address) return yield* failedCreation(`the chain reported ${created ?? "no new contract"}, not ${address}`)
  return { address, inclusion }
})
