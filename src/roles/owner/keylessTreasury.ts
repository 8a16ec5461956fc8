/**
 * Creates a treasury to which nobody has a key. Its coldkey is a pure proxy account whose only proxy, at the end, is the contract. Its hotkey is a hash
 * without a known key.
 */

import { bytesToHex, randomBytes } from "@noble/hashes/utils.js"
import type { ApiPromise } from "@polkadot/api"
import type { SubmittableExtrinsic } from "@polkadot/api/types"
import type { DispatchError } from "@polkadot/types/interfaces"
import type { Null, Result } from "@polkadot/types-codec"
import { Effect } from "effect"
import type { Birth } from "../../contract-client/generated.ts"
import { treasuryOf } from "../../contract-client/keyless.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { formatAlpha, RAO_PER_ALPHA } from "../../domain/Amount.ts"
import { OperationFailed } from "../../domain/failures.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { batchOf } from "../../layers/chain/contract/calls.ts"
import { proxiesOf } from "../../layers/chain/contract/treasuryProxies.ts"
import { Chain, type Inclusion } from "../../layers/chain/node/Chain.ts"
import { type TransactionFailed, transactionFailure } from "../../layers/chain/node/errors.ts"
import { freeBalanceIn } from "../../layers/chain/node/funds.ts"
import type { Submission } from "../../layers/chain/node/transactions.ts"
import { alphaPrice } from "../../layers/chain/subnet/alphaPrice.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"

/** A step failed. The effects of earlier steps remain. */
const deploymentFailed = (step: string, reason: string) =>
  new OperationFailed({
    message: `the deployment stopped at "${step}": ${reason}. Nothing depends on the earlier steps: fix the cause and deploy again`
  })

/** The owner's coldkey cannot pay. Amounts in rao of TAO. */
export const notEnoughFunds = (account: string, free: bigint, needed: bigint) =>
  new OperationFailed({
    message: `${account} has ${formatAlpha(free)} TAO, but a registration and deposits take at least ${formatAlpha(needed)} TAO: send it some TAO first`
  })

export interface DeploymentStep {
  readonly name: string
  readonly detail: string
  readonly inclusion: Inclusion
}

/** Runs for each included transaction. */
export type OnStep = (step: DeploymentStep) => Effect.Effect<void>

export interface KeylessTreasury {
  readonly treasuryColdkey: AccountAddress
  readonly treasuryHotkey: AccountAddress
  /** Proves that the coldkey is a pure proxy. */
  readonly treasuryBirth: Birth
}

/** The runtime's index of the proxy type `Any`. */
const PROXY_TYPE_ANY = 0

/** Attempts with a new hotkey after another account has taken the one before. */
const REGISTRATION_ATTEMPTS = 5
/** The chain's errors for a hotkey that another account has associated or registered. A new salt gives a new hotkey, and helps only against these errors. */
const TAKEN: ReadonlySet<string> = new Set(["NonAssociatedColdKey", "HotKeyAlreadyRegisteredInSubNet"])

/** A salt that nobody can guess. */
export const newSalt = (): string => `0x${bytesToHex(randomBytes(32))}`

/** Funds for the treasury coldkey's first stake, proxy deposit and existential deposit, in rao of TAO. */
const TREASURY_FUNDS = 1_000_000_000n

/** What the treasury stakes of that behind its own hotkey, in rao of TAO; the contract gets half of the alpha. */
const FIRST_STAKE = 10_000_000n

type Extrinsic = SubmittableExtrinsic<"promise">

const pallet = (api: ApiPromise, section: string, name: string) => {
  const call = api.tx[section]?.[name]
  if (call === undefined) throw new Error(`this chain has no ${section}.${name}: is --endpoint a Subtensor node?`)
  return call
}

/** The treasury's cost (without fees) and the owner's free balance, in rao of TAO. Fails if the balance is too low. */
export const checkFunds = Effect.fn("owner.checkFunds")(function* (owner: AccountAddress) {
  const [chain, { netuid }] = yield* Effect.all([Chain, Subnet])
  const [free, burn, proxies] = yield* chain.read("funds of the owner", async (api) => {
    const [account, burned] = await Promise.all([api.query.system?.account?.(owner), api.query.subtensorModule?.burn?.(netuid)])
    const deposit = ["proxyDepositBase", "proxyDepositFactor"].map((name) => BigInt(api.consts.proxy?.[name]?.toString() ?? "0"))
    return [freeBalanceIn(account?.toJSON()), BigInt(burned?.toString() ?? "0"), deposit.reduce((sum, part) => sum + part, 0n)] as const
  })
  const needed = burn + TREASURY_FUNDS + proxies
  if (free < needed) return yield* notEnoughFunds(owner, free, needed)
  return { free, needed }
})

type Manner = Pick<Submission, "isUrgent" | "until">

const submitAs =
  (owner: KeyPair, manner: Manner = {}) =>
  (name: string, call: (api: ApiPromise) => Extrinsic) =>
    Effect.flatMap(Chain, (chain) => chain.submit({ label: name, signer: owner, call, ...manner }))

/** `Result<(), DispatchError>` as the chain's own metadata decodes it; polkadot.js types it as `Codec`. */
type Executed = Result<Null, DispatchError>

/** Fails if a call that a transaction makes through `proxy.proxy` did; the transaction succeeds all the same. */
const throughProxy = (name: string, { events }: Inclusion) => {
  const executed = events.flatMap(({ event: { data, method, section } }) =>
    `${section}.${method}` === "proxy.ProxyExecuted" ? [data[0]] : []
  )
  const failed = executed.map((result) => result as Executed | undefined).find((result) => result?.isErr === true)
  return failed === undefined ? Effect.void : transactionFailure(name, failed.asErr)
}

/**
 * Dispatches a call as the treasury's coldkey through `proxy.proxy`.
 */
const asTreasury =
  (owner: KeyPair, treasuryColdkey: AccountAddress, manner: Manner) => (name: string, inner: (api: ApiPromise) => Extrinsic) =>
    submitAs(owner, manner)(name, (api) => pallet(api, "proxy", "proxy")(treasuryColdkey, null, inner(api))).pipe(
      Effect.tap((inclusion) => throughProxy(name, inclusion))
    )

const stoppedFailure = ({ label, section, name }: TransactionFailed) => deploymentFailed(label, `the chain answered ${section}.${name}`)

/** The calls of `createTreasury`, for `--dry-run`. TREASURY and HOTKEY are placeholders for accounts that do not exist yet. */
export const creationSteps = (netuid: number): ReadonlyArray<string> => [
  "proxy.createPure(Any, 0, 0): the coldkey TREASURY",
  `balances.transferKeepAlive(TREASURY, the cost of a registration and ${formatAlpha(TREASURY_FUNDS)} TAO)`,
  `proxy.proxy(TREASURY, subtensorModule.burnedRegister(${netuid}, HOTKEY)): the hotkey is a hash, so nobody has its key`
]

/** The calls of `firstStakeFor`, for `--dry-run`. */
export const firstStakeSteps = (contract: string): string =>
  `proxy.proxy(TREASURY, subtensorModule.addStake(HOTKEY, ${formatAlpha(FIRST_STAKE)} TAO)), proxy.proxy(TREASURY, subtensorModule.transferStake(${contract}, HOTKEY, half of it))`

/** The call of `handOver`, for `--dry-run`. */
export const handOverSteps = (owner: AccountAddress, contract: string): ReadonlyArray<string> => [
  `proxy.proxy(TREASURY, utility.batchAll(proxy.addProxy(${contract}, Transfer, 0), proxy.removeProxy(${owner}, Any, 0)))`
]

/** Creates the coldkey and registers its hotkey. The owner is its only proxy until `handOver`. */
export const createTreasury = Effect.fn("owner.createTreasury")(function* (owner: KeyPair, onStep: OnStep) {
  const [chain, { netuid }] = yield* Effect.all([Chain, Subnet])
  const send = submitAs(owner)
  const created = yield* send("create treasury", (api) => pallet(api, "proxy", "createPure")("Any", 0, 0))
  const { pure, extrinsic } = yield* chain.read("address of the treasury", async (api) => {
    const record = created.events.find(({ event }) => api.events.proxy?.PureCreated?.is(event))
    return {
      pure: record?.event.data[0]?.toString(),
      extrinsic: record?.phase.isApplyExtrinsic === true ? record.phase.asApplyExtrinsic.toNumber() : undefined
    }
  })
  if (pure === undefined || extrinsic === undefined) return yield* deploymentFailed("create treasury", "the chain reported no pure proxy")
  const birth = { spawner: owner.address, block: created.block.number, extrinsic, proxyType: PROXY_TYPE_ANY, index: 0 }
  const { treasuryColdkey } = treasuryOf({ ...birth, salt: newSalt() })
  if (treasuryColdkey !== pure) return yield* deploymentFailed("create treasury", `the chain created ${pure}, not ${treasuryColdkey}`)
  yield* onStep({ name: "create treasury", detail: `pure proxy ${treasuryColdkey}`, inclusion: created })

  const burn = yield* chain.read("cost of a registration", async (api) =>
    BigInt((await api.query.subtensorModule?.burn?.(netuid))?.toString() ?? "0")
  )
  const funded = yield* send("fund treasury", (api) => pallet(api, "balances", "transferKeepAlive")(treasuryColdkey, burn + TREASURY_FUNDS))
  yield* onStep({ name: "fund treasury", detail: "pays for its registration and its proxy deposit", inclusion: funded })

  // An account that sees the pending registration may try to associate the hotkey first. Only a block's author can order the two so. The next attempt uses
  // another hotkey.
  const register = Effect.gen(function* () {
    const treasury = treasuryOf({ ...birth, salt: newSalt() })
    const inclusion = yield* asTreasury(owner, treasuryColdkey, { isUrgent: true })("register treasury", (api) =>
      pallet(api, "subtensorModule", "burnedRegister")(netuid, treasury.treasuryHotkey)
    )
    return { treasury, inclusion }
  })
  const { inclusion, treasury } = yield* Effect.retry(register, {
    times: REGISTRATION_ATTEMPTS - 1,
    while: (error) => error._tag === "TransactionFailed" && TAKEN.has(error.name)
  }).pipe(Effect.catchTag("TransactionFailed", stoppedFailure))
  yield* onStep({ name: "register treasury", detail: `keyless hotkey ${treasury.treasuryHotkey}`, inclusion })
  return treasury satisfies KeylessTreasury
})

const NO_FIRST_STAKE = "the contract received no first stake"

/**
 * The calls that give a new contract a first stake behind the treasury's hotkey, in the transaction that creates it; undefined without a price. Before, strangers' gifts
 * behind other hotkeys could fill its list of them, and a coldkey with locked stake could be swapped onto its account, for good.
 */
export const firstStakeFor = Effect.fn("owner.firstStakeFor")(function* ({ treasuryColdkey, treasuryHotkey }: KeylessTreasury) {
  const [chain, { netuid }] = yield* Effect.all([Chain, Subnet])
  const price = yield* alphaPrice(yield* chain.finalisedHead)
  if (price === undefined) {
    yield* Effect.logWarning(NO_FIRST_STAKE, "the chain gave no price for the subnet's alpha")
    return undefined
  }
  const alpha = (FIRST_STAKE * RAO_PER_ALPHA) / price / 2n
  return (api: ApiPromise, contract: AccountAddress) =>
    // A batch inside a batch is refused, also through a proxy.
    [
      pallet(api, "subtensorModule", "addStake")(treasuryHotkey, netuid, FIRST_STAKE),
      pallet(api, "subtensorModule", "transferStake")(contract, treasuryHotkey, netuid, netuid, alpha)
    ].map((call) => pallet(api, "proxy", "proxy")(treasuryColdkey, null, call))
})

/** Says whether the transaction that created the contract gave it a first stake. Where the chain refuses it, `gittensor doctor` says so. */
export const sayFirstStake = (creation: Inclusion, onStep: OnStep) =>
  throughProxy("give first stake", creation).pipe(
    Effect.zipRight(
      onStep({ name: "give first stake", detail: "the contract's coldkey now has stake behind the treasury's hotkey", inclusion: creation })
    ),
    Effect.catchTag("TransactionFailed", ({ message }) => Effect.logWarning(NO_FIRST_STAKE, message))
  )

/** Gives a contract that exists a first stake behind a new treasury's hotkey. */
export const giveFirstStake = Effect.fn("owner.giveFirstStake")(function* (
  owner: KeyPair,
  treasury: KeylessTreasury,
  contract: AccountAddress,
  onStep: OnStep
) {
  const calls = yield* firstStakeFor(treasury)
  if (calls !== undefined)
    yield* sayFirstStake(yield* submitAs(owner)("give first stake", (api) => batchOf(api, calls(api, contract))), onStep)
})

/** Makes the contract the treasury's only proxy, and verifies it. By default it waits until that is final. */
export const handOver = Effect.fn("owner.handOver")(function* (
  owner: KeyPair,
  treasury: KeylessTreasury,
  contract: AccountAddress,
  onStep: OnStep,
  until: "inBlock" | "finalised" = "finalised"
) {
  const { treasuryColdkey } = treasury
  const step = "hand treasury over"
  const inclusion = yield* asTreasury(owner, treasuryColdkey, { until })(step, (api) =>
    batchOf(api, [pallet(api, "proxy", "addProxy")(contract, "Transfer", 0), pallet(api, "proxy", "removeProxy")(owner.address, "Any", 0)])
  ).pipe(Effect.catchTag("TransactionFailed", stoppedFailure))
  const proxies = yield* proxiesOf(treasuryColdkey, inclusion.block)
  if (proxies.length !== 1 || proxies[0]?.delegate !== contract)
    return yield* deploymentFailed(step, `the treasury's proxies are ${JSON.stringify(proxies)}`)
  yield* onStep({ name: step, detail: "the contract is now its only proxy, and nobody has a key to it", inclusion })
})
