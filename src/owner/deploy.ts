/** A new contract with a treasury that nobody holds a key to. */
import { Effect } from "effect"
import { CODE_HASH } from "../contract-client/generated.ts"
import { type AccountAddress, toPublicKey } from "../domain/Account.ts"
import type { KeyPair } from "../domain/KeyPair.ts"
import { Chain } from "../layers/chain/Chain.ts"
import * as Contract from "../layers/contract/Contract.ts"
import { Subnet } from "../layers/subnet/Subnet.ts"
import {
  checkFunds,
  createTreasury,
  creationSteps,
  handOver,
  handOverStep,
  type KeylessTreasury,
  keylessHotkey,
  NotEnoughFunds,
  type OnStep
} from "./keylessTreasury.ts"
import type { ContractSettings } from "./settings.ts"

export interface Deployment extends KeylessTreasury {
  readonly contract: AccountAddress
}

export interface DeploymentPlan {
  /** In rao of TAO, without fees. */
  readonly cost: bigint
  readonly gas: Contract.Gas
  /** The transactions, by the chain's names for their calls. */
  readonly steps: ReadonlyArray<string>
}

/** Plans a deployment. Checks the subnet, the settings (by the contract itself) and the owner's funds before anything is sent. */
export const checkDeployment = Effect.fn("owner.checkDeployment")(function* (owner: AccountAddress, settings: ContractSettings) {
  const [chain, subnet] = yield* Effect.all([Chain, Subnet])
  const { netuid } = subnet
  yield* subnet.metagraph(yield* chain.finalisedHead)
  const { free, needed } = yield* checkFunds(owner)
  const short = (least: bigint) => new NotEnoughFunds({ account: owner, free, needed: least })
  // Any two accounts will do, because only the settings are checked.
  const config = { ...settings, netuid, treasuryHotkey: keylessHotkey(owner), treasuryColdkey: owner }
  const { deposit, gas } = yield* Contract.tryInstantiate({ config }, owner, toPublicKey(owner)).pipe(
    Effect.mapError((error) =>
      error._tag === "ContractUnusable" && /NotEnoughFunds|StorageDepositLimitExhausted/.test(error.reason) ? short(needed) : error
    )
  )
  if (free < needed + deposit) return yield* short(needed + deposit)
  return {
    cost: needed + deposit,
    gas,
    steps: [
      ...creationSteps(netuid),
      `contracts.instantiateWithCode(code ${CODE_HASH}, settings, TREASURY)`,
      handOverStep(owner, "CONTRACT")
    ]
  } satisfies DeploymentPlan
})

/** Deploys the contract and returns the new accounts. `onStep` is called for each transaction as it is included. */
export const deploy = Effect.fn("owner.deploy")(function* (owner: KeyPair, settings: ContractSettings, onStep: OnStep = () => Effect.void) {
  const { netuid } = yield* Subnet
  yield* checkDeployment(owner.address, settings)
  const treasury = yield* createTreasury(owner, onStep)
  const config = { ...settings, netuid, ...treasury }
  const { address, inclusion } = yield* Contract.instantiate({ config }, owner, toPublicKey(treasury.treasuryColdkey))
  yield* onStep({ name: "deploy contract", detail: address, inclusion })
  yield* handOver(owner, treasury, address, onStep)
  return { contract: address, ...treasury } satisfies Deployment
})
