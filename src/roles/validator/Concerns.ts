/** Problems and notices for /health that do not stop the loops. The loop that detects a problem reports it, and withdraws it when it is over. */
import { Context, Effect, Layer, Ref } from "effect"

/**
 * `votes`: of the contract. `subnet`: the contract's has ended. `weights`: of the subnet. `consensus`: of the validators' reports. `own report`: of this validator's one. `own weights`: set without consensus. `not counted`: an epoch is not settled,
 * because its state is pruned or a report that counts is missing. `not weighed`: the node has pruned the state. `box`: where strangers' bytes are read. `clock`: of this machine. `fees`: what the hotkey has for them. `hotkey`: it is not registered any more. The others: of the roster; see `RosterConcerns`.
 */
export type Concern =
  | "votes"
  | "subnet"
  | "weights"
  | "consensus"
  | "own report"
  | "own weights"
  | "not counted"
  | "not weighed"
  | "box"
  | "clock"
  | "fees"
  | "hotkey"
  | "roster committed"
  | "roster in use"
  | "roster signer"

/**
 * `clock step`: this machine's clock was set. `treasury`: it earns or pays nothing. `votes`: a new validator's have no weight yet. `edition`: the contract's
 * differs from this program's. `people`: issues whose outcome people have to decide.
 */
export type Note = "clock step" | "treasury" | "votes" | "edition" | "people"

export class Concerns extends Context.Tag("gittensor/Concerns")<
  Concerns,
  {
    /** Sets or (null) clears a problem. `wrong` is a sentence without full stop. New problems are logged. */
    readonly report: (concern: Concern, wrong: string | null) => Effect.Effect<void>
    readonly all: Effect.Effect<ReadonlyArray<string>>
    /** Sets or (null) clears a notice, a sentence without full stop. New notices are logged. */
    readonly note: (note: Note, text: string | null) => Effect.Effect<void>
    readonly notes: Effect.Effect<ReadonlyArray<string>>
  }
>() {}

const without = <Key>(all: ReadonlyMap<Key, string>, one: Key) => [...all].filter(([other]) => other !== one)

export const make: Effect.Effect<Concerns["Type"]> = Effect.gen(function* () {
  const known = yield* Ref.make<ReadonlyMap<Concern, string>>(new Map())
  const noted = yield* Ref.make<ReadonlyMap<Note, string>>(new Map())
  return Concerns.of({
    report: (concern, wrong) =>
      Effect.gen(function* () {
        const before = yield* Ref.modify(known, (all) => {
          const others = without(all, concern)
          return [all.get(concern), new Map(wrong === null ? others : [...others, [concern, wrong]])]
        })
        if (wrong !== null && before === undefined) yield* Effect.logWarning(wrong)
        if (wrong === null && before !== undefined) yield* Effect.logInfo(`no longer: ${before}`)
      }),
    all: Effect.map(Ref.get(known), (all) => [...all.values()]),
    note: (note, text) =>
      Effect.gen(function* () {
        const before = yield* Ref.modify(noted, (all) => [
          all.get(note),
          new Map(text === null ? without(all, note) : [...without(all, note), [note, text]])
        ])
        if (text !== null && text !== before) yield* Effect.logWarning(text)
      }),
    notes: Effect.map(Ref.get(noted), (all) => [...all.values()])
  })
})

export const layer: Layer.Layer<Concerns> = Layer.effect(Concerns, make)
