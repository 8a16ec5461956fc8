/**
 * `npm run scoring:fuzz -- [--minutes N] [--seed N] [--grammar NAME]`: sends hostile files of every grammar through the processes that score pull
 * requests, each between two neighbours with known results. Findings are a crash, a neighbour with another result, and a pull request that takes far
 * longer than its budget. The command saves the input of a finding and fails. It also saves, without failing, a parse that its budget ends, and a
 * process that is killed by the pull request's budget because a parse ignores its own.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Duration, Effect, Layer } from "effect"
import rosterLanguages from "../../../../src/domain/roster/languages.json"
import { grammars } from "../../../../src/layers/parsing/grammars.ts"
import { defaultLimits, layer } from "../../../../src/layers/parsing/TreeTallies.ts"
import { casesIn } from "../../../support/conformance/lines.ts"
import { processes } from "../../../support/processes.ts"
import { bytesOf, type Compared, compareIn, type FilePair, rules, samples } from "../../../support/scoring/engine.ts"

const option = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? otherwise : (process.argv[at + 1] ?? otherwise)
}
const minutes = Number(option("minutes", "1"))
const seed = Number(option("seed", String(Date.now() % 1_000_000)))
const names = option("grammar", Object.keys(grammars).sort().join(",")).split(",")
if (!(minutes > 0) || !Number.isInteger(seed) || !names.every((name) => Object.hasOwn(grammars, name))) {
  console.error("usage: npm run scoring:fuzz -- [--minutes N] [--seed N] [--grammar NAME,…]")
  process.exit(2)
}

let state = seed >>> 0
/** A whole number below the limit, drawn from the seeded generator. */
const below = (limit: number): number => {
  state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
  const mixed = Math.imul(state ^ (state >>> 13), 0x297a2d39) >>> 0
  return Math.floor((((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32) * limit)
}
const oneOf = <A>(values: ReadonlyArray<A>): A => {
  const value = values[below(values.length)]
  if (value === undefined) throw new Error("nothing to choose from")
  return value
}
const repeated = (text: string, times: number): string => text.repeat(Math.max(1, times))

interface Sample {
  readonly path: string
  readonly base: string | null
}

/** Files in all languages, including real ones if the shared vectors are present. */
const VECTORS = new URL("../../../../../shared/vectors/file_scores.json", import.meta.url)
const files: ReadonlyArray<Sample> = [
  ...casesIn("files.jsonl").map((line) => JSON.parse(line) as Sample),
  ...(existsSync(VECTORS) ? (JSON.parse(readFileSync(VECTORS, "utf8")) as { files: ReadonlyArray<Sample> }).files : [])
]
const sources: ReadonlyArray<string> = [...Object.values(samples), ...files.flatMap(({ base }) => base ?? [])]
const languages: ReadonlyMap<string, string> = new Map(
  Object.entries(rosterLanguages).flatMap(([extension, rule]) => ("language" in rule ? [[extension, rule.language]] : []))
)
/** Sources in the grammar's language, or all sources if there are none. */
const sourcesIn = (grammar: string): ReadonlyArray<string> => {
  const found = files.flatMap(({ path, base }) => (languages.get(path.split(".").at(-1) ?? "") === grammar ? (base ?? []) : []))
  return found.length > 0 ? found : sources
}

const WORDS =
  "( ) [ ] { } < > </ /> << >> <<< => -> :: ; , . ... = == := + - * / % & | ^ ~ ! ? @ # $ \\ \" ' ` \"\"\" ''' ``` /* */ // -- {- -} (* *) <!-- --> <<EOF EOF $\u007b #{ %{ {{ }} {% %} if else end do done fi def class fn func let var return match case when begin then in of for while import async await yield é 漢 \u{1f600} \u2028 \ufeff \0 \r \n \t 0 0x 1e 1.5 a b".split(
    " "
  )

const soup = (): string => Array.from({ length: 1 + below(60) }, () => oneOf(WORDS) + oneOf(["", " ", "", "\n"])).join("")

const mutated = (text: string): string => {
  let result = text
  for (let times = 1 + below(6); times > 0; times--) {
    const at = below(result.length + 1)
    const to = Math.min(result.length, at + oneOf([1, 2, 8, 40, 300]))
    const piece = oneOf([
      "",
      result.slice(at, to) + result.slice(at, to),
      oneOf(WORDS),
      repeated(oneOf(WORDS), below(200)),
      oneOf(sources).slice(at % 200, (at % 200) + 60),
      soup()
    ])
    result = result.slice(0, at) + piece + result.slice(to)
  }
  return result.slice(0, 200_000)
}

const randomBytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => below(256))

/** A line of a megabyte, as minifiers produce. */
const minified = (): string =>
  repeated(oneOf(["f(a,b);", "a=b,", "{a:1},", "x[0]+", "<a>b</a>", "if(a){b}", "'c'+", "a.b.c(", "select 1,"]), 140_000).slice(0, 999_990)

const kinds = {
  bytes: () => randomBytes(1 + below(400)),
  sixteen: () => (below(2) === 0 ? randomBytes(16) : bytesOf(soup().slice(0, 16))),
  soup: () => bytesOf(soup()),
  mutated: () => bytesOf(mutated(oneOf(sources))),
  itsOwn: (grammar: string) => bytesOf(mutated(oneOf(sourcesIn(grammar)))),
  brackets: () => {
    const [open, close] = oneOf([
      ["(", ")"],
      ["[", "]"],
      ["{", "}"],
      ["<", ">"],
      ["(a,", ")"],
      ["if a {", "}"],
      ["<a>", "</a>"],
      ["f(", ""],
      ["begin ", " end"]
    ] as const)
    return bytesOf(repeated(open, 10_000) + (below(2) === 0 ? repeated(close, 10_000) : ""))
  },
  minified: () => bytesOf(minified()),
  invalid: () => {
    const bytes = bytesOf(oneOf(sources)).slice()
    for (let times = 1 + below(30); times > 0; times--) bytes[below(bytes.length)] = oneOf([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0xf8, 0])
    return bytes
  },
  carriage: () => bytesOf(oneOf(sources).replaceAll("\n", "\r")),
  bom: () => bytesOf(`\ufeff${oneOf(sources)}`),
  surrogates: () => bytesOf(mutated(oneOf(sources)).replaceAll(/[aeiou]/g, () => oneOf(["\ud83d", "\ude00", "\u{1f600}"]))),
  name: () => bytesOf(`${repeated(oneOf(["a", "é", "_", "9"]), 200_000)} = 1\n`),
  blank: () => bytesOf(repeated(oneOf([" ", "\n", "\t", "\f", "\u00a0"]), below(5000)))
} as const
type Kind = keyof typeof kinds
/** Kinds by frequency: expensive ones are rarer. */
const PLAN: ReadonlyArray<Kind> = (Object.keys(kinds) as ReadonlyArray<Kind>).flatMap((kind) =>
  Array.from({ length: kind === "minified" || kind === "brackets" || kind === "name" ? 1 : 12 }, () => kind)
)

const NONE = new Uint8Array(0)
const neighbour = (grammar: string): FilePair => ({ grammar, base: bytesOf("x = 1\n"), head: bytesOf("f(x, 2)\ny = 1\n") })

const folder = join(tmpdir(), `gittensor-scoring-fuzz-${seed}`)
const tally = { pullRequests: 0, megabytes: 0, timedOut: 0, killed: 0, findings: 0 }
/** A pull request that takes longer has stalled: three times its budget, because the machine may be busy. */
const STALLED_MS = 3 * Duration.toMillis(defaultLimits.pullRequestBudget)
const byGrammar = new Map<string, number>()

const keep = (what: string, grammar: string, kind: Kind, { base, head }: FilePair): void => {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${tally.pullRequests}-${grammar}-${kind}`)
  writeFileSync(`${file}.base`, base)
  writeFileSync(`${file}.head`, head)
  console.error(`${what}: ${file}.{base,head}`)
}

const finding = (what: string, grammar: string, kind: Kind, pair: FilePair): void => {
  tally.findings += 1
  keep(what, grammar, kind, pair)
}

const same = (left: Compared, right: Compared): boolean => JSON.stringify(left) === JSON.stringify(right)

const program = Effect.gen(function* () {
  const known = new Map<string, Compared>()
  for (const name of names) {
    const alone = yield* compareIn([neighbour(name)], rules)
    const result = alone._tag === "Complete" ? alone.files[0] : undefined
    if (result?._tag !== "Compared") return yield* Effect.dieMessage(`the grammar ${name} does not parse two lines`)
    known.set(name, result)
  }
  const end = performance.now() + minutes * 60_000
  const one = Effect.gen(function* () {
    const [grammar, kind, other] = [oneOf(names), oneOf(PLAN), oneOf(names)]
    const head = kinds[kind](grammar)
    const hostile: FilePair = { grammar, base: below(3) === 0 ? kinds[oneOf(["soup", "mutated", "bytes"] as const)]() : NONE, head }
    const before = performance.now()
    const found = yield* compareIn([neighbour(other), hostile, neighbour(grammar)], rules)
    const took = performance.now() - before
    tally.pullRequests += 1
    tally.megabytes += (hostile.base.length + hostile.head.length) / 1e6
    byGrammar.set(grammar, (byGrammar.get(grammar) ?? 0) + 1)
    if (took > STALLED_MS) finding("a pull request stalls", grammar, kind, hostile)
    if (found._tag === "Exceeded") {
      tally.killed += 1
      keep("killed by the pull request's budget", grammar, kind, hostile)
      return
    }
    const [first, middle, last] = found.files
    if (middle?._tag === "Crashed") finding(`the parser crashes (${middle.reason})`, grammar, kind, hostile)
    else if ((middle?.timedOut.length ?? 0) > 0) tally.timedOut += 1
    for (const [name, result] of [
      [other, first],
      [grammar, last]
    ] as const) {
      const wanted = known.get(name)
      if (result?._tag !== "Compared" || wanted === undefined || !same(result, wanted))
        finding(`a neighbour in ${name} has another result`, grammar, kind, hostile)
    }
  })
  yield* Effect.forEach(
    Array.from({ length: defaultLimits.processes }),
    () => Effect.repeat(one, { while: () => performance.now() < end }),
    {
      concurrency: "unbounded",
      discard: true
    }
  )
})

await Effect.runPromise(program.pipe(Effect.provide(Layer.provide(layer(), processes))))
console.log(
  JSON.stringify({
    seed,
    minutes,
    ...tally,
    megabytes: Math.round(tally.megabytes),
    grammars: Object.fromEntries([...byGrammar].sort(([a], [b]) => (a < b ? -1 : 1)))
  })
)
process.exit(tally.findings === 0 ? 0 : 1)
