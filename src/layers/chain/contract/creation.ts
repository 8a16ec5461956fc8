/** Creates contracts. */
import { Effect } from "effect"
import type { ConstructorArguments } from "../../../contract-client/generated.ts"
import type { AccountAddress } from "../../../domain/Account.ts"
import { toHex } from "../../../domain/hex.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import { Chain } from "../node/Chain.ts"
import { type Created, contractsTx, depositOf, gasOf, limitOf, loadArtifact, READ_GAS } from "./calls.ts"
import { ContractUnusable } from "./errors.ts"

const failedCreation = (reason: string) => new ContractUnusable({ address: "(new)", call: "new", reason })

/** Dry-runs a deployment: returns its gas and deposit, or fails with the chain's reason. */
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
  yield* codec.decodeCreation(dry.result.asOk.result.data.toU8a(true))
  return {
    gas: gasOf(dry.gasRequired),
    /** In rao of TAO, paid by the signer. */
    deposit: depositOf(dry.storageDeposit)
  }
})

/** Uploads the code and creates a contract, owned by the signer. Returns its address. */
export const instantiate = Effect.fn("Contract.instantiate")(function* (args: ConstructorArguments, signer: KeyPair, salt: Uint8Array) {
  const chain = yield* Chain
  const { contractCode: code, contractCodec: codec } = yield* loadArtifact
  const data = codec.encodeConstructor(args)
  const { gas } = yield* tryInstantiate(args, signer.address, salt)
  const limit = limitOf(gas)
  const inclusion = yield* chain.submit({
    label: "instantiate_with_code",
    signer,
    call: (api) => contractsTx(api).instantiateWithCode(0, limit, null, code, data, toHex(salt))
  })
  const address = yield* chain.read("address of the new contract", async (api) => {
    const created = inclusion.events.find(({ event }) => api.events.contracts?.Instantiated?.is(event))
    return created?.event.data[1]?.toString()
  })
  if (address === undefined) return yield* failedCreation("the chain reported no new contract")
  return { address: address as AccountAddress, inclusion }
})
