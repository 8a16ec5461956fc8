/** Whether maintainers want a bounty: each sign, and the precedence of two. */
import { assert, describe, it } from "@effect/vitest"
import { type Consent, type ConsentRecord, consentFileOf, consentOf, type Word, withRefusals } from "../../../src/domain/consent.ts"
import { readChoices } from "../../../src/domain/repositoryChoices.ts"

const issue = { isLocked: false, words: [] }
const silent: ConsentRecord = { repository: "acme/widgets", isArchived: false, file: consentFileOf(readChoices("")), issue }
const written = (text: string) => ({ file: consentFileOf(readChoices(text)) })
const word = (says: Word["says"], at = 1, isProjects: Word["isProjects"] = true): Word => ({
  by: "comment",
  says,
  text: "/gittensor …",
  login: "ada",
  at,
  isProjects
})
const said = (...words: ReadonlyArray<Word>) => ({ issue: { ...issue, words } })

const CASES: ReadonlyArray<readonly [Consent["_tag"], Partial<ConsentRecord>]> = [
  ["Silent", {}],
  ["Silent", { issue: null }],
  ["Asked", written("bounties: true\nrepository: Acme/Widgets\n")],
  ["Asked", { ...written("bounties: true\nrepository: acme/widgets\n"), issue: null }],
  // Forks inherit the file, and so do copies of a template.
  ["Silent", written("bounties: true\nrepository: acme/gadgets\n")],
  ["Silent", written("bounties: true\n")],
  ["Silent", written("repository: acme/widgets\n")],
  ["Refused", written("bounties: false\n")],
  ["Refused", written("bounties: maybe\n")],
  ["Refused", written("bounties: true\nrepository: acme/widgets\nbounty: false\n")],
  ["Refused", { ...written("bounties: true\nrepository: acme/widgets\n"), issue: { ...issue, isLocked: true } }],
  ["Asked", said(word("yes"))],
  ["Silent", said(word("yes", 1, false))],
  ["Silent", said(word("no", 1, false))],
  ["Refused", { ...written("bounties: false\n"), ...said(word("yes")) }],
  ["Refused", { ...said(word("yes")), isArchived: true }],
  // The newest word of the project's people counts, and of two at one time the no.
  ["Refused", said(word("no", 2), word("yes", 1))],
  ["Refused", { ...written("bounties: true\nrepository: acme/widgets\n"), ...said(word("no")) }],
  ["Asked", said(word("yes", 2), word("no", 1))],
  ["Refused", said(word("yes"), word("no"))],
  ["Refused", said(word("yes", 2, false), word("no", 1))],
  ["Asked", said(word("no", 2, false), word("yes", 1))],
  // Nobody's no: people decide.
  ["Unknown", said(word("no", 1, null))],
  ["Unknown", said(word("no", 2, null), word("yes", 1))],
  ["Asked", said(word("yes", 2), word("no", 1, null))],
  ["Refused", said(word("no", 2, null), word("no", 1))],
  ["Silent", said(word("yes", 1, null))],
  ["Unknown", { issue: { isLocked: null, words: [word("yes")] } }],
  ["Refused", { issue: { isLocked: null, words: [word("no")] } }],
  ["Unknown", { file: consentFileOf(null) }],
  ["Unknown", { ...said(word("yes")), file: consentFileOf(null) }],
  ["Refused", { ...said(word("no")), file: consentFileOf(null) }]
]

describe("consent", () => {
  it("follows from what maintainers wrote and did, a refusal before everything", () => {
    for (const [expected, record] of CASES) assert.strictEqual(consentOf({ ...silent, ...record })._tag, expected, JSON.stringify(record))
  })

  it("is left to people only where nobody is known who said no", () => {
    const isForPeople = (record: Partial<ConsentRecord>) => {
      const found = consentOf({ ...silent, ...record })
      return found._tag === "Unknown" && found.isForPeople
    }
    assert.isTrue(isForPeople(said(word("no", 1, null))))
    assert.isTrue(isForPeople({ issue: { ...issue, isLocked: null } }))
    assert.isFalse(isForPeople({ file: consentFileOf(null) }))
  })

  it("is refused by the roster's list, however the name is spelled, under the old name or the new one", () => {
    const listed = (name: string, known?: string) => consentOf(withRefusals({ ...silent, ...said(word("yes")) }, [name], known))._tag
    assert.strictEqual(listed("ACME/Widgets"), "Refused")
    assert.strictEqual(listed("acme/widget"), "Asked")
    assert.strictEqual(listed("acme/former", "Acme/Former"), "Refused")
  })
})
