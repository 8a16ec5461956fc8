/** The common sequence of commands that spend something: print the plan (`--dry-run`) or ask, send, and print the result. */
import { Console, Effect } from "effect"
import { print, printable } from "../../layers/machine/terminal/output.ts"
import type { OnStep } from "../../roles/owner/keylessTreasury.ts"
import { confirm } from "./keys.ts"

export interface SpendOptions {
  readonly yes: boolean
  readonly dryRun: boolean
  readonly json: boolean
}

export interface Spending<Planned extends object, Done extends object, E, R> {
  /** The output of `--dry-run`: as JSON and as lines. */
  readonly planned: Planned
  readonly plannedLines: ReadonlyArray<string>
  /** The confirmation question: effect and cost. */
  readonly question: string
  readonly send: Effect.Effect<Done, E, R>
  readonly doneLines: (done: Done) => ReadonlyArray<string>
}

export const spend = <Planned extends object, Done extends object, E, R>(
  options: SpendOptions,
  { planned, plannedLines, question, send, doneLines }: Spending<Planned, Done, E, R>
) =>
  Effect.gen(function* () {
    if (options.dryRun) return yield* print(options.json, { ...planned, sent: false }, () => plannedLines)
    yield* confirm(question, options.yes)
    const done = yield* send
    yield* print(options.json, { ...done, sent: true }, () => doneLines(done))
  })

/** Prints each of several transactions on inclusion; with `--json` only the result is printed. */
export const printSteps =
  (json: boolean): OnStep =>
  ({ name, detail, inclusion }) =>
    json ? Effect.void : Console.log(printable(`#${inclusion.block.number}  ${inclusion.extrinsicHash}  ${name}: ${detail}`))
