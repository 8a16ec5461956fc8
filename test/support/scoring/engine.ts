/** The parser in this process, and a plain reference computation node by node with web-tree-sitter's own interface. */

import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { Effect } from "effect"
import type { FileRules } from "../../../src/domain/contributions/FileRules.ts"
import type { TreeDifference } from "../../../src/domain/contributions/FileScore.ts"
import { TreeTallies } from "../../../src/layers/parsing/TreeTallies.ts"
import { differenceOf, EMPTY_TALLY, readTally, type Tally } from "../../../src/layers/parsing/tally.ts"
import { COMMENT_TYPES, TreeSitter, utf8Core } from "../../../src/layers/parsing/treeSitter/TreeSitter.ts"

const require = createRequire(import.meta.url)
const file = (path: string) => require.resolve(path)
const core = file("web-tree-sitter/tree-sitter.wasm")
const grammar = (name: string) => Bun.zstdDecompressSync(readFileSync(new URL(`../../../wasm/grammars/${name}.wasm.zst`, import.meta.url)))
const COUNTER = new URL("../../../wasm/tree-counter/counter.wasm", import.meta.url)

export const GRAMMARS = {
  go: grammar("go"),
  java: grammar("java"),
  python: grammar("python"),
  rust: grammar("rust"),
  tsx: grammar("tsx"),
  typescript: grammar("typescript")
} as const
export type Grammar = keyof typeof GRAMMARS
export const grammarNames: ReadonlyArray<Grammar> = ["go", "java", "python", "rust", "tsx", "typescript"]

/** A parser with these grammars of the program, by default with the six that are tested here. */
export const parser = (maximumBytes = 2 ** 30, names: Iterable<string> = grammarNames): TreeSitter => {
  const made = new TreeSitter(
    { core: new WebAssembly.Module(utf8Core(readFileSync(core))), counter: new WebAssembly.Module(readFileSync(COUNTER)) },
    maximumBytes
  )
  for (const name of names) made.add(name, new WebAssembly.Module(grammar(name)))
  return made
}

/** Weights that differ between types, so that a wrong type changes the sums. */
export const rules: FileRules = {
  languages: new Map(),
  structural: new Map([
    ["function_definition", 2],
    ["function_declaration", 2.25],
    ["class_definition", 2.5],
    ["class_declaration", 2.75],
    ["if_statement", 0.35],
    ["call_expression", 0.55],
    ["call", 0.4],
    ["return_statement", 0.3],
    ["let_declaration", 0.2],
    ["lexical_declaration", 0.21],
    ["arrow_function", 0.75],
    ["identifier", 0.01]
  ]),
  leaf: new Map([
    ["identifier", 0.07],
    ["type_identifier", 0.15],
    ["property_identifier", 0.08],
    ["shorthand_property_identifier", 0.16],
    ["field_identifier", 0.09],
    ["integer", 0.03],
    ["number", 0.04],
    ["string_content", 0.05],
    ["ERROR", 0.001]
  ])
}

const encoder = new TextEncoder()
export const bytesOf = (text: string): Uint8Array => encoder.encode(text)

/** Two versions of a file in UTF-8; empty where a version does not exist. */
export interface FilePair {
  readonly grammar: string
  readonly base: Uint8Array
  readonly head: Uint8Array
}

/** `timedOut`: versions whose parse timed out; they count as empty. */
export interface Compared {
  readonly _tag: "Compared"
  readonly difference: TreeDifference
  readonly timedOut: ReadonlyArray<"base" | "head">
}

export type ComparedPairs =
  | { readonly _tag: "Complete"; readonly files: ReadonlyArray<Compared | { readonly _tag: "Crashed"; readonly reason: string }> }
  | { readonly _tag: "Exceeded" }

/** The difference of two versions by one parser. */
export const differenceIn = (core: TreeSitter, { grammar, base, head }: FilePair, by: FileRules, budgetMs: number): Compared => {
  const timedOut: Array<"base" | "head"> = []
  const tallyOf = (side: "base" | "head", text: Uint8Array): Tally => {
    if (text.length === 0) return EMPTY_TALLY
    const bytes = core.tally(grammar, text, budgetMs)
    if (bytes === undefined) timedOut.push(side)
    const tally = bytes === undefined ? EMPTY_TALLY : readTally(bytes)
    if (tally === undefined) throw new Error("the parser made what is no tally")
    return tally
  }
  const before = tallyOf("base", base)
  return { _tag: "Compared", difference: differenceOf(before, tallyOf("head", head), by), timedOut }
}

/** Compares the pairs of one pull request in a parsing process, without caches. */
export const compareIn = Effect.fn("compareIn")(function* (pairs: ReadonlyArray<FilePair>, by: FileRules) {
  const { ofPullRequest } = yield* TreeTallies
  const sides = (["base", "head"] as const).flatMap((side) =>
    pairs.map((pair, index) => ({ side, index, text: pair[side], grammar: pair.grammar }))
  )
  const versions = sides.filter(({ text }) => text.length > 0).toSorted((one, other) => one.index - other.index)
  const found = yield* ofPullRequest(versions)
  if (found._tag === "Exceeded") {
    const exceeded: ComparedPairs = found
    return exceeded
  }
  const resultOf = (side: "base" | "head", index: number) =>
    found.versions[versions.findIndex((version) => version.side === side && version.index === index)]
  const complete: ComparedPairs = {
    _tag: "Complete",
    files: pairs.map((_, index) => {
      const both = (["base", "head"] as const).map((side) => [side, resultOf(side, index)] as const)
      const crash = both.flatMap(([, result]) => (result?._tag === "Crashed" ? [result] : []))[0]
      if (crash !== undefined) return crash
      const [before = EMPTY_TALLY, after = EMPTY_TALLY] = both.map(([, result]) =>
        result?._tag === "Tallied" ? result.tally : EMPTY_TALLY
      )
      const timedOut = both.flatMap(([side, result]) => (result?._tag === "TimedOut" ? [side] : []))
      return { _tag: "Compared", difference: differenceOf(before, after, by), timedOut }
    })
  }
  return complete
})

/** Code with most node types of each language. */
export const samples: Record<Grammar, string> = {
  go: 'package main\n\nimport "fmt"\n\n// Add adds.\nfunc Add(a, b int) int {\n\tif a > b {\n\t\treturn a + b\n\t}\n\tfor i := 0; i < 3; i++ {\n\t\tfmt.Println("é", i)\n\t}\n\treturn b\n}\n',
  java: "package a;\n/** doc */\npublic class Box<T> {\n  private final int n = 3; // note\n  int twice(int x) { if (x > n) { return x * 2; } return switch (x) { case 1 -> 2; default -> n; }; }\n  String s() { return \"日本\" + 'c'; }\n}\n",
  python:
    'import os\n\n\nclass Box:\n    """doc"""\n\n    def __init__(self, n: int = 3) -> None:  # note\n        self.n = n\n\n    async def f(self, *args, **kw):\n        if self.n and not args:\n            return [x for x in kw if x] + [f"{self.n!r}é"]\n        return None\n',
  rust: '//! doc\nuse std::fmt;\n\n/// A box.\npub struct Box<T> { n: T }\n\nimpl<T: fmt::Debug> Box<T> {\n    fn f(&self) -> Option<u32> {\n        let x = match self.g()? { 0 => 1, n if n > 2 => n, _ => 3 };\n        /* note */ println!("{:?} é", x);\n        Some(x)\n    }\n}\n',
  tsx: 'import React from "react"\n\n// note\nexport const Card = ({ name, n }: { name: string; n: number }) => {\n  const [open, setOpen] = React.useState(false)\n  if (n < 0) return null\n  return <section onClick={() => setOpen(!open)}><h2>{name} é</h2>{open && <p>{n} alpha</p>}</section>\n}\n',
  typescript:
    'import { a } from "./a"\n\n/** doc */\nexport interface Box<T> { readonly n: T }\nexport class Real implements Box<number> {\n  constructor(readonly n: number) {}\n  async *f(x: string) {\n    if (x.length > 2) return { n: this.n, x, ...a }\n    for (const y of x) yield await a(`$' +
    "{y} é`)\n  }\n}\n"
}

interface PlainNode {
  /** "ERROR" also for a type without a name, such as Go's end of file. */
  readonly type: string
  readonly isError: boolean
  readonly text: string
  readonly children: ReadonlyArray<PlainNode>
}

interface PlainTree {
  readonly rootNode: PlainNode & { readonly hasError: boolean }
  readonly delete: () => void
}

interface PlainParser {
  readonly setLanguage: (language: unknown) => void
  readonly parse: (text: string) => PlainTree
}

/** web-tree-sitter 0.24 declares its types for CommonJS only. */
interface PlainLibrary {
  new (): PlainParser
  readonly init: () => Promise<void>
  readonly Language: { readonly load: (module: Uint8Array) => Promise<unknown> }
}

/** What one version of a file counts, keyed by `S type` or `L type text`. */
const countsOf = (root: PlainNode): Map<string, number> => {
  const counts = new Map<string, number>()
  const add = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1)
  const left: Array<PlainNode> = [root]
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    const type = node.type === "ERROR" && !node.isError ? "" : node.type
    if (COMMENT_TYPES.has(type)) continue
    if ((rules.structural.get(type) ?? 0) > 0) add(`S ${type}`)
    if (node.children.length === 0) add(`L ${type} ${node.text}`)
    left.push(...node.children.toReversed())
  }
  return counts
}

/** The nodes of one kind that head has in excess of base: their number and weight, summed in order of first occurrence. */
const without = (kind: "S" | "L", head: Map<string, number>, base: Map<string, number>) => {
  const weights = kind === "S" ? rules.structural : rules.leaf
  let count = 0
  let score = 0
  for (const [key, times] of head) {
    const more = times - (base.get(key) ?? 0)
    if (key[0] !== kind || more <= 0) continue
    count += more
    score += (weights.get(key.split(" ")[1] ?? "") ?? 0) * more
  }
  return { count, score }
}

/** Loads the library and returns a function that computes differences node by node. `broken` means that a version has a syntax error. */
export const plainComputation = async () => {
  const Library: PlainLibrary = require("web-tree-sitter")
  await Library.init()
  const parsers = new Map<Grammar, PlainParser>()
  for (const name of grammarNames) {
    const made = new Library()
    made.setLanguage(await Library.Language.load(GRAMMARS[name]))
    parsers.set(name, made)
  }
  return (grammar: Grammar, base: string, head: string): { readonly difference: TreeDifference; readonly broken: boolean } => {
    let broken = false
    const counted = (text: string) => {
      if (text === "") return new Map<string, number>()
      const tree = parsers.get(grammar)?.parse(text)
      if (tree === undefined) throw new Error(`no parser for ${grammar}`)
      broken ||= tree.rootNode.hasError
      const counts = countsOf(tree.rootNode)
      tree.delete()
      return counts
    }
    const [before, after] = [counted(base), counted(head)]
    const difference = {
      structuralAdded: without("S", after, before),
      structuralDeleted: without("S", before, after),
      leafAdded: without("L", after, before),
      leafDeleted: without("L", before, after)
    }
    return { difference, broken }
  }
}
