/** Runs a simulation and prints its results. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { Effect, Option, Schema } from "effect"
import { invalid } from "../../../src/cli/shared/options.ts"
import { bold, green, print, red, table } from "../../../src/layers/machine/terminal/output.ts"
import { boundOf, reportToHtml, valueOf } from "../../simulation/report/html.ts"
import { keepsBound, type Report, reportOf } from "../../simulation/report/Report.ts"
import { allScenarios } from "../../simulation/scenarios/all.ts"
import type { Scenario } from "../../simulation/scenarios/figures.ts"
import { playAll } from "../../simulation/workers/playAll.ts"

/** The report could not be written. */
export class ReportNotWritten extends Schema.TaggedError<ReportNotWritten>()("ReportNotWritten", {
  file: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `cannot write the report to ${this.file}: ${this.reason}`
  }
}

/** A result is outside its bounds. */
export class BoundBroken extends Schema.TaggedError<BoundBroken>()("BoundBroken", { figures: Schema.Array(Schema.String) }) {
  override get message() {
    return `results of the simulation are out of bounds: ${this.figures.join("; ")}`
  }
}

interface SimulateOptions {
  readonly rounds: number
  readonly miners: number
  readonly validators: number
  readonly seed: number
  readonly hostile: Option.Option<number>
  readonly scenario: ReadonlyArray<string>
  readonly json: boolean
  readonly out: Option.Option<string>
}

const lines = ({ sections }: Report): ReadonlyArray<string> =>
  sections.flatMap(({ figures, name, notes, question }) => [
    bold(name),
    question,
    ...table(
      figures.map((figure) => {
        const bound = boundOf(figure)
        const verdict = bound === "" ? "" : keepsBound(figure) ? green(`ok (${bound})`) : red(`BROKEN (${bound})`)
        return [`  ${figure.name}`, valueOf(figure), figure.unit, verdict]
      })
    ),
    ...notes.map((note) => `  ${note}`),
    ""
  ])

const chosen = (names: ReadonlyArray<string>) =>
  names.length === 0
    ? Effect.succeed(allScenarios)
    : Effect.forEach(names, (name) => {
        const found = allScenarios.find((scenario) => scenario.name === name)
        const known = allScenarios.map((one) => one.name).join(", ")
        return found === undefined ? Effect.fail(invalid(`there is no scenario "${name}": choose one of ${known}`)) : Effect.succeed(found)
      })

const write = (file: string, content: string) =>
  Effect.gen(function* () {
    const [files, path] = yield* Effect.all([FileSystem.FileSystem, Path.Path])
    yield* files.makeDirectory(path.dirname(file), { recursive: true })
    yield* files.writeFileString(file, content)
  }).pipe(Effect.mapError((error) => new ReportNotWritten({ file, reason: error.message })))

const simulated = (wanted: ReadonlyArray<Scenario>, { hostile, miners, rounds, seed, validators }: SimulateOptions) =>
  Effect.gen(function* () {
    const onProgress = (line: string) => void process.stderr.write(`${line}\n`)
    const settings = { seed, rounds, miners, validators, ...(Option.isSome(hostile) ? { hostileBps: hostile.value } : {}) }
    const sections = yield* playAll(wanted, settings, onProgress)
    return reportOf(seed, { rounds, miners, validators }, sections)
  })

export const run = (options: SimulateOptions) =>
  Effect.gen(function* () {
    if (options.scenario.includes("list"))
      return yield* print(
        options.json,
        allScenarios.map(({ name, question }) => ({ name, question })),
        (all) => table(all.map(({ name, question }) => [name, question]))
      )
    const report = yield* simulated(yield* chosen(options.scenario), options)
    yield* print(options.json, report, lines)
    if (Option.isSome(options.out)) {
      yield* write(options.out.value, reportToHtml(report))
      process.stderr.write(`the report is in ${options.out.value}\n`)
    }
    const broken = report.sections.flatMap(({ figures, name }) =>
      figures
        .filter((figure) => !keepsBound(figure))
        .map((figure) => `${name}: ${figure.name} is ${valueOf(figure)}, ${boundOf(figure)} allowed`)
    )
    if (broken.length > 0) return yield* new BoundBroken({ figures: broken })
  })
