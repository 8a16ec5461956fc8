/** Whether maintainers want a bounty: each sign, and the precedence of two. */
import { assert, describe, it } from "@effect/vitest"
import { type Ask, type Consent, type ConsentRecord, consentFileOf, consentOf } from "../../../src/domain/consent.ts"
import { readChoices } from "../../../src/domain/repositoryChoices.ts"

const issue = { isLocked: false, labels: [], asks: [] }
const silent: ConsentRecord = { repository: "acme/widgets", isArchived: false, file: consentFileOf(readChoices("")), issue }
const written = (text: string) => ({ file: consentFileOf(readChoices(text)) })
const labelled = (...labels: ReadonlyArray<string>) => ({ issue: { ...issue, labels } })
const ask: Ask = { by: "comment", login: "ada", at: 0, mayPush: true }
const asked = { issue: { ...issue, asks: [ask] } }

const CASES: ReadonlyArray<readonly [Consent["_tag"], Partial<ConsentRecord>]> = [
  ["Silent", {}],
  ["Silent", { issue: null }],
  ["Asked", written("bounties: true\nrepository: Acme/Widgets\n")],
  ["Asked", { ...written("bounties: true\nrepository: acme/widgets\n"), issue: null }],
  // Forks inherit the file, and so do copies of a template.
  ["Silent", written("bounties: true\nrepository: acme/gadgets\n")],
  ["Silent", written("bounties: true\n")],
  ["Silent", written("repository: acme/widgets\n")],
  ["Asked", asked],
  ["Silent", { issue: { ...issue, asks: [{ ...ask, mayPush: false }] } }],
  ["Refused", written("bounties: false\n")],
  ["Refused", { ...written("bounties: false\n"), ...asked }],
  ["Refused", written("bounties: maybe\n")],
  ["Refused", labelled("No Bounty")],
  ["Refused", { issue: { ...asked.issue, labels: ["status: no-bounty"] } }],
  ["Refused", { ...written("bounties: true\nrepository: acme/widgets\n"), issue: { ...issue, isLocked: true } }],
  ["Refused", { ...asked, isArchived: true }],
  // Bots and triagers apply these labels. They prevent the suggestion and the registration of a bounty, but end none.
  ["Silent", labelled("wontfix", "blocked", "bounty")],
  ["Unknown", { file: consentFileOf(null) }],
  ["Unknown", { ...asked, file: consentFileOf(null) }],
  ["Refused", { ...labelled("no bounty"), file: consentFileOf(null) }]
]

describe("consent", () => {
  it("follows from what maintainers wrote and did, a refusal before everything", () => {
    for (const [expected, record] of CASES) assert.strictEqual(consentOf({ ...silent, ...record })._tag, expected, JSON.stringify(record))
  })

  it("is refused by the roster's list, however the name is spelled", () => {
    assert.strictEqual(consentOf({ ...silent, ...asked }, ["ACME/Widgets"])._tag, "Refused")
    assert.strictEqual(consentOf({ ...silent, ...asked }, ["acme/widget"])._tag, "Asked")
  })
})
