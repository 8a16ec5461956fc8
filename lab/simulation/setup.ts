/** A simulated subnet before its first round: the contract with its settings, validators with stake, miners with skills. */
import type { ContractConfig } from "../../src/contract-client/generated.ts"
import { treasuryOf } from "../../src/contract-client/keyless.ts"
import { COVER } from "../../src/domain/Collateral.ts"
import { defaultSettings as productSettings } from "../../src/roles/owner/settings.ts"
import { send, type World } from "../contract-model/ContractModel.ts"
import { newState } from "../contract-model/State.ts"
import { emptySubnet, withStake } from "../contract-model/Subnet.ts"
import { defaultMishaps, type Mishaps } from "./expectedOutcome.ts"
import { makeEnrolling } from "./miners/enrolling.ts"
import type { MinerStrategy, Person } from "./miners/MinerStrategy.ts"
import { defaultSkillModel, drawSkill, type SkillModel } from "./miners/skill.ts"
import * as Miners from "./miners/strategies.ts"
import * as Competitions from "./network/competitions.ts"
import * as GitHubRecord from "./network/gitHubRecord.ts"
import { accountNamed, type Signing, standIn } from "./network/keys.ts"
import * as Ledger from "./network/ledger.ts"
import * as Population from "./network/population.ts"
import type { SimulatedNetwork } from "./network/SimulatedNetwork.ts"
import { randomOf } from "./random.ts"
import type { HostileStrategy } from "./validators/hostile.ts"
import { type ConditionOf, healthy, makeValidators, withHolders } from "./validators/Validator.ts"

export interface SimulationSettings {
  readonly seed: number
  readonly miners: number
  readonly validators: number
  /** The hostile validators' share of the stake, in basis points. */
  readonly hostileBps: number
  /** Strategies of the hostile validators, in turn. */
  readonly hostile: ReadonlyArray<HostileStrategy>
  /** How many in a thousand miners follow a strategy; the others are honest. */
  readonly mix: ReadonlyArray<readonly [MinerStrategy, permille: number]>
  readonly conditionOf: ConditionOf
  /** The island of validators that a miner reaches. */
  readonly islandOf: (person: Person, round: number) => number
  readonly mishaps: Mishaps
  readonly skill: SkillModel
  readonly signing: Signing
  readonly backlog: number
}

export const defaultSettings: SimulationSettings = {
  seed: 1,
  miners: 64,
  validators: 9,
  hostileBps: 0,
  hostile: [],
  mix: [],
  conditionOf: () => healthy,
  islandOf: () => 0,
  mishaps: defaultMishaps,
  skill: defaultSkillModel,
  signing: standIn,
  backlog: 8
}

const NETUID = 74

export const FIRST_ROUND = 100

export const OWNER = accountNamed("owner")

const treasury = treasuryOf({ spawner: OWNER, block: 1, extrinsic: 1, proxyType: 0, index: 0, salt: `0x${"07".repeat(32)}` })

/**
 * The product's settings with smaller bounties and shorter competitions (a day instead of 14), so that a season has many. Votes must
 * stand half a day longer than a change waits.
 */
export const contractConfig: ContractConfig = {
  ...productSettings,
  day: 600,
  netuid: NETUID,
  devChain: false,
  ...treasury,
  minBounty: 1_000_000_000n,
  maxBounty: 10_000_000_000_000n,
  submissionWindow: 600,
  competitionLength: 7_200,
  outcomeGrace: 900,
  challengePeriod: 900,
  ownerDelay: 600,
  rosterSigner: OWNER,
  rosterSignerSince: 1
}

const strategyOf = (index: number, { miners, mix }: SimulationSettings): MinerStrategy => {
  let place = Math.floor((index * 1_000) / miners)
  for (const [strategy, permille] of mix) {
    if (place < permille) return strategy
    place -= permille
  }
  return Miners.honest
}

const peopleOf = (settings: SimulationSettings): ReadonlyArray<Person> => {
  const random = randomOf(settings.seed, "skills")
  return Array.from({ length: settings.miners }, (_, index) => {
    const strategy = strategyOf(index, settings)
    return { index, skill: drawSkill(random, settings.skill), cartel: strategy === Miners.colluder ? 0 : null, strategy }
  })
}

/** The contract with its whitelist, and the stake beneath it. */
const firstWorld = (validators: ReturnType<typeof makeValidators>): World => {
  const { treasuryColdkey, treasuryHotkey } = contractConfig
  // Starts some rounds early for validators that lag, and a day before that, so that their stake weighs from then on.
  const start = (FIRST_ROUND - 5) * contractConfig.roundLength
  const empty = emptySubnet(start - contractConfig.day)
  const known = new Set([treasuryHotkey, ...validators.map(({ hotkey }) => hotkey.address)])
  // The whitelist is filled during the contract's set-up, when changes need no delay.
  const state = newState(accountNamed("contract"), OWNER, { ...contractConfig, ownerDelay: 0 })
  const subnet = { ...empty, hotkeys: known, proxyOf: new Set([treasuryColdkey]) }
  let world: World = { state, subnet: withStake(subnet, treasuryHotkey, state.contract, COVER) }
  for (const { coldkey, hotkey, stake } of validators) {
    world = { ...world, subnet: withStake(world.subnet, hotkey.address, coldkey, stake) }
    world = send(world, OWNER, "addValidator", { hotkey: hotkey.address, coldkeys: [coldkey] }).world
  }
  const settings = [{ _tag: "OwnerDelay", value: contractConfig.ownerDelay }] as const
  world = send(world, OWNER, "noteWeights", {}).world
  world = send({ ...world, subnet: { ...world.subnet, block: start } }, OWNER, "noteWeights", {}).world
  return send(world, OWNER, "setConfig", { settings }).world
}

/** Sets up everything before the first round. */
export const setUp = (settings: SimulationSettings) => {
  const people = peopleOf(settings)
  const recruits = makeValidators(settings.seed, settings.validators, settings.hostileBps)
  const ledger = Ledger.make(settings.seed, firstWorld(recruits))
  const population = Population.make({
    netuid: NETUID,
    genesisHash: ledger.genesisHash,
    block: 1,
    validators: recruits.map(({ coldkey, hotkey }) => ({ hotkey: hotkey.address, coldkey })),
    people,
    // Every two members of a cartel share a coldkey.
    coldkeyNameOf: ({ cartel, index }) => (cartel === null ? `of ${index}` : `of cartel ${cartel}, ${Math.floor(index / 2)}`)
  })
  const associations = randomOf(settings.seed, "associations").hash()
  const network: SimulatedNetwork = {
    netuid: NETUID,
    ledger,
    competitions: Competitions.make(),
    population,
    record: GitHubRecord.make(),
    // One account in 32 is a maintainer.
    associationOf: (account, repository) => {
      const digest = new Bun.CryptoHasher("blake2b256").update(`${associations} ${account} ${repository}`).digest()
      return (digest[0] ?? 0) < 8 ? "COLLABORATOR" : "NONE"
    },
    pulseAfter: 3
  }
  const enrolling = makeEnrolling(network, settings.signing)
  return { network, enrolling, validators: withHolders(recruits, enrolling), people }
}
