/** One message in the making: what it has changed so far. A refused message's turn is thrown away, so nothing is undone by hand. */
import { Either, HashMap, Option } from "effect"
import type { Competition, ContractError, ContractEvent, Issue } from "../contract-client/generated.ts"
import type { AccountAddress } from "../domain/Account.ts"
import { type Round, referenceKey, type State } from "./State.ts"
import { readStake, type Subnet } from "./Subnet.ts"

/** Mutable on purpose, and seen by one message only. */
export interface Turn {
  readonly caller: AccountAddress
  state: State
  subnet: Subnet
  readonly events: Array<ContractEvent>
}

/** What a rule comes to: its value, or the refusal of the whole message. */
export type Ruled<A> = Either.Either<A, ContractError>

type PlainRefusal = {
  [Tag in ContractError["_tag"]]: keyof Extract<ContractError, { _tag: Tag }> extends "_tag" ? Tag : never
}[ContractError["_tag"]]

/** A refusal; one without arguments by its name alone. */
export const refuse = (error: ContractError | PlainRefusal): Ruled<never> =>
  // a name of a refusal without arguments is all there is to it
  Either.left(typeof error === "string" ? ({ _tag: error } as ContractError) : error)

/** Refuses unless something holds. */
export const unless = (holds: boolean, error: ContractError | PlainRefusal): Ruled<void> => (holds ? Either.void : refuse(error))

/** The pallet's refusal as the contract's. */
export const bySubnet = <A>(answer: Either.Either<A, Extract<ContractError, { _tag: "Subtensor" }>["value"]>): Ruled<A> =>
  Either.mapLeft(answer, (value) => ({ _tag: "Subtensor" as const, value }))

export const onlyOwner = ({ caller, state }: Turn): Ruled<void> => unless(caller === state.owner, "NotOwner")

export const onlyValidator = ({ caller, state }: Turn): Ruled<void> =>
  unless(
    state.validators.some(({ hotkey }) => hotkey === caller),
    "NotAValidator"
  )

export const issueOf = ({ state }: Turn, id: number): Ruled<Issue> =>
  Option.match(HashMap.get(state.issues, id), { onNone: () => refuse("UnknownIssue"), onSome: Either.right })

export const competitionOf = ({ state }: Turn, id: number): Ruled<Competition> =>
  Option.match(HashMap.get(state.competitions, id), { onNone: () => refuse("UnknownCompetition"), onSome: Either.right })

export const putIssue = (turn: Turn, issue: Issue): void => {
  turn.state = { ...turn.state, issues: HashMap.set(turn.state.issues, issue.id, issue) }
}

export const putCompetition = (turn: Turn, competition: Competition): void => {
  turn.state = { ...turn.state, competitions: HashMap.set(turn.state.competitions, competition.id, competition) }
}

/** The round that runs at a block. */
export const roundAt = ({ config }: State, block: number): Round => {
  const number = Math.floor(block / config.roundLength)
  return { number, from: number * config.roundLength }
}

export const isSameRound = (left: Round, right: Round): boolean => left.number === right.number && left.from === right.from

/** The first block of a round in which pairs are voted. */
export const pairVotesFrom = ({ config }: State, round: Round): number => round.from + config.attestBlocks

/** What each whitelisted validator's vote weighs now, and all together. */
export interface Weights {
  readonly of: ReadonlyMap<AccountAddress, bigint>
  readonly total: bigint
}

/** Reads every whitelisted validator's live weight: the stake on its hotkey of its coldkeys, or one each. */
export const liveWeights = (state: State, subnet: Subnet): Ruled<Weights> =>
  Either.gen(function* () {
    const of = new Map<AccountAddress, bigint>()
    let total = 0n
    for (const { coldkeys, hotkey } of state.validators) {
      let weight = 1n
      if (state.config.weighting._tag === "ByStake") {
        weight = 0n
        for (const coldkey of coldkeys) weight += yield* bySubnet(readStake(subnet, hotkey, coldkey))
      }
      of.set(hotkey, weight)
      total += weight
    }
    return { of, total }
  })

/** The live weight of some voters; who is not on the whitelist weighs nothing. */
export const weightOf = (weights: Weights, voters: Iterable<AccountAddress>): bigint =>
  [...voters].reduce((sum, voter) => sum + (weights.of.get(voter) ?? 0n), 0n)

/** Whether this weight is so many basis points of all. */
export const isShare = (weight: bigint, total: bigint, basisPoints: number): boolean =>
  total > 0n && weight * 10_000n >= BigInt(basisPoints) * total

/** Whether this weight decides a ballot. */
export const isQuorum = ({ config }: State, weight: bigint, total: bigint): boolean => isShare(weight, total, config.quorumBps)

/** Lets a closed issue be registered again; nobody is matched for it any more. */
export const forgetReference = (turn: Turn, { id, number, repository }: Issue): void => {
  turn.state = {
    ...turn.state,
    openReferences: HashMap.remove(turn.state.openReferences, referenceKey(repository, number)),
    attestations: HashMap.remove(turn.state.attestations, id),
    pairBallots: HashMap.remove(turn.state.pairBallots, id)
  }
}
