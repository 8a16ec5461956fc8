/** Deploys a new contract with a treasury to which nobody has a key. */
import { randomBytes } from "@noble/hashes/utils.js"
import { Effect } from "effect"
import { CODE_HASH } from "../../contract-client/generated.ts"
import { treasuryOf } from "../../contract-client/keyless.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { neuronOf } from "../../domain/Metagraph.ts"
import * as Contract from "../../layers/chain/contract/Contract.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import { ownerHotkeyAt } from "../../layers/chain/roster/RosterSigner.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import {
  checkFunds,
  createTreasury,
  creationSteps,
  firstStakeFor,
  firstStakeSteps,
  handOver,
  handOverSteps,
  type KeylessTreasury,
  newSalt,
  notEnoughFunds,
  type OnStep,
  sayFirstStake
} from "./keylessTreasury.ts"
import { type ContractSettings, invalidSetting, type NewSettings } from "./settings.ts"
import { addValidator } from "./validators.ts"

export interface Deployment extends KeylessTreasury {
  readonly contract: AccountAddress
}

/** A validator to add during setup. Without coldkeys, the stake of the hotkey's owner counts. */
export interface FirstValidator {
  readonly hotkey: AccountAddress
  readonly coldkeys: ReadonlyArray<AccountAddress>
}

export interface DeploymentPlan {
  readonly settings: ContractSettings
  /** Whether this is a development chain. The contract stores this flag. */
  readonly devChain: boolean
  /** In rao of TAO, without fees. */
  readonly cost: bigint
  readonly gas: Contract.Gas
  /** Names of the chain's calls, in order of the transactions. */
  readonly steps: ReadonlyArray<string>
}

/** Completes the settings of a new contract. The roster signer defaults to the subnet owner's present hotkey. Fails if the signer cannot commit to rosters. */
const completeSettings = Effect.fn("owner.completedSettings")(function* (settings: NewSettings) {
  const [chain, subnet] = yield* Effect.all([Chain, Subnet])
  const head = yield* chain.finalisedHead
  const metagraph = yield* subnet.metagraph(head)
  const complete: ContractSettings = { ...settings, rosterSigner: settings.rosterSigner ?? (yield* ownerHotkeyAt(head)) }
  if (neuronOf(metagraph, complete.rosterSigner) === undefined)
    return yield* invalidSetting(
      `rosterSigner=${complete.rosterSigner}`,
      `it must be registered on subnet ${subnet.netuid}: the chain lets no other hotkey commit to a roster`
    )
  return complete
})

/** Plans a deployment. Checks the subnet, the settings (by the contract itself) and the owner's funds before anything is sent. */
export const checkDeployment = Effect.fn("owner.checkDeployment")(function* (
  owner: AccountAddress,
  given: NewSettings,
  validators: ReadonlyArray<FirstValidator> = []
) {
  const [chain, { netuid }] = yield* Effect.all([Chain, Subnet])
  const settings = yield* completeSettings(given)
  const { free, needed } = yield* checkFunds(owner)
  const short = (least: bigint) => notEnoughFunds(owner, free, least)
  // Any pure proxy works here, because only the settings are checked.
  const treasury = treasuryOf({ spawner: owner, block: 0, extrinsic: 0, proxyType: 0, index: 0, salt: newSalt() })
  const config = { ...settings, netuid, devChain: chain.isDevelopment, ...treasury, rosterSignerSince: 0 }
  const { deposit, gas } = yield* Contract.tryInstantiate({ config }, owner, randomBytes(32)).pipe(
    Effect.mapError((error) =>
      error._tag === "ContractUnusable" && /NotEnoughFunds|StorageDepositLimitExhausted/.test(error.reason) ? short(needed) : error
    )
  )
  if (free < needed + deposit) return yield* short(needed + deposit)
  return {
    settings,
    devChain: chain.isDevelopment,
    cost: needed + deposit,
    gas,
    steps: [
      ...creationSteps(netuid),
      `utility.batchAll(contracts.instantiateWithCode(code ${CODE_HASH}, settings, a random salt), ${firstStakeSteps("CONTRACT")})`,
      ...handOverSteps(owner, "CONTRACT"),
      ...validators.map(({ hotkey }) => `contract.addValidator(${hotkey})`),
      ...(settings.ownerDelay > 0 ? [`contract.setConfig(ownerDelay ${settings.ownerDelay}): the end of the set-up`] : [])
    ]
  } satisfies DeploymentPlan
})

/** Ends the setup, which cannot be undone: from now on, changes wait `ownerDelay` blocks, bounties are filled and competitions start. */
export const endSetup = Effect.fn("owner.endSetup")(function* (owner: KeyPair, ownerDelay: number, onStep: OnStep = () => Effect.void) {
  const contract = yield* Contract.Contract
  const settings = [{ _tag: "OwnerDelay", value: ownerDelay }] as const
  const { inclusion } = yield* contract.send("setConfig", { settings }, owner, "finalised")
  yield* onStep({ name: "end the set-up", detail: `changes wait ${ownerDelay} blocks from now on`, inclusion })
})

/**
 * Deploys the contract and returns the new accounts. `onStep` runs for each included transaction. The contract is created in setup; the validators are added,
 * and the setup ends with the owner's delay. With a delay of 0 the setup does not end. The last transaction is final, so that every command finds the contract.
 */
export const deploy = Effect.fn("owner.deploy")(function* (
  owner: KeyPair,
  given: NewSettings,
  onStep: OnStep = () => Effect.void,
  validators: ReadonlyArray<FirstValidator> = []
) {
  const { netuid } = yield* Subnet
  const { devChain, settings } = yield* checkDeployment(owner.address, given, validators)
  const treasury = yield* createTreasury(owner, onStep)
  // The contract itself sets `rosterSignerSince`.
  const config = { ...settings, ownerDelay: 0, netuid, devChain, ...treasury, rosterSignerSince: 0 }
  const firstStake = yield* firstStakeFor(treasury)
  // Nobody can guess the address before the transaction is there.
  const { address, inclusion } = yield* Contract.instantiate({ config }, owner, randomBytes(32), firstStake)
  yield* onStep({ name: "deploy contract", detail: address, inclusion })
  if (firstStake !== undefined) yield* sayFirstStake(inclusion, onStep)
  const isLast = validators.length === 0 && settings.ownerDelay === 0
  yield* handOver(owner, treasury, address, onStep, isLast ? "finalised" : "inBlock")
  const contract = Contract.layer(address)
  yield* Effect.gen(function* () {
    for (const { hotkey, coldkeys } of validators) {
      const added = yield* addValidator(owner, hotkey, coldkeys)
      yield* onStep({ name: "add validator", detail: hotkey, inclusion: added.inclusion })
    }
    if (settings.ownerDelay > 0) yield* endSetup(owner, settings.ownerDelay, onStep)
  }).pipe(Effect.provide(contract))
  return { contract: address, ...treasury } satisfies Deployment
})
