/** Repositories' requirements for pull requests, in their usual forms, and what pull requests lack of them. */
import { assert, describe, it } from "@effect/vitest"
import { lacksOf, type WrittenPullRequest } from "../../../src/rules/quality/policy/lacks.ts"
import { policyOf } from "../../../src/rules/quality/policy/policy.ts"
import { policyFiles, policyKind } from "../../../src/rules/quality/policy/policyFiles.ts"

const file = (path: string, text: string) => ({ path, text })
const ai = (path: string, text: string) => policyOf([file(path, text)]).ai?.rule ?? null

describe("the files of a policy", () => {
  it("are known by the names that repositories use", () => {
    const named = {
      ai: [
        "AI_POLICY.md",
        "AI-POLICY.md",
        ".github/AI_POLICY.md",
        "docs/ai_usage_policy.rst",
        "AI-GENERATED-CODE-POLICY.md",
        "LLM_GUIDELINES"
      ],
      contributing: ["CONTRIBUTING.md", "contributing.rst", "docs/CONTRIBUTE.md", ".github/CONTRIBUTING.adoc", "CONTRIBUTING"],
      template: [
        ".github/PULL_REQUEST_TEMPLATE.md",
        "pull_request_template.md",
        "docs/pull_request_template.txt",
        ".github/PULL_REQUEST_TEMPLATE/bug fix.md"
      ],
      choices: [".gittensor.yml"]
    }
    for (const [kind, paths] of Object.entries(named)) for (const path of paths) assert.strictEqual(policyKind(path), kind, path)
    for (const path of [
      "src/AI_POLICY.md",
      "README.md",
      "docs/policy.md",
      "src/ai/usage.ts",
      ".github/ISSUE_TEMPLATE/bug.md",
      "docs/.gittensor.yml"
    ])
      assert.isUndefined(policyKind(path), path)
  })
})

describe("a policy about AI", () => {
  it("is found by its file or its heading, and nothing is concluded from its words", () => {
    const found: ReadonlyArray<readonly [rule: string | null, path: string, text: string]> = [
      ["unread", "AI_POLICY.md", "# AI Policy\n\n- **All AI usage must be disclosed,** with its extent and the tool.\n"],
      ["unread", "AI_POLICY.md", "Our policy is to DECLINE any contributions\nwhich are believed to include AI generated content.\n"],
      ["unread", "AI_POLICY.md", "You don't have to disclose your usage of AI.\n"],
      ["unread", "AI_POLICY.md", ""],
      ["unread", "CONTRIBUTING.md", "# AI\n\nWe do not accept contributions that had an LLM involved in any step.\n"],
      ["unread", "CONTRIBUTING.md", "## AI\n\nBe kind.\n\n## Security\n\nDisclosure goes by mail.\n"],
      ["unread", "CONTRIBUTING.md", "# Contributing\n\n### Use of generative AI is banned\n\nIt is unsafe.\n"],
      ["unread", "CONTRIBUTING.md", "Large language models\n---------------------\n\nBe kind.\n"],
      ["unread", "CONTRIBUTING.rst", "======\nUse of AI\n======\n\nBe kind.\n"],
      ["unread", "CONTRIBUTING.adoc", "== Coding agents\n\nBe kind.\n"],
      ["unread", ".github/pull_request_template.md", "#### AI Assistance Disclosure (REQUIRED)\n- [ ] No AI tools were used.\n"],
      [null, "CONTRIBUTING.md", "4. No AI, LLM, (etc) generated code.\n"],
      [null, "CONTRIBUTING.md", "# Contributing\n\nIf you use any kind of AI assistance, it must be disclosed.\n"],
      [null, "CONTRIBUTING.md", "```\n# AI\n```\n"],
      [null, "CONTRIBUTING.md", "# Maintainers\n\nTwo lines that mention\nour AI module\n---\n"],
      ["any", ".gittensor.yml", "ai: any\n"]
    ]
    for (const [rule, path, text] of found) assert.strictEqual(ai(path, text), rule, text)
  })

  it("is what .gittensor.yml says, if it says something, and otherwise comes with its heading or first sentence", () => {
    const section = file("CONTRIBUTING.md", "# Rules\n\n## AI\u202e\n\nWe do not accept AI-generated code.\n")
    const unread = (path: string, quote: string) => ({ rule: "unread", path, quote })
    assert.deepStrictEqual(policyOf([section]).ai, unread("CONTRIBUTING.md", "AI\\u{202e}"))
    const own = file("AI_POLICY.md", "All AI usage must be disclosed. Be kind.\n")
    assert.deepStrictEqual(policyOf([section, own]).ai, unread("AI_POLICY.md", "All AI usage must be disclosed."))
    assert.deepStrictEqual(policyOf([file("AI_POLICY.md", "")]).ai, unread("AI_POLICY.md", "AI_POLICY.md"))
    const chosen = policyOf([section, file(".gittensor.yml", "ai: disclosed\n")])
    assert.deepStrictEqual([chosen.ai?.rule, chosen.read], ["disclosed", [".gittensor.yml", "CONTRIBUTING.md"]])
    assert.strictEqual(policyOf([section, file(".gittensor.yml", "comments: true\n")]).ai?.rule, "unread")
  })
})

describe("a linked issue", () => {
  it("is asked for in the words of real guidelines and templates", () => {
    const asks = (path: string, text: string) => policyOf([file(path, text)]).issue !== null
    for (const text of [
      "PRs must be linked to an open issue.",
      "All pull requests require a corresponding issue opened and discussed.",
      "Every Pull Request should have an associated Issue.",
      "Please link each pull request to\na specific issue, as this helps."
    ])
      assert.isTrue(asks("CONTRIBUTING.md", text), text)
    for (const text of [
      "Please open an issue if you find a bug.",
      "Before you open an issue, please search the existing issues.",
      "Pull requests need not reference an issue.",
      "Please mention the related issue in the commit, if any."
    ])
      assert.isFalse(asks("CONTRIBUTING.md", text), text)
    assert.isTrue(asks(".github/PULL_REQUEST_TEMPLATE.md", "# Description\n\nFixes #(issue)\n"))
    assert.isFalse(asks(".github/PULL_REQUEST_TEMPLATE.md", "**Which issue** *(optional)*: fixes #\n"))
    assert.isFalse(asks("CONTRIBUTING.md", "Fixes #(issue)\n"))
  })
})

const TEMPLATE = `<!--
# Read this first
-->
Tick the box:
- [ ] I have read the rules.

# Description

Fixes #(issue)

## Type of change

- [ ] Bug fix
- [ ] New feature

## Why
<!-- What does it solve? -->

## Screenshots (if any)

Paste them here.

## Licence

You agree to the CLA.
`
const FILLED = `- [x] I have read the rules.

# Description

Counts the last line. Fixes #12

## Type of change

- [X] Bug fix

## why

It was lost.
`
const template = file(".github/PULL_REQUEST_TEMPLATE.md", TEMPLATE)
const pull: WrittenPullRequest = {
  title: "Count it",
  description: FILLED,
  messages: [],
  paths: ["src/a.ts", "test/a.test.ts"],
  hasTests: true
}
const lacks = (texts: Parameters<typeof lacksOf>[0], changed: Partial<WrittenPullRequest> = {}) =>
  lacksOf(texts, { ...pull, ...changed }).lacks.map(({ rule, shown }) => `${rule}: ${shown}`)

describe("a description", () => {
  it("lacks nothing of a template that is filled in, and what was left out or left as it was otherwise", () => {
    const described = (description: string) => lacks([template], { description })
    assert.deepStrictEqual(described(FILLED), [])
    assert.deepStrictEqual(described(FILLED.replaceAll("\n", "\r\n")), [])
    assert.deepStrictEqual(described(FILLED.replace("- [X] Bug fix", "A bug fix.")), [])
    const table: ReadonlyArray<readonly [string, string]> = [
      [FILLED.replace("[x]", "[ ]"), "no box of what is before the first heading is ticked"],
      [FILLED.replace("- [x] I have read the rules.", ""), "no box of what is before the first heading is ticked"],
      [FILLED.replace("- [X] Bug fix", ""), 'no box of "Type of change" is ticked'],
      [FILLED.replace("[X]", "[ ]"), 'no box of "Type of change" is ticked'],
      [FILLED.replace("It was lost.", "<!-- What does it solve? -->"), '"Why" is empty'],
      [FILLED.replace("## why", "## Because"), '"Why" is missing'],
      [`${FILLED.replace("Counts the last line. Fixes #12", "fixes  #(issue)")}\nSee #12`, '"Description" is as it was'],
      ["", "the description is empty"]
    ]
    for (const [description, shown] of table) assert.include(described(description), `template: ${shown}`)
    assert.isAtLeast(described(TEMPLATE)[0]?.split("; ").length ?? 0, 3)
  })

  it("follows one of several templates, whose titles need no words", () => {
    const other = file(".github/PULL_REQUEST_TEMPLATE/docs.md", "# Pull request\n\n## Page\n\n<!-- which? -->\n")
    assert.deepStrictEqual(lacks([template, other], { description: "## Page\n\nThe first. Fixes #1" }), [])
    assert.deepStrictEqual(lacks([other], { description: "Changes the page." }), ['template: "Page" is missing'])
  })

  it("follows a template whose headings are bold, or which has none", () => {
    const bold = file("pull_request_template.md", "**What this PR does**:\n\n**Special notes** *(optional)*:\n")
    assert.deepStrictEqual(lacks([bold], { description: "**What this PR does**: it counts." }), [])
    assert.deepStrictEqual(lacks([bold], { description: "**What this PR does**:\n" }), ['template: "What this PR does" is empty'])
    const plain = file("pull_request_template.md", "Say what it does and why.\n")
    assert.deepStrictEqual(lacks([plain], { description: "It counts." }), [])
    assert.lengthOf(lacks([plain], { description: "Say what it does and why." }), 1)
  })

  it("that is not written yet lacks nothing, and one without a template may be empty", () => {
    assert.deepStrictEqual(lacks([template], { description: null }), [])
    assert.deepStrictEqual(lacks([], { description: "" }), [])
  })
})

describe("a pull request", () => {
  const disclosed = file(".gittensor.yml", "ai: disclosed\n")
  const form = file(".github/pull_request_template.md", "## AI\n\n- [ ] No AI tools were used\n- [ ] Others\n")

  it("says whether AI was used, where that is asked", () => {
    const silent = { description: "Counts." }
    assert.match(lacks([disclosed], silent).join(), /^ai: neither the description nor a commit message/)
    for (const said of [
      { description: "Counts. No AI was used." },
      { ...silent, messages: ["Count\n\nCo-Authored-By: Claude <noreply@example.org>"] },
      { ...silent, messages: ["Count\n\nAssisted-by: Codex"] }
    ])
      assert.deepStrictEqual(lacks([disclosed], said), [])
    const ofForm = (description: string) => lacks([disclosed, form], { description }).filter((one) => one.startsWith("ai"))
    assert.lengthOf(ofForm("## AI\n\n- [ ] No AI tools were used\n- [ ] Others\n"), 1, "the template's own words say nothing")
    assert.lengthOf(ofForm("## AI\n\n- [x] No AI tools were used\n- [ ] Others\n"), 0)
    assert.lengthOf(ofForm("## AI\n\n- [ ] No AI tools were used\n- [x] Others\n"), 0)
    assert.deepStrictEqual(lacks([disclosed], { description: null }), [])
    for (const other of [file(".gittensor.yml", "ai: any\n"), file("AI_POLICY.md", "All AI usage must be disclosed.\n")])
      assert.deepStrictEqual(lacks([other], silent), [])
  })

  it("is not made with AI where that is refused, as far as it says", () => {
    const none = file(".gittensor.yml", "ai: none\n")
    const made = { description: null, messages: ["Count\n\nCo-authored-by: Claude <noreply@example.org>"] }
    assert.match(lacks([none], made).join(), /^ai: pull requests made with AI are refused .*Claude/)
    for (const description of ["Calls the AI service.", "Written by hand, not generated by AI."])
      assert.deepStrictEqual(lacks([none], { description }), [])
  })

  it("links an issue where that is asked", () => {
    const guide = file("CONTRIBUTING.md", "PRs must be linked to an open issue.\n")
    const without = { description: "Counts the 12th line of https://example.org/#3." }
    assert.deepStrictEqual(lacks([guide], without), ["issue: no issue is linked (PRs must be linked to an open issue.)"])
    for (const name of ["Fixes #12", "GH-12", "acme/widgets#12", "https://github.com/acme/widgets/issues/12"]) {
      assert.deepStrictEqual(lacks([guide], { description: name }), [], name)
      assert.deepStrictEqual(lacks([guide], { ...without, messages: [name] }), [], name)
    }
    assert.deepStrictEqual(lacks([], without), [])
    assert.lengthOf(lacks([template], { description: FILLED.replace("#12", "it") }), 1)
  })

  it("brings tests with code, where the repository has tests", () => {
    const changed = (paths: ReadonlyArray<string>, hasTests = true) => lacks([], { paths, hasTests })
    assert.deepStrictEqual(changed(["src/a.ts"]), ["tests: the repository has tests, and no test is changed or added"])
    for (const paths of [["src/a.ts", "src/a.test.ts"], ["README.md", "docs/a.py"], ["package.json"], []])
      assert.deepStrictEqual(changed(paths), [], paths.join())
    assert.deepStrictEqual(changed(["src/a.ts"], false), [])
  })

  it("is one thing at a time", () => {
    const changed = (paths: ReadonlyArray<string>) => lacks([], { paths, hasTests: false })
    assert.deepStrictEqual(changed(["api/a.go", "cmd/b.go", "web/c.ts", "parser/d.go"]), [
      "one-thing: 4 parts of the repository are changed: api, cmd, parser, web"
    ])
    assert.deepStrictEqual(changed(["api/a.go", "cmd/b.go", "web/c.ts", "main.go", "docs/d.md", "test/e.go", "src/x.json"]), [])
    assert.lengthOf(changed(["packages/a/i.ts", "packages/b/i.ts", "packages/c/i.ts", "packages/d/i.ts"]), 1)
    assert.deepStrictEqual(changed(["src/a/i.ts", "src/b/i.ts", "src/c/i.ts", "src/d/i.ts"]), [])
  })
})

describe("strangers' files", () => {
  it("are read up to a size and a number", () => {
    const { bytes, items } = policyFiles.limits
    const late = file("CONTRIBUTING.md", `${" ".repeat(bytes)}PRs must be linked to an open issue.`)
    assert.isNull(policyOf([late]).issue)
    const many = Array.from({ length: 2 * items }, (_, index) => file(`.github/PULL_REQUEST_TEMPLATE/${index}.md`, "# A\n"))
    assert.lengthOf(policyOf(many).read, items)
  })
})
