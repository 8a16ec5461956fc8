/** A repository's requirements for pull requests, as the simulated GitHub shows them. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { policyLines, policyOnGitHub } from "../../../src/cli/shared/policyText.ts"
import { repositoryTextsWith } from "../../../src/layers/github/repositoryTexts.ts"
import { settingsFor, story, WIDGETS } from "../../support/github/story.ts"

const policyAt = (url: string, tokens: ReadonlyArray<string>, repository: string = WIDGETS) =>
  Effect.flatMap(repositoryTextsWith(settingsFor(url, tokens, "1 second")), (read) => policyOnGitHub(read, repository))

describe("a repository's policy", () => {
  it.scopedLive("is read from the usual files of its default branch", () =>
    Effect.gen(function* () {
      const { url, observer } = yield* story({
        repositoryFiles: {
          "docs/CONTRIBUTING.md": "PRs must be linked to an open issue.\n",
          ".github/AI_POLICY.md": "All AI usage must be disclosed.\n",
          "src/a.ts": "export {}\n"
        }
      })
      const policy = yield* policyAt(url, [observer.token])
      assert.deepStrictEqual(policy === null ? [] : policyLines(policy), [
        "  read .github/AI_POLICY.md, docs/CONTRIBUTING.md",
        "  there is a policy about AI that this program did not read: read it yourself",
        "    (.github/AI_POLICY.md: All AI usage must be disclosed.)",
        "  pull requests link an issue (docs/CONTRIBUTING.md: PRs must be linked to an",
        "    open issue.)"
      ])
    })
  )

  it.scopedLive("is not known without a token, a repository or an answer", () =>
    Effect.gen(function* () {
      const { url, observer } = yield* story({ repositoryFiles: { "a.ts": "export {}\n" } })
      assert.deepStrictEqual(yield* policyAt(url, [observer.token]), { read: [], ai: null, issue: null })
      assert.isNull(yield* policyAt(url, []))
      assert.isNull(yield* policyAt(url, [observer.token], "acme/nowhere"))
      assert.isNull(yield* policyAt(url, [observer.token], "nothing"))
    })
  )
})
