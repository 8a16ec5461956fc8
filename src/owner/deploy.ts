/**
 * A new contract with a treasury that nobody holds a key to: the treasury's coldkey is a pure proxy whose only proxy, in the end, is the
 * contract; its hotkey is a hash, so that nobody's key signs for it.
 */

import { blake2b } from "@noble/hashes/blake2.js"
import type { ApiPromise } from "@polkadot/api"
import type { SubmittableExtrinsic } from "@polkadot/api/types"
import { Effect, Option, Schema } from "effect"
import type { ContractConfig } from "../contract-client/generated.ts"
import { AccountAddress, fromPublicKey, toPublicKey } from "../domain/Account.ts"
import { formatAlpha } from "../domain/Amount.ts"
import type { KeyPair } from "../domain/KeyPair.ts"
import { Chain, type Inclusion } from "../layers/Chain.ts"
import * as Contract from "../layers/Contract.ts"
import { Subnet } from "../layers/Subnet.ts"

/** A step of the deployment did not do what it says; what was done before it stays. */
export class DeploymentFailed extends Schema.TaggedError<DeploymentFailed>()("DeploymentFailed", {
  step: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the deployment stopped at "${this.step}": ${this.reason}. Nothing depends on what was made before; deploy again when the cause is mended`
  }
}

/** The owner's coldkey cannot pay for a deployment. Amounts in rao of TAO. */
export class NotEnoughFunds extends Schema.TaggedError<NotEnoughFunds>()("NotEnoughFunds", {
  account: Schema.String,
  free: Schema.BigIntFromSelf,
  needed: Schema.BigIntFromSelf
}) {
  override get message() {
    return `${this.account} has ${formatAlpha(this.free)} TAO and a deployment takes at least ${formatAlpha(this.needed)} TAO (a registration, deposits): send it some TAO first`
  }
}

export interface DeploymentStep {
  readonly name: string
  readonly detail: string
  readonly inclusion: Inclusion
}

export interface Deployment {
  readonly contract: AccountAddress
  readonly treasuryColdkey: AccountAddress
  readonly treasuryHotkey: AccountAddress
  readonly steps: ReadonlyArray<DeploymentStep>
}

/** blake2b-256 of a label and the coldkey: an account that is nobody's public key. */
export const keylessHotkey = (treasuryColdkey: AccountAddress): AccountAddress =>
  fromPublicKey(blake2b(Buffer.concat([Buffer.from("gittensor/treasury-hotkey/v1"), toPublicKey(treasuryColdkey)]), { dkLen: 32 }))

/** Left over for the deposits that the treasury's coldkey pays (its proxy) and for staying alive, in rao of TAO. */
const TREASURY_FUNDS = 1_000_000_000n

/** Free balance in what polkadot.js prints of an account. */
const AccountBalance = Schema.Struct({ data: Schema.Struct({ free: Schema.Union(Schema.Number, Schema.String) }) })
const freeOf = (account: unknown): bigint =>
  Option.match(Schema.decodeUnknownOption(AccountBalance)(account), { onNone: () => 0n, onSome: ({ data }) => BigInt(data.free) })

type Extrinsic = SubmittableExtrinsic<"promise">

const pallet = (api: ApiPromise, section: string, name: string) => {
  const call = api.tx[section]?.[name]
  if (call === undefined) throw new Error(`this chain has no ${section}.${name}: is it a Subtensor endpoint?`)
  return call
}

type Settings = Omit<ContractConfig, "netuid" | "treasuryHotkey" | "treasuryColdkey">

/**
 * What a deployment will take, checked as far as it can be before anything is sent: the subnet, the settings (by the contract itself), the
 * owner's funds. In rao of TAO, without fees.
 */
export const checkDeployment = Effect.fn("owner.checkDeployment")(function* (owner: AccountAddress, settings: Settings) {
  const [chain, subnet] = yield* Effect.all([Chain, Subnet])
  const { netuid } = subnet
  yield* subnet.metagraph(yield* chain.finalisedHead)
  const [free, burn, proxies] = yield* chain.read("funds of the owner", async (api) => {
    const [account, burned] = await Promise.all([api.query.system?.account?.(owner), api.query.subtensorModule?.burn?.(netuid)])
    const deposit = ["proxyDepositBase", "proxyDepositFactor"].map((name) => BigInt(api.consts.proxy?.[name]?.toString() ?? "0"))
    return [freeOf(account?.toJSON()), BigInt(burned?.toString() ?? "0"), deposit.reduce((sum, part) => sum + part, 0n)] as const
  })
  const needed = burn + TREASURY_FUNDS + proxies
  const short = (least: bigint) => new NotEnoughFunds({ account: owner, free, needed: least })
  if (free < needed) return yield* short(needed)
  // Any two accounts will do: the contract looks at its settings.
  const config = { ...settings, netuid, treasuryHotkey: keylessHotkey(owner), treasuryColdkey: owner }
  const { deposit } = yield* Contract.tryInstantiate({ config }, owner, toPublicKey(owner)).pipe(
    Effect.mapError((error) =>
      error._tag === "ContractUnusable" && /NotEnoughFunds|StorageDepositLimitExhausted/.test(error.reason) ? short(needed) : error
    )
  )
  if (free < needed + deposit) return yield* short(needed + deposit)
  return needed + deposit
})

/** Deploys and answers the new accounts. `onStep` hears of each transaction as it is included. */
export const deploy = Effect.fn("owner.deploy")(function* (
  owner: KeyPair,
  settings: Settings,
  onStep: (step: DeploymentStep) => Effect.Effect<void> = () => Effect.void
) {
  const [chain, { netuid }] = yield* Effect.all([Chain, Subnet])
  yield* checkDeployment(owner.address, settings)
  const steps: Array<DeploymentStep> = []
  const done = (name: string, detail: string, inclusion: Inclusion) => {
    const step = { name, detail, inclusion }
    steps.push(step)
    return onStep(step)
  }
  const send = (name: string, call: (api: ApiPromise) => Extrinsic) => chain.submit({ label: name, signer: owner, call })

  const created = yield* send("create treasury", (api) => pallet(api, "proxy", "createPure")("Any", 0, 0))
  const pure = yield* chain.read("address of the treasury", async (api) =>
    created.events.find(({ event }) => api.events.proxy?.PureCreated?.is(event))?.event.data[0]?.toString()
  )
  if (pure === undefined) return yield* new DeploymentFailed({ step: "create treasury", reason: "the chain reported no pure proxy" })
  const treasuryColdkey = yield* Schema.decodeUnknown(AccountAddress)(pure).pipe(Effect.orDie)
  const treasuryHotkey = keylessHotkey(treasuryColdkey)
  yield* done("create treasury", `pure proxy ${treasuryColdkey}`, created)

  const burn = yield* chain.read("cost of a registration", async (api) =>
    BigInt((await api.query.subtensorModule?.burn?.(netuid))?.toString() ?? "0")
  )
  const funded = yield* send("fund treasury", (api) => pallet(api, "balances", "transferKeepAlive")(treasuryColdkey, burn + TREASURY_FUNDS))
  yield* done("fund treasury", `for its registration and its proxy's deposit`, funded)

  /** A call of the treasury's coldkey by its proxy. The outer transaction succeeds even when the inner call fails: its event tells. */
  const asTreasury = (name: string, inner: (api: ApiPromise) => Extrinsic) =>
    send(name, (api) => pallet(api, "proxy", "proxy")(treasuryColdkey, null, inner(api))).pipe(
      Effect.flatMap((inclusion) =>
        chain
          .read("result of a proxy call", async (api) => {
            const executed = inclusion.events.find(({ event }) => api.events.proxy?.ProxyExecuted?.is(event))?.event.data[0]?.toJSON()
            return typeof executed === "object" && executed !== null && "err" in executed ? JSON.stringify(executed.err) : undefined
          })
          .pipe(
            Effect.flatMap((reason) =>
              reason === undefined
                ? Effect.succeed(inclusion)
                : new DeploymentFailed({ step: name, reason: `the chain answered ${reason}` })
            )
          )
      )
    )

  const registered = yield* asTreasury("register treasury", (api) =>
    pallet(api, "subtensorModule", "burnedRegister")(netuid, treasuryHotkey)
  )
  yield* done("register treasury", `keyless hotkey ${treasuryHotkey}`, registered)

  const salt = toPublicKey(treasuryColdkey)
  const { address, inclusion } = yield* Contract.instantiate(
    { config: { ...settings, netuid, treasuryHotkey, treasuryColdkey } },
    owner,
    salt
  )
  yield* done("deploy contract", address, inclusion)

  const handedOver = yield* asTreasury("hand treasury over", (api) =>
    pallet(
      api,
      "utility",
      "batchAll"
    )([pallet(api, "proxy", "addProxy")(address, "Transfer", 0), pallet(api, "proxy", "removeProxy")(owner.address, "Any", 0)])
  )
  const proxies = yield* chain.read("proxies of the treasury", async (api) => (await api.query.proxy?.proxies?.(treasuryColdkey))?.toJSON())
  if (!JSON.stringify(proxies).includes(address) || JSON.stringify(proxies).includes(owner.address))
    return yield* new DeploymentFailed({ step: "hand treasury over", reason: `the treasury's proxies are ${JSON.stringify(proxies)}` })
  yield* done("hand treasury over", "the contract is its only proxy, nobody holds a key", handedOver)

  return { contract: address, treasuryColdkey, treasuryHotkey, steps } satisfies Deployment
})
