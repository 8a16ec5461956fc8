/**
 * Untrusted text is never matched by a backtracking regular expression: every expression in the sources takes linear time, or is listed here with the
 * reason why it may stay. recheck proves this with automata, which support neither look-arounds nor back-references.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { type CallExpression, type NewExpression, parseSync, Visitor } from "oxc-parser"
import { check } from "recheck"
import { root, sources } from "../support/sources.ts"

interface Expression {
  readonly file: string
  /** The source without slashes; undefined if it is known only at run time. */
  readonly pattern: string | undefined
  readonly flags: string
}

const RUN = "a look-behind lets a run match from its beginning alone"
const ASSERTION = "it is tried once, at the beginning, or what is looked at has a limited length"
const FIGURE = "it reads the digits of a number"
const LEXER = "a run of letters, or marks of limited length; measured in test/search/linear/texts.test.ts"
const OWN = "it reads what this program or its operator wrote"

/** Expressions, and files whose expressions are known only at run time, that stay without a proof of linear time. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  "/(?<!\\s)\\s*\\n\\s*/g": RUN,
  "/(?<!\\/)\\/+$/": RUN,
  "/0+$/": FIGURE,
  "/\\.?0+$/": FIGURE,
  "/\\.?0+%$/": FIGURE,
  "/\\B(?=(\\d{3})+$)/g": FIGURE,
  "/(?<!\\s)\\s+(of )?\\d.*$/s": RUN,
  "/(?<![\\p{L}\\p{N}])(?:\\p{L}[ .·_-]){3,}\\p{L}(?![\\p{L}\\p{N}])/gu": `${RUN}; measured in test/search/linear/gate.test.ts`,
  "/(?:[\\da-f]{2}[\\s:]?){16,}/gi": "only runs of less than 16 pairs fail; measured in test/search/linear/gate.test.ts",
  "/^(?:text\\/(?!event-stream)|application\\/(?:[a-z.+-]*\\+)?json|image\\/svg\\+xml|application\\/javascript)/i": ASSERTION,
  "/(?:^|\\n)[ \\t]*(?:#\\[(?:cfg\\()?test(?![\\p{L}\\p{N}_])|#!\\[cfg\\(test\\)\\]|#\\[[\\p{L}\\p{N}_]+::test(?![\\p{L}\\p{N}_]))/u":
    ASSERTION,
  "/(?:^|\\n)[ \\t]*unittest(?![\\p{L}\\p{N}_])/u": ASSERTION,
  "/(?<![\\p{L}\\p{N}_$.#]|function )(?:[xf]?(?:describe|it)|x?test|suite|specify|bench|(?:before|after)(?:Each|All)|Deno\\.test|QUnit\\.(?:test|module))(?:\\.(?:concurrent|describe|each|effect|failing|fails|for|layer|live|only|prop|runIf|scoped|scopedLive|sequential|serial|skip|skipIf|step|todo))*(?=\\s?[(`])/gu": `${RUN}; measured in test/search/linear/gate.test.ts`,
  "/\\B(?=(\\d{3})+(?!\\d))/g": FIGURE,
  "/^(E[A-Z]+|EAI_[A-Z]+|ERR_[A-Z_]+|[A-Z_]*CERT[A-Z_]*)$/": "it reads codes of this system's errors",
  "/^ *(?!lo:)\\w+:/m": "it reads a file of the kernel",
  "/<script(?:\\s[^>]*)?>([\\s\\S]*?)<\\/script>/g": OWN,
  "/^(\\s+if \\(.*\\)) ([^{\\n]+)$/m": OWN,
  "/(?<! \\|) \\d+(?: - \\d+)?$/": OWN,
  '/(^ *gittensor__x\\)\\n *opts=")([^"]*)("\\n[\\s\\S]*?case "\\$\\{prev\\}" in\\n)([\\s\\S]*?)( *\\*\\)\\n)/m': OWN,
  "/^([a-z]+\\s+){11,23}[a-z]+\\b|^0x[0-9a-f]{64}/i": OWN,
  "/^BEGIN (\\S+) (.+)\\n([\\s\\S]*?)\\nEND \\1$/gm": "a judge of the dev chain, which only the demo and tests ask",
  "/(?:^|\\n)\\S*test\\S*[,\\n]/": "a judge of the dev chain, which only the demo and tests ask",
  "/\\b(?:ignore|disregard)\\b.*\\b(?:instructions?|rubric|rules?)\\b|\\b(?:judge|reviewer|grader|language model|LLM|AI)\\b.*\\b(?:prefer|best|award|score|full|winner|pass)/i":
    "a judge of the dev chain, which only the demo and tests ask",
  "lab/devnet/github/server/faults.ts": OWN,
  "src/rules/quality/injection/lexicon.ts": "gaps have at most 40 characters; measured in test/search/linear/gate.test.ts",
  "src/rules/quality/injection/reveal.ts": "words without repetitions",
  "src/rules/text/around.ts": LEXER,
  "src/rules/text/languages.ts": LEXER,
  "src/rules/text/lexer.ts": LEXER
}

/** Every literal, and every call of RegExp. A template's substitution counts as a letter. */
const expressionsOf = (file: string, text: string): ReadonlyArray<Expression> => {
  const found: Array<Expression> = []
  const { program, errors } = parseSync(file, text)
  assert.deepStrictEqual(errors, [], file)
  const made = (node: NewExpression | CallExpression) => {
    if (node.callee.type !== "Identifier" || node.callee.name !== "RegExp") return
    const [source, flags] = node.arguments
    found.push({
      file,
      pattern: source?.type === "TemplateLiteral" ? source.quasis.map(({ value }) => value.cooked).join("x") : undefined,
      flags: flags?.type === "Literal" ? String(flags.value) : ""
    })
  }
  new Visitor({
    Literal: (node) => {
      if ("regex" in node) found.push({ file, ...node.regex })
    },
    NewExpression: made,
    CallExpression: made
  }).visit(program)
  return found
}

const all = sources.flatMap((file) => expressionsOf(file, readFileSync(join(root, file), "utf8")))

/** Whether the expression has an unlimited repetition. Without one, it takes limited time from each position. */
const repeats = (pattern: string): boolean => /[*+]|,\}/.test(pattern)

const isLinear = async (pattern: string, flags: string): Promise<boolean> =>
  (await check(pattern, flags, { checker: "automaton", timeout: 600_000 })).status === "safe"

describe("regular expressions", () => {
  it("of the sources take time in proportion to the text", async () => {
    const seen = new Set<string>()
    const others: Array<string> = []
    for (const { file, pattern, flags } of all) {
      const name = pattern === undefined ? file : `/${pattern}/${flags}`
      if (seen.has(name) || (pattern !== undefined && !repeats(pattern))) continue
      seen.add(name)
      if (EXCEPTIONS[name] === undefined && (pattern === undefined || !(await isLinear(pattern, flags)))) others.push(`${file}: ${name}`)
    }
    assert.deepStrictEqual(others, [])
    assert.deepStrictEqual(
      Object.keys(EXCEPTIONS).filter((name) => !seen.has(name)),
      [],
      "exceptions that nothing needs"
    )
  })

  it("are found, and told apart", async () => {
    const found = expressionsOf("one.ts", `const of = (name: string) => [/a+$/m, new RegExp(\`^\${name}+$\`, "u"), RegExp(name)]`)
    assert.deepStrictEqual(
      found.map(({ pattern, flags }) => [pattern, flags]),
      [
        ["a+$", "m"],
        ["^x+$", "u"],
        [undefined, ""]
      ]
    )
    assert.deepStrictEqual([await isLinear("a+$", ""), await isLinear("^(a|a)*$", ""), await isLinear("^a+$", "")], [false, false, true])
  })
})
