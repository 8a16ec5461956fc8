/** Other untrusted texts, such as those that the validator and the dashboard's host read themselves: each in linear time and memory. */
import { describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { drawable, legible } from "../../../src/dashboard/api/sharing/picture/letters.ts"
import { asText, linkOf, rosterOf, scoresOf } from "../../../src/domain/CommitmentSlot.ts"
import { parse as parseEnrolment } from "../../../src/domain/Enrolment.ts"
import { microsecondsOf } from "../../../src/domain/Instant.ts"
import { nestsDeeperThan } from "../../../src/domain/nesting.ts"
import { onOneLine } from "../../../src/domain/onOneLine.ts"
import { signedQuality } from "../../../src/domain/quality/QualityDocument.ts"
import { signedReport } from "../../../src/domain/Report.ts"
import { envelopeOf } from "../../../src/domain/SignedDocument.ts"
import { signedRoster } from "../../../src/domain/SignedRoster.ts"
import { rawChanges } from "../../../src/layers/git/changedFiles.ts"
import { filesOfPatch } from "../../../src/layers/git/history/patches.ts"
import { excerptOf } from "../../../src/layers/github/display/excerpt.ts"
import { parseHead } from "../../../src/layers/machine/sandbox/network/requestHead.ts"
import { lacksOf } from "../../../src/rules/quality/policy/lacks.ts"
import { compareWork } from "../../../src/rules/verdicts/fromGitHub/comparedWork.ts"
import { clean } from "../../../src/story/sentence.ts"
import { assertLinear, type Reader } from "../../support/linear/linear.ts"
import { pullRequest } from "../../support/rules/githubRecord.ts"

const documents = [
  Schema.decodeUnknownEither(signedRoster.Text),
  Schema.decodeUnknownEither(signedReport.Text),
  Schema.decodeUnknownEither(signedQuality.Text)
]
const json = [...'{}[],:"\\ \n1-.', "null", "1e9", "\\u0041", '"body":', '"signature":', "[[", '{"a":', "é"]
const nested: Reader["worst"] = [
  { units: ["["] },
  { prefix: '{"body":', units: ['{"a":'] },
  { prefix: "{", units: [(index) => `"a${index}":1,`], suffix: '"b":1}' },
  { prefix: '{"body":"', units: ["\\"], suffix: '"}' },
  { prefix: '"', units: ["x"], suffix: '"' }
]

const readers: Readonly<Record<string, Reader>> = {
  "titles and descriptions of issues": {
    read: (text) => [excerptOf(text), onOneLine(text)],
    pieces: [..."a *_`#>|[]()!<&;\n\t", "](", "![", "<!--", "-->", "```", "- ", "1. ", "http://", "\u0301", "\u200b", "\u{e0041}"],
    worst: [
      { units: ["["] },
      { units: ["*a "] },
      { units: ["<a "] },
      { units: ["> "] },
      { units: ["a\u0301\u0301\u0301\u0301\u0301"] },
      { units: ["\u200b"] },
      { units: [" "] }
    ]
  },
  "what a repository asks of pull requests, and a description": {
    read: (text) =>
      lacksOf(
        ["AI_POLICY.md", "CONTRIBUTING.md", "pull_request_template.md"].map((path) => ({ path, text })),
        { title: "", description: text, messages: [text], paths: [], hasTests: false }
      ),
    pieces: [
      ..."*#>-.`!\n ",
      "<!--",
      "-->",
      "- [ ] ",
      "**",
      "do not ",
      "no AI ",
      "PR issue link must ",
      "fixes #",
      "a/a#",
      "disclose ",
      "\u200b"
    ],
    worst: [
      { units: ["<!--"] },
      { units: ["**"] },
      { units: ["do not "] },
      { units: ["AI do not no no-no "] },
      { units: ["a/a"] },
      { units: ["# A\n"] },
      { units: ["- [ ] a\n"] },
      { units: [" "] },
      { units: [". "] }
    ]
  },
  "titles in pictures": {
    read: (text) => [drawable(text), legible(text)],
    pieces: ["a", " ", "🐛", "\u200d", "\ufe0f", "語", "é", "ł", "\n", "…"],
    worst: [{ units: ["語"] }, { units: ["語 "] }, { units: [" "] }, { units: ["\u200d"] }, { units: ["a\u0301"] }]
  },
  "commitments on the chain": {
    read: (text) => {
      const fields = text.split("\n").map((part) => ({ _tag: "Raw" as const, text: part }))
      return [linkOf(fields), scoresOf(fields), rosterOf(fields), asText(fields)]
    },
    pieces: ["gh:", "1", ":", "gittensor/roster/v1:", "gittensor/scores/v1:", "a", "0", "\n", "é"],
    worst: [
      { units: ["\n"] },
      { prefix: "gittensor/scores/v1:1:", units: ["a"] },
      { prefix: "gh:", units: ["1"] },
      { units: [`gittensor/scores/v1:1:${"a".repeat(64)}:\n`] },
      { prefix: "gittensor/roster/v1:", units: ["1:"] }
    ]
  },
  "enrolments, times, and heads of requests": {
    read: (text) => [parseEnrolment(text), microsecondsOf(text), microsecondsOf(`2026-01-01T00:00${text}`), parseHead(text)],
    pieces: ["gittensor/enrolment/v1\n", "genesis ", "netuid ", "1", " ", "\n", "\r\n", ":", "GET ", "http://a/", "HTTP/1.1", "Z", "+"],
    worst: [
      { units: [" "] },
      { units: [" "], suffix: "x" },
      { prefix: "GET http://a/ HTTP/1.1\r\n", units: ["a: b\r\n"] },
      { prefix: "CONNECT a:443 HTTP/1.1\r\n", units: ["proxy-"] },
      { prefix: "gittensor/enrolment/v1\ngenesis ", units: ["a"] }
    ]
  },
  "patches and lists of changes, as git writes them": {
    read: (text) => [filesOfPatch(text), rawChanges(text.split("\0"))],
    pieces: [
      "diff --git a/a b/a\n",
      "@@ -1 +1 @@\n",
      "@@ -1,9 +1,9 @@\n",
      "-a\n",
      "+a\n",
      " \n",
      "\\ No newline\n",
      "Binary files \n",
      ":1 2 3 4 R100\0",
      "a\0"
    ],
    worst: [
      { units: ["diff --git a/a b/a\n@@ -1 +1 @@\n-a\n+b\n"] },
      { prefix: "diff --git a/a b/a\n@@ -1,99999999 +1,99999999 @@\n", units: ["-a\n"] },
      { units: ["@@ "] },
      { units: [":100644 100644 a b R100\0a\0b\0"] },
      { units: ["\0"] }
    ]
  },
  "changes that are compared": {
    read: (text) =>
      ["a.tsx", "a.py", "a.sh", "a.html", "a.rb", "a.cpp", "a.lua"].map((path) => {
        const [one = "", other = ""] = [text.slice(0, text.length / 2), text.slice(text.length / 2)]
        const changes = [one, other].map((part) => [{ path, lines: part.split("\n").map((line) => `+${line}`) }])
        const pulls = [1, 2].map((number) => pullRequest({ number, authorId: number }))
        return compareWork(pulls, changes, [], [], { text: one, theirs: new Set([1, 2]) })
      }),
    pieces: [
      ..."\"'`\\/*#\n {}ab1",
      "/*",
      "*/",
      "//",
      '"""',
      "<!--",
      "-->",
      "\n=begin",
      "\n=end",
      "=<a",
      "</a>",
      "${",
      'R"a(',
      "[=[",
      'r#"',
      "é",
      "\u2028",
      "a b c d e f g h i ",
      "a\n"
    ],
    worst: [
      { units: ["/*"] },
      { units: ['"'] },
      { units: ['\\"'] },
      { units: ['"""'] },
      { units: ["`\n"] },
      { units: ["<!--"] },
      { units: ["\n=begin"] },
      { units: ["'\n"] },
      { units: ["=<a "] },
      { units: [(index) => `=<a${index} `] },
      { prefix: "=<a ", units: ["'"] },
      { prefix: "=<a>", units: ["{`${<b>"], suffix: "</b></a>" },
      { units: ["`${"] },
      { units: [(index) => `R"a${index}( `] },
      { units: [(index) => `[${"=".repeat(index % 99)}[ `] },
      { units: ["a"] },
      { units: ["a "] },
      { units: ["a a\n"] },
      { units: ["a b\n", "b a\n"] },
      { units: [(index) => `n${index} m${index} a\n`] },
      { units: [(index) => `n${index} a\n`, (index) => `a n${index}\n`] },
      { units: [(index) => `${"a ".repeat(index % 9)}b\n`] }
    ]
  },
  "signed documents of peers and mirrors": {
    read: (text) => (nestsDeeperThan(100, text) ? envelopeOf(text) : [envelopeOf(text), ...documents.map((decode) => decode(text))]),
    pieces: json,
    worst: nested
  },
  "names and titles in sentences": {
    read: (text) => [clean(text), onOneLine(text)],
    pieces: ["a", " ", "\n", "\u202e", "<", "&", "\u200b", "é"],
    worst: [{ units: [" "] }, { units: ["\u202e"] }, { units: ["a\n"] }]
  }
}

describe("texts of strangers", () => {
  it.each(Object.entries(readers))("take time and memory in proportion to their size: %s", (_, reader) => assertLinear(reader))
})
