/** The execution of one message: its changes so far. A refused message discards its turn, so nothing has to be undone. */
import { Either, HashMap, Option } from "effect"
import type { Competition, ContractError, ContractEvent, Issue } from "../../src/contract-client/generated.ts"
import type { AccountAddress } from "../../src/domain/Account.ts"
import { type Round, referenceKey, type State } from "./State.ts"
import type { Subnet } from "./Subnet.ts"

/** Mutable on purpose; only one message ever sees it. */
export interface Turn {
  readonly caller: AccountAddress
  state: State
  subnet: Subnet
  readonly events: Array<ContractEvent>
}

/** The result of a rule: its value, or the refusal of the whole message. */
export type Ruled<A> = Either.Either<A, ContractError>

type PlainRefusal = {
  [Tag in ContractError["_tag"]]: keyof Extract<ContractError, { _tag: Tag }> extends "_tag" ? Tag : never
}[ContractError["_tag"]]

/** A refusal; one without arguments is given by its name. */
export const refuse = (error: ContractError | PlainRefusal): Ruled<never> =>
  Either.left(typeof error === "string" ? ({ _tag: error } as ContractError) : error)

export const unless = (holds: boolean, error: ContractError | PlainRefusal): Ruled<void> => (holds ? Either.void : refuse(error))

/** Converts the pallet's refusal to the contract's. */
export const bySubnet = <A>(answer: Either.Either<A, Extract<ContractError, { _tag: "Subtensor" }>["value"]>): Ruled<A> =>
  Either.mapLeft(answer, (value) => ({ _tag: "Subtensor" as const, value }))

export const onlyOwner = ({ caller, state }: Turn): Ruled<void> => unless(caller === state.owner, "NotOwner")

export const onlyValidator = ({ caller, state }: Turn): Ruled<void> =>
  unless(
    state.validators.some(({ hotkey }) => hotkey === caller),
    "NotAValidator"
  )

export const issueOf = ({ state }: Turn, id: number): Ruled<Issue> =>
  Option.match(HashMap.get(state.issues, id), { onNone: () => refuse({ _tag: "UnknownIssue", issue: id }), onSome: Either.right })

export const competitionOf = ({ state }: Turn, id: number): Ruled<Competition> =>
  Option.match(HashMap.get(state.competitions, id), {
    onNone: () => refuse({ _tag: "UnknownCompetition", competition: id }),
    onSome: Either.right
  })

export const putIssue = (turn: Turn, issue: Issue): void => {
  turn.state = { ...turn.state, issues: HashMap.set(turn.state.issues, issue.id, issue) }
}

/** Writes an issue whose phase has ended, and drops the ballot on its outcome. */
export const turnIssue = (turn: Turn, issue: Issue): void => {
  putIssue(turn, issue)
  const { casts, outcomeBallots } = turn.state
  turn.state = { ...turn.state, outcomeBallots: HashMap.remove(outcomeBallots, issue.id), casts: HashMap.remove(casts, issue.id) }
}

export const putCompetition = (turn: Turn, competition: Competition): void => {
  turn.state = { ...turn.state, competitions: HashMap.set(turn.state.competitions, competition.id, competition) }
}

export const roundAt = ({ config }: State, block: number): Round => {
  const number = Math.floor(block / config.roundLength)
  return { number, from: number * config.roundLength }
}

export const isSameRound = (left: Round, right: Round): boolean => left.number === right.number && left.from === right.from

/** The first block of a round in which pair votes are accepted. */
export const pairVotesFrom = ({ config }: State, round: Round): number => round.from + config.attestBlocks

/** Frees an issue's reference, and removes its attestations and ballots. */
export const close = (turn: Turn, { id, number, repository }: Issue): void => {
  turn.state = {
    ...turn.state,
    openReferences: HashMap.remove(turn.state.openReferences, referenceKey(repository, number)),
    attestations: HashMap.remove(turn.state.attestations, id),
    pairBallots: HashMap.remove(turn.state.pairBallots, id),
    outcomeBallots: HashMap.remove(turn.state.outcomeBallots, id),
    casts: HashMap.remove(turn.state.casts, id)
  }
}
