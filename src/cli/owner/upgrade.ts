/** Upgrades the contract's code: checks the bundle, uploads it if needed, and announces or applies the change. */
import { Effect } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { formatAlpha } from "../../domain/Amount.ts"
import { OperationFailed } from "../../domain/failures.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { codeHashOf, isUploaded, tryUpload, upload } from "../../layers/chain/contract/ContractCode.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import { type ContractBundle, readBundle } from "../../roles/owner/bundle.ts"
import { type CallOptions, contractCall } from "../shared/contractCall.ts"
import { changeCall } from "./changeCall.ts"
import { sameContract } from "./sameContract.ts"

const warningsOf = ({ edition, lacks }: ContractBundle, present: number): ReadonlyArray<string> => [
  ...(edition < present
    ? [
        `the new code is of edition ${edition}, and the contract runs edition ${present}: earlier code knows nothing of what a later edition has stored`
      ]
    : []),
  ...(lacks.length === 0 ? [] : [`the new code has no ${lacks.join(", ")}: some commands of this program will fail`]),
  ...(lacks.some((label) => label === "set_code" || label === "apply")
    ? ["without set_code and apply the contract can never be upgraded again"]
    : [])
]

/** Twice what `set_code` needs (contracts/README.md). */
const SET_CODE_GAS = { refTime: 4_000_000_000n, proofSize: 600_000n }

/** Fails if the contract would refuse to replace its code even if the new one were on the chain, which it is not: the dry run must end at that. */
const refusedForNothingElse = (codeHash: string, caller: AccountAddress) =>
  Effect.flatMap(Contract, ({ dryRun }) => dryRun("setCode", { codeHash }, caller)).pipe(
    Effect.catchIf(
      (error) =>
        error._tag === "ContractUnusable"
          ? error.reason === "CodeNotFound"
          : error._tag === "ContractRefusal" && error.error._tag === "UnknownCode",
      () => Effect.void
    )
  )

export interface UpgradeOptions extends CallOptions {
  readonly file: string
}

export const run = (options: UpgradeOptions) =>
  Effect.gen(function* () {
    const bundle = yield* readBundle(options.file)
    yield* contractCall("coldkey", options, (caller) =>
      Effect.gen(function* () {
        const contract = yield* Contract
        const { address } = contract
        const [oldHash, uploaded] = yield* Effect.all([codeHashOf(address), isUploaded(bundle.hash)])
        // Code without a readable edition can be replaced like any other.
        const present = yield* Effect.orElseSucceed(contract.read("version", {}), () => bundle.edition)
        if (oldHash === bundle.hash || oldHash === undefined)
          return yield* new OperationFailed({
            message: `the contract ${address} runs the code ${bundle.hash} already: there is nothing to upgrade`
          })
        const facts = { oldCodeHash: oldHash, newCodeHash: bundle.hash, edition: bundle.edition, codeWasOnChain: uploaded }
        const tried = uploaded ? undefined : yield* tryUpload(bundle.wasm, caller)
        if (tried !== undefined) yield* refusedForNothingElse(bundle.hash, caller)
        const { ownerDelay } = yield* contract.config
        return yield* changeCall(
          { _tag: "Code", codeHash: bundle.hash },
          {
            facts,
            does: `replace the code ${oldHash} by ${bundle.hash} (edition ${bundle.edition})`,
            warnings: warningsOf(bundle, present),
            ...(ownerDelay === 0 ? { proof: yield* sameContract } : {}),
            ...(tried === undefined
              ? {}
              : {
                  before: {
                    does: `upload ${(bundle.wasm.length - 2) / 2} bytes of code for a fee of about ${formatAlpha(tried.fee)} TAO and a deposit of ${formatAlpha(tried.deposit)} TAO`,
                    foreseen: {
                      ...facts,
                      applied: ownerDelay === 0,
                      appliesFrom: (yield* (yield* Chain).finalisedHead).number + ownerDelay
                    },
                    gas: SET_CODE_GAS,
                    send: (key) => upload(bundle.wasm, key)
                  }
                })
          }
        )
      })
    )
  })
