/** The contract service on top of the contract model. */
import { Effect, Either, HashMap, Option } from "effect"
import { bitmapBytes } from "../../../src/contract-client/bitmap.ts"
import { ContractRefusal } from "../../../src/contract-client/codec.ts"
import { type MessageArguments, type MessageName, type MessageReturn, messages } from "../../../src/contract-client/generated.ts"
import type { CastVote } from "../../../src/contract-client/readings.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import { Contract, type ReadError, type Sent, type ContractState as StateOfContract } from "../../../src/layers/chain/contract/Contract.ts"
import { paidWinsAt } from "../../../src/layers/chain/contract/paidWins.ts"
import type { Source, WantedIds } from "../../../src/layers/chain/contract/Source.ts"
import * as ContractState from "../../../src/layers/chain/contract/state.ts"
import { type BlockReference, ChainUnavailable } from "../../../src/layers/chain/node/Chain.ts"
import { type Action, send, type World } from "../../contract-model/ContractModel.ts"
import { attestationsOf, attestedUntil } from "../../contract-model/enrolment.ts"
import { outcomeVotesOf } from "../../contract-model/outcomes.ts"
import type { State } from "../../contract-model/State.ts"
import { roundAt } from "../../contract-model/Turn.ts"
import { ask, stored, type View } from "../../contract-model/views.ts"
import type { SimulatedNetwork, ValidatorAccess } from "./SimulatedNetwork.ts"

type Answer<Name extends MessageName> = Either.Either<MessageReturn<Name>, ContractRefusal["error"]>

const call = <Name extends MessageName>(world: World, name: Name, args: MessageArguments<Name>, caller: AccountAddress): Answer<Name> => {
  // A message is either a view or an action. TypeScript cannot infer the types of arguments and answer through this branch.
  const answer = messages[name].mutates
    ? send(world, caller, name as Action, args as MessageArguments<Action>).answer
    : ask(world, name as View, args as MessageArguments<View>)
  return answer as Answer<Name>
}

const liveFrom = ({ issueCount, issues }: State, first: number) =>
  Array.from({ length: issueCount - first + 1 }, (_, index) => HashMap.unsafeGet(issues, first + index)).filter(
    ({ status }) => status._tag !== "Paid" && status._tag !== "Cancelled"
  )

/** A world's contract state, cached because validators read the same worlds. */
const makeStateOf = () => {
  const known = new WeakMap<State, StateOfContract>()
  /** From each block on, no issue below `firstLive` was live; closed issues stay closed. */
  const settled: Array<{ readonly block: number; readonly firstLive: number }> = [{ block: 0, firstLive: 1 }]
  return (state: State, block: number): StateOfContract => {
    const before = known.get(state)
    if (before !== undefined) return before
    const firstLive = settled.findLast((entry) => entry.block <= block)?.firstLive ?? 1
    const liveIssues = liveFrom(state, firstLive)
    const first = liveIssues[0]?.id ?? state.issueCount + 1
    const latest = settled.at(-1)
    if (latest !== undefined && block > latest.block && first > latest.firstLive) settled.push({ block, firstLive: first })
    const read: StateOfContract = {
      config: state.config,
      validators: state.validators,
      changes: state.waiting,
      issueCount: state.issueCount,
      competitionCount: state.competitionCount,
      liveIssues,
      competitions: new Map(
        liveIssues.flatMap(({ competition }) => {
          const found = competition === null ? Option.none() : HashMap.get(state.competitions, competition)
          return Option.toArray(Option.map(found, (one) => [one.id, one] as const))
        })
      )
    }
    known.set(state, read)
    return read
  }
}

/** The outcome votes of whitelisted validators in a state, by issue; computed once for each state. */
const makeBallotsOf = () => {
  const known = new WeakMap<State, ReadonlyMap<number, ReadonlyArray<CastVote>>>()
  return (state: State) => {
    const before = known.get(state)
    if (before !== undefined) return before
    const whitelisted = new Set(state.validators.map(({ hotkey }) => hotkey))
    const ballots = new Map(
      HashMap.map(state.outcomeBallots, (_, id) => outcomeVotesOf(state, id).filter(({ validator }) => whitelisted.has(validator)))
    )
    known.set(state, ballots)
    return ballots
  }
}

export const make = ({ competitions, ledger }: SimulatedNetwork, { head, reachesChain, remembers = false }: ValidatorAccess) => {
  const address = ledger.world().state.contract
  const stateOf = makeStateOf()
  const ballotsOf = makeBallotsOf()

  const answering = <A, E>(name: string, answer: () => Either.Either<A, E>): Effect.Effect<A, E | ChainUnavailable> =>
    Effect.suspend(
      (): Effect.Effect<A, E | ChainUnavailable> =>
        reachesChain() ? answer() : Effect.fail(new ChainUnavailable({ endpoint: "simulation", operation: name, reason: "cut off" }))
    )
  const refusedOf = (name: MessageName) => (error: ContractRefusal["error"]) =>
    new ContractRefusal({ contractMessage: messages[name].label, error })
  const worldAt = (at: BlockReference | undefined): World => (at === undefined ? ledger.world() : ledger.worldAt(at.number))
  const impossible = (what: string) => Effect.die(new Error(`a simulation has no ${what}`))

  const dryRun = <Name extends MessageName>(name: Name, args: MessageArguments<Name>, caller: AccountAddress, at?: BlockReference) =>
    answering(name, () =>
      Either.mapBoth(call(worldAt(at), name, args, caller), {
        onLeft: refusedOf(name),
        onRight: (value) => ({ value, gas: { refTime: 0n, proofSize: 0n }, deposit: 0n })
      })
    )
  const read = <Name extends MessageName>(
    name: Name,
    args: MessageArguments<Name>,
    at?: BlockReference
  ): Effect.Effect<MessageReturn<Name>, ReadError> => Effect.map(dryRun(name, args, address, at), ({ value }) => value)
  const records = ({ state }: World, wanted: WantedIds) => ({
    issues: wanted.issues.flatMap((id) => Option.toArray(HashMap.get(state.issues, id))),
    competitions: wanted.competitions.flatMap((id) => Option.toArray(HashMap.get(state.competitions, id)))
  })
  const source: Source = {
    head: (guess, at) =>
      answering("head", () => {
        const world = worldAt(at)
        const { competitionCount, config, issueCount, validators, waiting: changes } = world.state
        return Either.right({ head: { config, validators, changes, issueCount, competitionCount }, found: records(world, guess) })
      }),
    more: (wanted, at) => answering("records", () => Either.right(records(worldAt(at), wanted))),
    attestations: (issues, at) =>
      answering("attestations", () => {
        const { state } = worldAt(at)
        const round = roundAt(state, at.number)
        const of = (id: number) => attestationsOf(state, id, round).map((one) => ({ ...one, until: attestedUntil(state, one) }))
        return Either.right(new Map(issues.map((id) => [id, of(id)])))
      }),
    attested: (issues, miners, at) =>
      answering("attestations", () => {
        const world = worldAt(at)
        const majority = (issue: number) =>
          Either.map(ask(world, "enrolled", { issue }), ({ enrolled, skipped }) => {
            const bitmaps = { enrolled: bitmapBytes(enrolled), skipped: bitmapBytes(skipped) }
            return [issue, bitmaps] as const
          })
        return Either.mapBoth(Either.all(issues.map(majority)), {
          onLeft: refusedOf("enrolled"),
          onRight: (majorities) => ({ majorities: new Map(majorities), collateral: stored(world, "collateral", { miners }) })
        })
      }),
    pairVotes: (issues, at) =>
      answering("pair votes", () => Either.right(new Map(issues.map((issue) => [issue, stored(worldAt(at), "ballotPair", { issue })])))),
    outcomeVotes: (issues, at) =>
      answering("outcome votes", () => {
        const ballots = ballotsOf(worldAt(at).state)
        return Either.right(new Map(issues.map((id) => [id, ballots.get(id) ?? []])))
      })
  }
  const fromModel = {
    stateAt: (at: BlockReference) => answering("state", () => Either.right(stateOf(worldAt(at).state, at.number))),
    competitions: (at: BlockReference) => answering("competitions", () => Either.right(competitions(worldAt(at).state, at.number)))
  }
  const { competitions: competitionsAt, stateAt } = remembers ? Effect.runSync(ContractState.make(source)) : fromModel

  const sendIt = <Name extends MessageName>(name: Name, args: MessageArguments<Name>, signer: KeyPair) =>
    answering(name, (): Either.Either<Sent<MessageReturn<Name>>, ContractRefusal> => {
      // As in `call`: the program sends only actions.
      const { answer, events } = ledger.send(signer.address, name as Action, args as MessageArguments<Action>)
      const number = ledger.block()
      const inclusion = { block: { number, hash: ledger.hashOf(number) }, extrinsicHash: ledger.hashOf(number), events: [] }
      return Either.mapBoth(answer as Answer<Name>, { onLeft: refusedOf(name), onRight: (value) => ({ value, inclusion, events }) })
    })

  return Contract.of({
    address,
    read,
    stored: (name, args, at) => answering(name, () => Either.right(stored(worldAt(at), name, args))),
    dryRun,
    encode: () => {
      throw new Error("a simulation has no bytes of calls")
    },
    price: () => impossible("prices of calls"),
    plan: () => impossible("prices of calls"),
    send: sendIt,
    config: answering("config", () => Either.right(ledger.worldAt(head()).state.config)),
    stateAt,
    liveIssues: (at) => Effect.map(stateAt(at), ({ liveIssues }) => liveIssues),
    competitions: competitionsAt,
    paidWins: (at) => paidWinsAt(source, at),
    attestations: source.attestations,
    attested: source.attested,
    pairVotes: source.pairVotes,
    outcomeVotes: source.outcomeVotes,
    otherEdition: () => Effect.succeed(null),
    eventsAt: () => impossible("record of events")
  })
}
