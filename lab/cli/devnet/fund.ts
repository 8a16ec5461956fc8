/** Gives an account TAO and stake on a dev chain, whose keys everybody knows. */
import type { ApiPromise } from "@polkadot/api"
import { Effect, Option, Redacted, Schema } from "effect"
import { chainLayer } from "../../../src/cli/shared/chainServices.ts"
import { AccountAddress } from "../../../src/domain/Account.ts"
import { formatAlpha } from "../../../src/domain/Amount.ts"
import { DUST } from "../../../src/domain/Collateral.ts"
import { OperationFailed } from "../../../src/domain/failures.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { keyPairOf } from "../../../src/layers/chain/wallet/secretUri.ts"
import { print } from "../../../src/layers/machine/terminal/output.ts"

export interface FundOptions {
  readonly account: AccountAddress
  /** Rao. */
  readonly tao: bigint
  readonly alpha: Option.Option<bigint>
  readonly hotkey: Option.Option<AccountAddress>
  readonly endpoint: string
  readonly netuid: number
  readonly json: boolean
}

/** `specName` of the runtime in contracts/devnet-runtime. */
const RUNTIME = "gittensor-devnet"

/** The genesis account with the most TAO. */
const FUNDING_ACCOUNT = "//Alice"

const RAO = 1_000_000_000n

const Pool = Schema.Struct({
  mechanism: Schema.BigInt,
  tao: Schema.BigInt,
  alpha: Schema.BigInt,
  owner: AccountAddress,
  isOwned: Schema.Boolean
})

const call = (api: ApiPromise, pallet: string, name: string) => {
  const found = api.tx[pallet]?.[name]
  if (found === undefined) throw new Error(`this chain has no ${pallet}.${name}`)
  return found
}

/** A subnet's alpha price in rao of TAO, and its owner's hotkey. */
const subnetOf = (netuid: number) =>
  Effect.gen(function* () {
    const noSuchSubnet = new OperationFailed({
      message: `the dev chain has no subnet ${netuid}, so there is no stake on it to give: is --netuid right?`
    })
    const found = yield* (yield* Chain).read("price of alpha", async ({ query: { subtensorModule } }) => {
      const [exists, mechanism, tao, alpha, owner] = await Promise.all([
        subtensorModule?.networksAdded?.(netuid),
        subtensorModule?.subnetMechanism?.(netuid),
        subtensorModule?.subnetTAO?.(netuid),
        subtensorModule?.subnetAlphaIn?.(netuid),
        subtensorModule?.subnetOwnerHotkey?.(netuid)
      ])
      return {
        isOwned: exists?.toJSON(),
        mechanism: `${mechanism ?? 0}`,
        tao: `${tao ?? 0}`,
        alpha: `${alpha ?? 0}`,
        owner: owner?.toJSON()
      }
    })
    const { isOwned, mechanism, tao, alpha, owner } = yield* Effect.mapError(Schema.decodeUnknown(Pool)(found), () => noSuchSubnet)
    if (!isOwned) return yield* noSuchSubnet
    return { owner, price: mechanism === 1n && alpha > 0n ? (tao * RAO) / alpha : RAO }
  })

/** The TAO that buys at least this much alpha: the price is rounded up, plus a margin for what the chain rounds off. */
const costOf = (alpha: bigint, price: bigint): bigint => ((alpha + DUST) * price + RAO - 1n) / RAO + 1n

const isRegistered = (hotkey: AccountAddress) =>
  Effect.flatMap(Chain, (chain) =>
    chain.read("owner of the hotkey", async ({ query }) => (await query.subtensorModule?.owner?.size?.(hotkey))?.toString() !== "0")
  )

export const run = ({ account, tao, alpha, hotkey, endpoint, netuid, json }: FundOptions) =>
  Effect.gen(function* () {
    const chain = yield* Chain
    const runtime = yield* chain.read("name of the runtime", async (api) => api.runtimeVersion.specName.toString())
    if (runtime !== RUNTIME)
      return yield* new OperationFailed({
        message: `${endpoint} is not a dev chain: its runtime is "${runtime}". Only a dev chain has keys that everybody knows; start one with "gittensor devnet"`
      })
    const stake = yield* Effect.transposeMapOption(alpha, (amount) =>
      Effect.gen(function* () {
        const { owner, price } = yield* subnetOf(netuid)
        const behind = Option.getOrElse(hotkey, () => owner)
        if (!(yield* isRegistered(behind)))
          return yield* new OperationFailed({
            message: `the hotkey ${behind} is registered on no subnet, so there can be no stake behind it: register it first, or leave --hotkey out`
          })
        return { amount, behind, cost: costOf(amount, price) }
      })
    )
    const bank = yield* keyPairOf(Redacted.make(FUNDING_ACCOUNT))
    // One batch: all or nothing.
    const inclusion = yield* chain.submit({
      label: "fund",
      signer: bank,
      until: "finalised",
      call: (api) =>
        call(
          api,
          "utility",
          "batchAll"
        )([
          call(api, "balances", "transferKeepAlive")(account, tao),
          ...Option.match(stake, {
            onNone: () => [],
            onSome: ({ amount, behind, cost }) => [
              call(api, "subtensorModule", "addStake")(behind, netuid, cost),
              call(api, "subtensorModule", "transferStake")(account, behind, netuid, netuid, amount)
            ]
          })
        ])
    })
    const given = Option.getOrUndefined(stake)
    yield* print(
      json,
      {
        account,
        taoRao: tao,
        alphaRao: given?.amount ?? 0n,
        hotkey: given?.behind ?? null,
        block: inclusion.block.number,
        transaction: inclusion.extrinsicHash
      },
      () => [
        `${account} got ${formatAlpha(tao)} τ${given === undefined ? "" : ` and ${formatAlpha(given.amount)} α behind ${given.behind} on subnet ${netuid}`} (block ${inclusion.block.number}, ${inclusion.extrinsicHash})`
      ]
    )
  }).pipe(Effect.provide(chainLayer({ endpoint, netuid })))
