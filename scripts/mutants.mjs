// `npm run mutants`: changes the rules in every small way that Stryker's mutators know, and makes each number one more and one less. It plays the conformance kit against each
// change, prints those that no case notices, and writes the figures of conformance/mutants.md. With `-- --find` it seeks cases that notice more, and adds them to the kit
// (scripts/mutants/find.ts says how). With `-- --rest` it plays tests against a sample of the changes of rules that the kit does not play (scripts/mutants/rest.ts).
// The mutators are no dependency of this project: `npm install --no-save @stryker-mutator/instrumenter typed-inject` brings them.
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative, resolve } from "node:path"
import { parseSync, Visitor } from "oxc-parser"
import { bun } from "./run.mjs"

const root = resolve(import.meta.dirname, "..")

/** The files of the rules that the kit plays. Unit and HTTP tests try the others: what GitHub's answers come to, and on which no money depends. */
const PLAYED = /^src\/(?:elo|rules\/(?:verdicts|pairs|contributions|consensus|weights))\/(?!fromGitHub|servedRoster)/

/** Writes sentences for people about what the other rules came to. */
const WORDS = "work/whyOfWork.ts"

/** Mutated words change no outcome. */
const EXCLUDED = ["StringLiteral"]

/** What it makes of an empty list. Types refuse a text among records. */
const A_TEXT = '["Stryker was here"]'

/** Whether an expression is a sentence for people, whatever it turns out to be: what it says is no outcome. */
const isSentence = (node) => {
  if (node.type === "TemplateLiteral") return node.quasis.some(({ value }) => / \w+ |\w \w/.test(value.raw))
  if (node.type === "Literal") return typeof node.value === "string" && node.value.split(" ").length > 3
  if (node.type === "ConditionalExpression") return isSentence(node.consequent) && isSentence(node.alternate)
  return node.type === "LogicalExpression" && isSentence(node.right)
}

/** From which argument on these functions take words for people. */
const WORDS_FROM = { ask: 2, cancelled: 1, noVote: 1, nothingScored: 0 }

/** Where sentences are in a file, from and to. */
const sentencesIn = (name, content) => {
  const found = []
  const add = (node) => isSentence(node) && found.push([node.start, node.end])
  const CallExpression = ({ arguments: all, callee }) =>
    found.push(...all.slice(WORDS_FROM[callee.name] ?? all.length).map(({ end, start }) => [start, end]))
  new Visitor({ CallExpression, TemplateLiteral: add, ConditionalExpression: add, LogicalExpression: add }).visit(
    parseSync(name, content).program
  )
  return found
}

/** Whether it is 1 of `-1 : 1` or of `-1 : … ? 1 : …`, an order in which only the sign counts. Stryker's own mutators change that. */
const isSign = ({ node, parent, parentPath }) => {
  const order = parent.type === "UnaryExpression" ? parentPath.parentPath : parentPath
  const outer = order.parent?.alternate === order.node ? [order.parent] : []
  return (
    node.value === 1 &&
    [order.node, ...outer].some(
      ({ alternate, consequent }) =>
        consequent?.type === "UnaryExpression" && (alternate.value === 1 || alternate.type === "ConditionalExpression")
    )
  )
}

/** Stryker changes no figures. This mutator makes each number one more and one less. */
const figures = {
  name: "Figure",
  *mutate(path) {
    const { key, node } = path
    if (key === "key" || isSign(path)) return
    for (const step of [1, -1])
      if (node.type === "NumericLiteral") yield literal("NumericLiteral", node.value + step, Math.abs(node.value + step))
      else if (node.type === "BigIntLiteral") {
        const value = BigInt(node.value) + BigInt(step)
        yield literal("BigIntLiteral", value, String(value < 0n ? -value : value))
      }
  }
}
const literal = (type, value, size) =>
  value < 0 ? { type: "UnaryExpression", operator: "-", prefix: true, argument: { type, value: size } } : { type, value: size }

const load = async () => {
  try {
    const [{ createInstrumenter }, { createInjector }, { allMutators }] = await Promise.all([
      import("@stryker-mutator/instrumenter"),
      import("typed-inject"),
      import(new URL("mutators/mutate.js", import.meta.resolve("@stryker-mutator/instrumenter")).href)
    ])
    allMutators.push(figures)
    return { createInstrumenter, createInjector }
  } catch {
    console.error("npm install --no-save @stryker-mutator/instrumenter typed-inject brings what this needs")
    process.exit(1)
  }
}

const [first, ...rest] = process.argv.slice(2)
const isOfRest = first === "--rest"
const { createInjector, createInstrumenter } = await load()
const quiet = Object.fromEntries(["trace", "debug", "info", "warn", "error", "fatal"].map((level) => [level, () => {}]))
const logger = { ...quiet, isDebugEnabled: () => false, isInfoEnabled: () => false }
const files = ["src/rules", "src/elo"]
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`))
  .filter((name) => name.endsWith(".ts") && !name.endsWith(WORDS) && PLAYED.test(name) !== isOfRest)
  .toSorted()
  .map((name) => ({ name: join(root, name), mutate: true, content: readFileSync(join(root, name), "utf8") }))
const found = await createInstrumenter(createInjector().provideValue("logger", logger)).instrument(files, {
  plugins: null,
  excludedMutations: EXCLUDED,
  noHeader: false,
  ignorers: []
})
const lines = new Map(files.map(({ content, name }) => [name, content.split("\n")]))
const sentences = new Map(files.map(({ content, name }) => [name, sentencesIn(name, content)]))
const placeOf = (name, { column, line }) =>
  lines
    .get(name)
    .slice(0, line)
    .reduce((sum, text) => sum + text.length + 1, column)
const isOfWords = ({ fileName, location }) => {
  const [from, to] = [placeOf(fileName, location.start), placeOf(fileName, location.end)]
  return sentences.get(fileName).some(([start, end]) => start <= from && to <= end)
}
const folder = mkdtempSync(join(tmpdir(), "gittensor-mutants-"))
const file = join(folder, "mutants.json")
writeFileSync(
  file,
  JSON.stringify({
    files: found.files.map(({ content, name }) => ({ name, content })),
    mutants: found.mutants
      .filter((mutant) => !EXCLUDED.includes(mutant.mutatorName) && mutant.replacement !== A_TEXT && !isOfWords(mutant))
      .map(({ fileName, id, location, mutatorName, replacement }) => ({
        id,
        file: relative(root, fileName),
        line: location.start.line + 1,
        mutator: mutatorName,
        replacement
      }))
  })
)
const PROGRAMS = { "--find": ["find.ts", file, ...rest], "--rest": ["rest.ts", file, ...rest] }
const [program, ...options] = PROGRAMS[first] ?? ["play.ts", file]
const { status } = spawnSync(bun(), ["--conditions", "development", `scripts/mutants/${program}`, ...options], {
  cwd: root,
  stdio: "inherit"
})
rmSync(folder, { recursive: true, force: true })
process.exit(status ?? 1)
