/**
 * Plays the conformance kit against each changed rule, and writes what no case noticed. usage: play.ts MUTANTS. It divides them among processes (--part PART PARTS), and a
 * change that is made while the rules are loaded has one of its own (--alone ID OUTCOMES FOLDER).
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { Array as Arr, Option } from "effect"
import { sourceOf, whyEquivalent } from "./equivalent.ts"
import { atLoad, type Mutant, mutants, outcome, outcomeWith, playable, reaching } from "./instrumented.ts"

const root = resolve(import.meta.dirname, "../..")
const [path = "", how, ...rest] = process.argv.slice(2)

/** The status of a process whose change no case noticed. */
const UNNOTICED = 3

/** Plays one change that is made while the rules are loaded. */
const playAlone = (file: string, room: string): never => {
  const outcomes: ReadonlyArray<string> = JSON.parse(readFileSync(file, "utf8"))
  // Those of its own folder first: it is most likely one of them that notices it.
  const order = [...playable().entries()].toSorted(
    ([, left], [, right]) => Number(right.name.includes(room)) - Number(left.name.includes(room))
  )
  process.exit(order.every(([index, { play }]) => outcome(play) === outcomes[index]) ? UNNOTICED : 0)
}

/** The changes that some case notices, of every `parts`th one. */
const noticedOf = (part: number, parts: number): ReadonlyArray<string> => {
  const cases = playable()
  const played = cases.map(({ play }) => ({ play, ...reaching(play) }))
  const reachedBy = new Map<string, Array<(typeof played)[number]>>()
  for (const one of played)
    for (const id of one.reached) {
      const before = reachedBy.get(id)
      if (before === undefined) reachedBy.set(id, [one])
      else before.push(one)
    }
  const folder = mkdtempSync(join(tmpdir(), "gittensor-outcomes-"))
  const file = join(folder, "outcomes.json")
  writeFileSync(file, JSON.stringify(played.map(({ wanted }) => wanted)))
  const isNoticed = ({ file: of, id }: Mutant): boolean => {
    if (!atLoad.has(id)) return (reachedBy.get(id) ?? []).some(({ play, wanted }) => outcomeWith(id, play) !== wanted)
    const room = `rules.jsonl ${/^src\/(?:rules\/)?(\w+)/.exec(of)?.[1]}/`
    const command = [process.execPath, "--conditions", "development", import.meta.path, path, "--alone", id, file, room]
    return Bun.spawnSync(command, { stderr: "ignore" }).exitCode !== UNNOTICED
  }
  const noticed = mutants.filter((one, index) => index % parts === part && isNoticed(one)).map(({ id }) => id)
  rmSync(folder, { recursive: true })
  return noticed
}

if (how === "--alone") playAlone(rest[1] ?? "", rest[2] ?? "")
if (how === "--part") {
  console.log(JSON.stringify(noticedOf(Number(rest[0]), Number(rest[1]))))
  process.exit(0)
}

const PARTS = 4
const parts = Array.from({ length: PARTS }, async (_, part): Promise<ReadonlyArray<string>> => {
  const command = [process.execPath, "--conditions", "development", import.meta.path, path, "--part", String(part), String(PARTS)]
  return JSON.parse(await new Response(Bun.spawn(command, { stdout: "pipe", stderr: "inherit" }).stdout).text())
})
const noticed = new Set((await Promise.all(parts)).flat())

const share = (some: number, of: number): string => `${((100 * some) / of).toFixed(1)} %`
const code = (text: string): string => `\`${text.replaceAll("`", "'").replaceAll("|", "\\|").replaceAll(/\s+/g, " ").slice(0, 80)}\``
const folderOf = (file: string): string => /^src\/(?:rules\/\w+|elo)/.exec(file)?.[0] ?? ""

interface Row {
  readonly file: string
  readonly all: number
  readonly killed: number
  /** Not noticed, and why none could. */
  readonly equal: ReadonlyArray<readonly [Mutant, string]>
  readonly left: ReadonlyArray<Mutant>
}

const rows = Object.entries(Arr.groupBy(mutants, ({ file }) => file)).map(([file, all]): Row => {
  const survivors = all.filter(({ id }) => !noticed.has(id))
  const equal = survivors.flatMap((mutant) =>
    Option.toArray(Option.fromNullable(whyEquivalent(mutant))).map((why) => [mutant, why] as const)
  )
  const left = survivors.filter((mutant) => whyEquivalent(mutant) === undefined)
  return { file, all: all.length, killed: all.length - survivors.length, equal, left }
})
const tableOf = (rows: ReadonlyArray<readonly [name: string, of: ReadonlyArray<Row>]>): string =>
  rows
    .map(([name, of]) => {
      const sum = (figure: (row: Row) => number) => of.reduce((total, row) => total + figure(row), 0)
      const [all, killed, equal] = [sum((row) => row.all), sum((row) => row.killed), sum((row) => row.equal.length)]
      return `| ${name} | ${all} | ${killed} | ${equal} | ${share(killed, all - equal)} |`
    })
    .join("\n")
const HEAD = "| changes | noticed | change no outcome | share of the others |\n|---|---|---|---|---|"
const listOf = ({ equal, file, left }: Row): string =>
  left.length + equal.length === 0
    ? ""
    : `\n## ${file}\n\n| line | instead | in | why it is no matter |\n|---|---|---|---|\n${[
        ...left.map((mutant) => [mutant, ""] as const),
        ...equal
      ]
        .map(([mutant, why]) => `| ${mutant.line} | ${code(mutant.replacement)} | ${code(sourceOf(mutant))} | ${why} |`)
        .join("\n")}\n`
const document = `# Changes of the rules that no case of the kit notices

Made by \`npm run mutants\`: every small change of the rules that Stryker's mutators know, but for changes of sentences, against every case of this folder but \`files.jsonl\`. Below are those that no case
notices. Some change no outcome ([equivalent.ts](../scripts/mutants/equivalent.ts) says why); the others lack a case.

| folder ${HEAD}
${tableOf(Object.entries(Arr.groupBy(rows, ({ file }) => folderOf(file))))}

| file ${HEAD}
${tableOf(rows.map((row) => [row.file, [row]]))}
${rows.map(listOf).join("")}`
writeFileSync(join(root, "conformance/mutants.md"), document)
console.log(`${noticed.size} of ${mutants.length} changes are noticed; conformance/mutants.md lists the others`)
