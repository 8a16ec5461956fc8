/**
 * `npm run contract:fuzz`: random sequences of calls on the real contract, compared with the model after every one of them.
 *
 *   --sequences N  how many (10,000)        --steps N    of how many steps each (60)
 *   --seed N       the first one's seed     --workers N  processes (one a processor)
 *   --no-shrink    shows a failing sequence as it was played, not the shortest that fails
 *   --wrong        compares with a model that is wrong on purpose, to see that the difference is found
 *   --json         the result as one line of JSON
 *
 * Sequence i of a run has seed SEED + i: a failing one is played again by `--seed THAT --sequences 1`.
 */
import { spawn } from "node:child_process"
import { availableParallelism } from "node:os"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { Effect, Schema } from "effect"
import { actions, send } from "../../../../lab/contract-model/ContractModel.ts"
import { errorSentences } from "../../../../src/contract-client/refusals.ts"
import { Coverage } from "./coverage.ts"
import { run, setTable } from "./fuzz.ts"

const { values } = parseArgs({
  options: {
    sequences: { type: "string", default: "10000" },
    steps: { type: "string", default: "60" },
    seed: { type: "string" },
    workers: { type: "string", default: String(availableParallelism()) },
    worker: { type: "string" },
    "no-shrink": { type: "boolean", default: false },
    wrong: { type: "boolean", default: false },
    json: { type: "boolean", default: false }
  }
})

const whole = (name: string, text: string): number => {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  console.error(`--${name} wants a whole number, not "${text}"`)
  process.exit(2)
}

const Counts = Schema.Record({ key: Schema.String, value: Schema.Number })
const Report = Schema.Struct({
  played: Schema.Number,
  done: Schema.Boolean,
  failures: Schema.Array(
    Schema.Struct({ seed: Schema.Number, reason: Schema.String, journal: Schema.Array(Schema.String), steps: Schema.Number })
  ),
  coverage: Schema.Struct({
    viewGas: Counts,
    accepted: Counts,
    refused: Counts,
    refusedBy: Schema.Record({ key: Schema.String, value: Counts })
  })
})
type Report = typeof Report.Type
const readReport = Schema.decodeUnknownSync(Schema.parseJson(Report))

const sequences = whole("sequences", values.sequences)
const steps = whole("steps", values.steps)
const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000_000) : whole("seed", values.seed)
const workers = Math.max(1, Math.min(sequences, whole("workers", values.workers)))

const withoutEvents: typeof send = (...message) => ({ ...send(...message), events: [] })

/** Plays one process's share and reports to the first process in lines of JSON. */
const work = async (worker: number) => {
  const table = await Effect.runPromise(setTable(values.wrong ? withoutEvents : send))
  const tell = (report: Report) => process.stdout.write(`${JSON.stringify(report)}\n`)
  const { accepted, refused, refusedBy, viewGas } = table.coverage
  let told = performance.now()
  const plan = { seed, sequences, steps, worker, of: workers, shrink: !values["no-shrink"] }
  const { failures, sequences: played } = run(table, plan, (played) => {
    if (performance.now() - told < 1_000) return
    told = performance.now()
    tell({ played, done: false, failures: [], coverage: { viewGas: {}, accepted: {}, refused: {}, refusedBy: {} } })
  })
  tell({ played, done: true, failures, coverage: { viewGas, accepted, refused, refusedBy } })
}

const started = performance.now()
const seconds = () => (performance.now() - started) / 1000

/** Starts all processes. The first failure ends the others. */
const lead = async () => {
  if (!values.json) console.log(`seed ${seed}: ${sequences} sequences of ${steps} steps, ${workers} processes`)
  const coverage = new Coverage()
  const played = new Map<number, number>()
  const failures: Array<Report["failures"][number]> = []
  const progress = () => [...played.values()].reduce((sum, count) => sum + count, 0)
  let broken = false
  let shown = 0
  const children = Array.from({ length: workers }, (_, worker) => {
    const args = [
      fileURLToPath(import.meta.url),
      ...process.argv.slice(2),
      "--seed",
      String(seed),
      "--workers",
      String(workers),
      "--worker",
      String(worker)
    ]
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] })
    const ended = new Promise<void>((done) => child.on("exit", () => done()))
    let finished = false
    const read = (async () => {
      for await (const line of createInterface({ input: child.stdout })) {
        const report = readReport(line)
        played.set(worker, report.played)
        finished = report.done
        coverage.merge(report.coverage)
        failures.push(...report.failures)
        if (!values.json && progress() - shown >= sequences / 20) {
          shown = progress()
          console.log(`${shown} sequences in ${seconds().toFixed(0)} s`)
        }
      }
      await ended
      // a process that was ended because of another's finding reports nothing
      if (!finished && failures.length === 0) broken = true
    })()
    return { child, read }
  })
  const endAll = () => {
    for (const { child } of children) child.kill()
  }
  for (const { read } of children) void read.then(() => failures.length > 0 && endAll())
  process.on("SIGINT", endAll)
  await Promise.all(children.map(({ read }) => read))

  const neverAccepted = actions.filter((action) => coverage.accepted[action] === undefined)
  const neverRefusedBy = [...errorSentences.keys()].filter((error) => coverage.refused[error] === undefined)
  const result = {
    seed,
    sequences: progress(),
    steps: progress() * steps,
    messages: coverage.messages,
    seconds: Math.round(seconds() * 10) / 10,
    stepsPerSecond: Math.round((progress() * steps) / seconds()),
    accepted: coverage.accepted,
    refused: coverage.refused,
    viewGas: coverage.viewGas,
    neverAccepted,
    neverRefusedBy,
    failures
  }
  if (values.json) console.log(JSON.stringify(result))
  else report(result)
  process.exitCode = failures.length > 0 || broken ? 1 : 0
}

const table = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .sort(([, left], [, right]) => right - left)
    .map(([name, times]) => `  ${name.padEnd(24)} ${times}`)
    .join("\n")

const report = (result: {
  readonly seed: number
  readonly sequences: number
  readonly steps: number
  readonly messages: number
  readonly seconds: number
  readonly stepsPerSecond: number
  readonly accepted: Readonly<Record<string, number>>
  readonly refused: Readonly<Record<string, number>>
  readonly viewGas: Readonly<Record<string, number>>
  readonly neverAccepted: ReadonlyArray<string>
  readonly neverRefusedBy: ReadonlyArray<string>
  readonly failures: Report["failures"]
}) => {
  console.log(
    `messages accepted\n${table(result.accepted)}\nmessages refused\n${table(result.refused)}\nviews, the most gas (ps)\n${table(result.viewGas)}`
  )
  if (result.neverAccepted.length > 0) console.log(`never accepted: ${result.neverAccepted.join(", ")}`)
  if (result.neverRefusedBy.length > 0) console.log(`never refused by: ${result.neverRefusedBy.join(", ")}`)
  for (const { journal, reason, seed, steps: length } of result.failures) {
    console.log(`\nFAILED: seed ${seed}, ${length} steps\n${journal.join("\n")}\n${reason}`)
    console.log(`again: npm run contract:fuzz -- --seed ${seed} --sequences 1${steps === 60 ? "" : ` --steps ${steps}`}`)
  }
  const { messages, seconds, sequences, stepsPerSecond } = result
  console.log(`${sequences} sequences, ${result.steps} steps, ${messages} messages in ${seconds} s: ${stepsPerSecond} steps a second`)
}

await (values.worker === undefined ? lead() : work(whole("worker", values.worker)))
