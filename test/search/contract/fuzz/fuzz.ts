/** Plays random sequences of calls by random actors on the real contract and on the model. */
import { Effect } from "effect"
import fc from "fast-check"
import { send } from "../../../../lab/contract-model/ContractModel.ts"
import * as NativeExecutor from "../../../../lab/devnet/chain/executor/NativeExecutor.ts"
import { Coverage } from "./coverage.ts"
import { Game, type Table } from "./game.ts"
import { makeInterface } from "./interface.ts"
import { play } from "./play.ts"
import { setStage } from "./stage.ts"
import { anyStep, type Step } from "./steps.ts"
import { endSubnet } from "./theEnd.ts"
import { letAllOut } from "./wayOut.ts"

/** The sequences of a run. */
export interface Plan {
  readonly seed: number
  readonly sequences: number
  readonly steps: number
  /** Plays every `of`-th sequence starting at `worker`: one process's share. */
  readonly worker: number
  readonly of: number
  /** Whether to shrink a failing sequence. */
  readonly shrink: boolean
}

/** A sequence in which contract and model differ, shrunk as far as possible. */
export interface Failure {
  /** Replays this sequence alone. */
  readonly seed: number
  readonly reason: string
  readonly journal: ReadonlyArray<string>
  readonly steps: number
}

export interface Result {
  readonly sequences: number
  readonly failures: ReadonlyArray<Failure>
  readonly coverage: Coverage
  readonly seconds: number
}

/** Prepares the chain with the contract, once for all sequences of a process. */
export const setTable = (rules: Table["rules"] = send): Effect.Effect<Table, Error> =>
  Effect.gen(function* () {
    const stage = yield* setStage
    const executor = yield* NativeExecutor.make({ log: () => undefined })
    return { stage, executor, face: makeInterface(stage), coverage: new Coverage(), rules }
  })

/** Lists of exactly this many steps, which shrink to shorter ones. */
class Sequence extends fc.Arbitrary<Array<Step>> {
  private readonly whole: fc.Arbitrary<Array<Step>>
  private readonly part: fc.Arbitrary<Array<Step>>

  constructor(steps: number) {
    super()
    this.whole = fc.array(anyStep, { minLength: steps, maxLength: steps })
    this.part = fc.array(anyStep, { maxLength: steps })
  }

  generate(random: fc.Random): fc.Value<Array<Step>> {
    return this.whole.generate(random, undefined)
  }

  canShrinkWithoutContext(value: unknown): value is Array<Step> {
    return this.part.canShrinkWithoutContext(value)
  }

  shrink(value: Array<Step>, context: unknown): fc.Stream<fc.Value<Array<Step>>> {
    return this.part.shrink(value, context)
  }
}

/** Plays one list of steps. Throws a Disagreement and leaves the unfinished game in `last`. */
const playAll = (table: Table, seed: number, steps: ReadonlyArray<Step>, last: { game?: Game }): void => {
  const game = new Game(table, openingOf(seed))
  last.game = game
  for (const step of steps) play(game, step)
  game.close()
  if (endsSubnet(seed)) endSubnet(game, seed)
  else letAllOut(game)
}

/** At the end of one sequence in four the subnet ends, too. */
const endsSubnet = (seed: number): boolean => seed % 4 === 3

type Opening = ConstructorParameters<typeof Game>[1]

/** One sequence in ten starts during the contract's set-up. */
const openingOf = (seed: number): Opening => (seed % 10 === 0 ? "setup" : "service")

/** The failure of one sequence, if any. */
const playSequence = (table: Table, { shrink, steps }: Plan, seed: number): Failure | undefined => {
  const last: { game?: Game } = {}
  const property = fc.property(new Sequence(steps), (sequence) => playAll(table, seed, sequence, last))
  const outcome = fc.check(property, { seed, numRuns: 1, endOnFailure: !shrink, interruptAfterTimeLimit: 120_000 })
  if (!outcome.failed || outcome.counterexample === null) return undefined
  const shortest = outcome.counterexample[0]
  try {
    playAll(table, seed, shortest, last)
  } catch (cause) {
    return {
      seed,
      reason: cause instanceof Error ? `${cause.message}` : String(cause),
      journal: last.game?.journal ?? [],
      steps: shortest.length
    }
  }
  return { seed, reason: "it did not fail again", journal: [], steps: shortest.length }
}

/** Plays a plan to its end or its first failure. */
export const run = (table: Table, plan: Plan, onProgress: (played: number) => void = () => undefined): Result => {
  const started = performance.now()
  const failures: Array<Failure> = []
  let sequences = 0
  for (let index = plan.worker; index < plan.sequences && failures.length === 0; index += plan.of) {
    const failure = playSequence(table, plan, plan.seed + index)
    if (failure !== undefined) failures.push(failure)
    sequences++
    onProgress(sequences)
  }
  return { sequences, failures, coverage: table.coverage, seconds: (performance.now() - started) / 1000 }
}
