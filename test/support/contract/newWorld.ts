/** New worlds: chains with the real contract and three validators. */
import { Effect, type Scope } from "effect"
import { type DevChainOptions, snapshotOf } from "../../../lab/devnet/chain/DevChain.ts"
import type { ContractConfig } from "../../../src/contract-client/generated.ts"
import type { Hex } from "../../../src/domain/hex.ts"
import { connect, devChain } from "../devnet/support.ts"
import { COVER } from "../figures.ts"
import { account, OWNER, VALIDATORS } from "./accounts.ts"
import { type Deployed, deploy } from "./deployment.ts"
import { ALPHA, defaults } from "./settings.ts"
import { weighed } from "./steps.ts"
import { NETUID, subnet } from "./subnet.ts"
import { submit } from "./transactions.ts"
import type { World } from "./World.ts"
import { worldOf } from "./worldOf.ts"

interface Options extends Pick<DevChainOptions, "retention"> {
  /** The contract's code; today's by default. */
  readonly code?: Hex | undefined
}

const newChain = (options: Partial<DevChainOptions>) =>
  Effect.gen(function* () {
    const chain = yield* devChain(options).pipe(Effect.orDie)
    return { chain, api: yield* connect(chain.endpoint) }
  })

/** A world's initial state, from which new chains continue. */
interface Beginning extends Deployed {
  readonly snapshot: ReturnType<typeof snapshotOf>
}

const makeBeginning = (settings: Partial<ContractConfig>, code?: Hex): Effect.Effect<Beginning, Error> =>
  Effect.gen(function* () {
    const { chain, api } = yield* newChain({ genesis: { subtensorModule: { subnets: [subnet] } } })
    const deployed = yield* deploy(api, settings, code)
    const made = worldOf(chain, api, deployed)
    const { forceStake, ok } = made
    for (const validator of VALIDATORS) {
      yield* ok(OWNER, "addValidator", { hotkey: yield* account(validator), coldkeys: [yield* account(`${validator}//cold`)] })
    }
    const { ownerDelay } = { ...defaults, ...settings }
    if (ownerDelay > 0) yield* ok(OWNER, "setConfig", { settings: [{ _tag: "OwnerDelay", value: ownerDelay }] })
    yield* submit(api, "//Ferdie", "subtensorModule", "addStake", deployed.treasuryHotkey, NETUID, 500_000n * ALPHA)
    // As after a first harvest, so that the contract books exactly the amounts that a test feeds.
    yield* forceStake(deployed.treasuryHotkey, deployed.contract, COVER)
    yield* weighed(made)
    return { ...deployed, snapshot: snapshotOf(chain) }
  }).pipe(Effect.scoped)

/** Deploying takes three times as long as restoring, so each test file deploys each kind of world only once. */
const beginnings = new Map<string, Beginning>()

const beginning = (settings: Partial<ContractConfig>, code?: Hex) =>
  Effect.gen(function* () {
    const key = JSON.stringify([settings, code], (_, value: unknown) => (typeof value === "bigint" ? String(value) : value))
    const known = beginnings.get(key)
    if (known !== undefined) return known
    const made = yield* makeBeginning(settings, code)
    beginnings.set(key, made)
    return made
  })

/** A new chain with a new contract whose whitelist has three validators with weights of 50,000, 30,000 and 20,000 alpha. */
export const world = (
  settings: Partial<ContractConfig> = {},
  { code, ...options }: Options = {}
): Effect.Effect<World, Error, Scope.Scope> =>
  Effect.gen(function* () {
    const { snapshot, ...deployed } = yield* beginning(settings, code)
    const { chain, api } = yield* newChain({ from: snapshot, ...options })
    return worldOf(chain, api, deployed)
  })
