// `npm run mutants`: changes the pure rules in every small way that Stryker's mutators know, and plays the conformance kit against each change. Writes conformance/mutants.md.
// With `-- --find` it seeks cases that notice more, and adds them to the kit (scripts/mutants/find.ts says how).
// The mutators are no dependency of this project: `npm install --no-save @stryker-mutator/instrumenter typed-inject` brings them.
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative, resolve } from "node:path"
import { parseSync, Visitor } from "oxc-parser"
import { bun } from "./run.mjs"

const root = resolve(import.meta.dirname, "..")

/** The folders of the rules that the kit covers. */
const FOLDERS = ["verdicts", "pairs", "contributions", "consensus", "weights", "quality", "github"]
  .map((room) => `src/rules/${room}`)
  .concat("src/elo")

/** The conversion of GitHub's answers is tested over HTTP (test/http), not by the kit. */
const GITHUBS = "fromGitHub"

/** Says to people, in sentences, what the other rules came to. */
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

const load = async () => {
  try {
    const [{ createInstrumenter }, { createInjector }] = await Promise.all([
      import("@stryker-mutator/instrumenter"),
      import("typed-inject")
    ])
    return { createInstrumenter, createInjector }
  } catch {
    console.error("npm install --no-save @stryker-mutator/instrumenter typed-inject brings what this needs")
    process.exit(1)
  }
}

const { createInjector, createInstrumenter } = await load()
const quiet = Object.fromEntries(["trace", "debug", "info", "warn", "error", "fatal"].map((level) => [level, () => {}]))
const logger = { ...quiet, isDebugEnabled: () => false, isInfoEnabled: () => false }
const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.startsWith(GITHUBS) && name !== WORDS)
    .toSorted()
    .map((name) => ({ name: join(root, folder, name), mutate: true, content: readFileSync(join(root, folder, name), "utf8") }))
)
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
const [first, ...rest] = process.argv.slice(2)
const program = first === "--find" ? ["scripts/mutants/find.ts", file, ...rest] : ["scripts/mutants/play.ts", file]
const { status } = spawnSync(bun(), ["--conditions", "development", ...program], { cwd: root, stdio: "inherit" })
rmSync(folder, { recursive: true, force: true })
process.exit(status ?? 1)
