/** The hostile validators of a season, who act as one: they see everything, follow a common strategy and change it every few rounds. */
import { Either, HashMap, Option } from "effect"
import { sameOutcome } from "../../../src/contract-client/outcome.ts"
import { send } from "../../contract-model/ContractModel.ts"
import { attestationsOf } from "../../contract-model/enrolment.ts"
import { roundAt } from "../../contract-model/Turn.ts"
import type { Honest, Message } from "../honest/Honest.ts"
import type { Viewpoint } from "../honest/Viewpoint.ts"
import type { Holder } from "../miners/enrolling.ts"
import type { Environment } from "../network/environment.ts"
import type { SimulatedNetwork } from "../network/SimulatedNetwork.ts"
import { randomOf } from "../random.ts"
import { pairKey } from "../roundResult.ts"
import { type HostileStrategy, type HostileView, type Moment, SPELL_ROUNDS } from "./hostile.ts"
import type { Validator } from "./Validator.ts"

interface HostileContext {
  readonly network: SimulatedNetwork
  readonly honest: Honest
  readonly environment: Environment
  readonly seed: number
  readonly strategies: ReadonlyArray<HostileStrategy>
  readonly validators: ReadonlyArray<Validator>
  readonly round: () => number
  /** The present chain, with GitHub answering. */
  readonly clear: () => Viewpoint
  /** Holds every enrolment that was posted. */
  readonly oracle: Holder
  readonly canAct: (validator: Validator) => boolean
  readonly post: (validator: Validator, messages: ReadonlyArray<Message>) => void
}

/** Lets every hostile validator act. Messages that would change nothing are not sent. */
export const makeHostileSide = ({
  canAct,
  clear,
  environment,
  honest,
  network,
  oracle,
  post,
  round,
  seed,
  strategies,
  validators
}: HostileContext) => {
  const { ledger, population } = network

  /** All issues with a competition that runs. */
  const running = () => {
    const { state } = ledger.world()
    return honest
      .live(clear())
      .flatMap((issue) =>
        issue.competition === null || issue.status._tag !== "Competing"
          ? []
          : [{ issue, competition: HashMap.unsafeGet(state.competitions, issue.competition) }]
      )
  }

  const spell = (): number => Math.floor(round() / SPELL_ROUNDS)
  const hostileView = (member: number, moment: Moment): HostileView => ({
    round: round(),
    spell: spell(),
    member,
    random: randomOf(seed, `hostile ${round()} ${ledger.block()} ${member} ${moment}`),
    metagraph: population.metagraphAt(ledger.block()),
    attested: () => honest.attestations(clear(), oracle, new Map()),
    pairings: () => honest.pairs(clear()) ?? [],
    running,
    right: (issue) => {
      const { state } = ledger.world()
      const { competition } = HashMap.unsafeGet(state.issues, issue)
      return competition === null
        ? null
        : environment.right(HashMap.unsafeGet(state.competitions, competition), ledger.timeOf(ledger.block()))
    }
  })

  /** Whether a hostile validator's message would have no effect: it is on chain already, or there is nothing to settle. */
  const stands = (validator: Validator, { args, name }: Message): boolean => {
    const { state } = ledger.world()
    const { outcomeBallots, pairBallots } = state
    if (name === "settle") return Either.isLeft(send(ledger.world(), validator.hotkey.address, name, args).answer)
    const isOwn = (entry: { readonly validator: string }) => entry.validator === validator.hotkey.address
    if (name === "voteOutcome") {
      const own = Option.getOrUndefined(HashMap.get(outcomeBallots, args.issue))?.find(isOwn)
      return own !== undefined && sameOutcome(own.choice, args.choice)
    }
    if (name === "attestEnrolled") {
      const own = attestationsOf(state, args.issue, roundAt(state, ledger.block())).find(isOwn)
      return own !== undefined && own.enrolled === args.enrolled && own.skipped === args.skipped
    }
    if (name !== "votePair") return false
    const ballot = Option.getOrUndefined(HashMap.get(pairBallots, args.issue))
    const own = ballot?.round.number === args.round ? ballot.votes.find(isOwn) : undefined
    return own !== undefined && pairKey([own.a, own.b]) === pairKey([args.a, args.b])
  }

  const strategy = () => strategies[spell() % Math.max(1, strategies.length)]
  const conspire = (what: "attest" | "pair" | "judge", moment: Moment): void => {
    const plan = strategy()
    if (plan === undefined) return
    validators.forEach((validator, member) => {
      if (!canAct(validator)) return
      const messages = plan[what](hostileView(member, moment), moment)
      post(
        validator,
        messages.filter((message) => !stands(validator, message))
      )
    })
  }

  return conspire
}
