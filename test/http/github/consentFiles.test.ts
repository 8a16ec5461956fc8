/** The file's other names and places, which count if they say no, as the simulated GitHub shows them. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { consentOf } from "../../../src/domain/consent.ts"
import { IssueRef, RepositoryName } from "../../../src/domain/IssueRef.ts"
import { makeWith } from "../../../src/layers/github/open/OpenIssues.ts"
import { at, service, settingsFor, story, WIDGETS } from "../../support/github/story.ts"

const NO = "bounties: false\n"
const YES = `bounties: true\nrepository: ${WIDGETS}\n`
type Files = Readonly<Record<string, string>>

/** What is read of a repository with these files, whose account has a repository `.github` with those. */
const read = (files: Files, home?: Files) =>
  Effect.gen(function* () {
    const { control, observer, url } = yield* story({ repositoryFiles: { "README.md": "Widgets\n", ...files } })
    if (home !== undefined) yield* control.createRepository({ payload: { repository: RepositoryName.make("acme/.github"), files: home } })
    const github = yield* service(url, [observer.token])
    const open = yield* makeWith(settingsFor(url, [observer.token]))
    const record = yield* github.consent(new IssueRef(at(1)))
    const evidence = yield* github.issueEvidence(new IssueRef(at(1)))
    const found = yield* open.of(WIDGETS)
    assert(record !== null && evidence._tag === "Found" && found !== null)
    assert.deepStrictEqual([evidence.consent?.file, found.file], [record.file, record.file], "all read the same")
    return consentOf(record)
  })

const because = (files: Files, home?: Files) => Effect.map(read(files, home), (found) => ("because" in found ? found.because : found._tag))

describe("files like .gittensor.yml", () => {
  it.scopedLive("refuse under any of their names, in the repository or in its account's", () =>
    Effect.gen(function* () {
      for (const [file, says] of [
        [".gittensor.yaml", 'its .gittensor.yaml says "bounties: false"'],
        [".Gittensor.yml", 'its .Gittensor.yml says "bounties: false"'],
        [".github/.gittensor.yml", 'its .github/.gittensor.yml says "bounties: false"'],
        [".github/.gittensor.YAML", 'its .github/.gittensor.YAML says "bounties: false"']
      ] as const)
        assert.strictEqual(yield* because({ [file]: NO, ".gittensor.yml": YES }), says)
      const says = (path: string) => `its ${path} in acme/.github says "bounties: false"`
      assert.strictEqual(yield* because({ ".gittensor.yml": YES }, { ".gittensor.yml": NO }), says(".gittensor.yml"))
      assert.strictEqual(yield* because({}, { ".github/.gittensor.yaml": NO }), says(".github/.gittensor.yaml"))
      assert.match(yield* because({ ".gittensor.yaml": "bounties: [" }), /^its .gittensor.yaml cannot be read: /)
      assert.strictEqual(yield* because({ ".gittensor.yaml": "bounty: never\n" }), 'its .gittensor.yaml says "bounty: never"')
    })
  )

  it.scopedLive("ask for nothing, and say nothing where they are not there", () =>
    Effect.gen(function* () {
      for (const file of [".gittensor.yaml", ".github/.gittensor.yml"]) assert.strictEqual(yield* because({ [file]: YES }), "Silent")
      assert.strictEqual(yield* because({}, { ".gittensor.yml": YES }), "Silent")
      assert.strictEqual(yield* because({ ".github/dependabot.yml": "version: 2\n" }, { "profile/README.md": "We\n" }), "Silent")
      assert.match(yield* because({ ".gittensor.yml": YES }, {}), /says "bounties: true"/)
    })
  )
})
