/** Runs a simulation and prints its results. */
import { Effect, Option } from "effect"
import { invalid } from "../../../src/cli/shared/options.ts"
import { OperationFailed } from "../../../src/domain/failures.ts"
import { bold, green, print, red, table } from "../../../src/layers/machine/terminal/output.ts"
import { allScenarios } from "../../simulation/scenarios/all.ts"
import { type Figure, keepsBound, type Report, type Scenario } from "../../simulation/scenarios/figures.ts"

interface SimulateOptions {
  readonly rounds: number
  readonly miners: number
  readonly validators: number
  readonly seed: number
  readonly hostile: Option.Option<number>
  readonly scenario: ReadonlyArray<string>
  readonly json: boolean
}

const boundOf = ({ bound }: Figure): string =>
  [
    ...(bound?.atLeast === undefined ? [] : [`at least ${bound.atLeast}`]),
    ...(bound?.atMost === undefined ? [] : [`at most ${bound.atMost}`])
  ].join(", ")

const lines = ({ sections }: Report): ReadonlyArray<string> =>
  sections.flatMap(({ figures, name, notes, question }) => [
    bold(name),
    question,
    ...table(
      figures.map((figure) => {
        const bound = boundOf(figure)
        const verdict = bound === "" ? "" : keepsBound(figure) ? green(`ok (${bound})`) : red(`BROKEN (${bound})`)
        return [`  ${figure.name}`, String(figure.value), figure.unit, verdict]
      })
    ),
    ...notes.map((note) => `  ${note}`),
    ""
  ])

const chosenScenarios = (names: ReadonlyArray<string>) =>
  names.length === 0
    ? Effect.succeed(allScenarios)
    : Effect.forEach(names, (name) => {
        const found = allScenarios.find((scenario) => scenario.name === name)
        const known = allScenarios.map((one) => one.name).join(", ")
        return found === undefined ? Effect.fail(invalid(`there is no scenario "${name}": choose one of ${known}`)) : Effect.succeed(found)
      })

const simulated = (wanted: ReadonlyArray<Scenario>, { hostile, miners, rounds, seed, validators }: SimulateOptions) =>
  Effect.gen(function* () {
    const onProgress = (line: string) => void process.stderr.write(`${line}\n`)
    const settings = { seed, rounds, miners, validators, ...(Option.isSome(hostile) ? { hostileBps: hostile.value } : {}) }
    const sections = yield* Effect.forEach(wanted, (scenario) => scenario.run({ ...settings, onProgress }))
    const holds = sections.every(({ figures }) => figures.every(keepsBound))
    return { seed, settings: { rounds, miners, validators }, sections, holds } satisfies Report
  })

export const run = (options: SimulateOptions) =>
  Effect.gen(function* () {
    if (options.scenario.includes("list"))
      return yield* print(
        options.json,
        allScenarios.map(({ name, question }) => ({ name, question })),
        (all) => table(all.map(({ name, question }) => [name, question]))
      )
    const report = yield* simulated(yield* chosenScenarios(options.scenario), options)
    yield* print(options.json, report, lines)
    const broken = report.sections.flatMap(({ figures, name }) =>
      figures
        .filter((figure) => !keepsBound(figure))
        .map((figure) => `${name}: ${figure.name} is ${figure.value}, ${boundOf(figure)} allowed`)
    )
    if (broken.length > 0)
      return yield* new OperationFailed({ message: `results of the simulation are out of bounds: ${broken.join("; ")}` })
  })
