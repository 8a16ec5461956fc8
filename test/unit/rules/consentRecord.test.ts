/** What stands on an issue about bounties without those who compete, and who has to be checked. */
import { assert, describe, it } from "@effect/vitest"
import { consentFileOf, consentOf } from "../../../src/domain/consent.ts"
import type { Account, Sign, Spoken } from "../../../src/domain/github/ConsentAnswers.ts"
import { readChoices } from "../../../src/domain/repositoryChoices.ts"
import { consentIn, doubtfulSpeakers, type IssueSigns } from "../../../src/rules/verdicts/fromGitHub/consentRecord.ts"

const [ADA, BOB, CLEO] = [1, 2, 3]
const NAMES = ["", "ada", "bob", "cleo"]
const account = (databaseId: number | null): Account =>
  databaseId === null ? null : { login: NAMES[databaseId] ?? `a${databaseId}`, databaseId }

const labeled = (by: number | null, name: string, isSet = true) =>
  ({ __typename: isSet ? "LabeledEvent" : "UnlabeledEvent", label: { name }, actor: account(by) }) as const
const locked = (by: number | null, isSet = true) => ({ __typename: isSet ? "LockedEvent" : "UnlockedEvent", actor: account(by) }) as const

type Untimed = ReturnType<typeof labeled> | ReturnType<typeof locked>

const choices = readChoices("ai: any\n")
const REPOSITORY = { isArchived: false, choices, file: consentFileOf(choices) }

/** An issue with these events, one a minute, and the labels and lock that they leave unless others are given. */
const issue = (
  events: ReadonlyArray<Untimed>,
  change: Partial<IssueSigns> & { readonly labelled?: ReadonlyArray<string> } = {}
): IssueSigns => {
  const present = new Set<string>()
  for (const event of events)
    if ("label" in event) event.__typename === "LabeledEvent" ? present.add(event.label.name) : present.delete(event.label.name)
  const lock = events.findLast((event) => !("label" in event))
  const { labelled = [...present], ...rest } = change
  return {
    locked: lock?.__typename === "LockedEvent",
    labels: { nodes: labelled.map((name) => ({ name })) },
    signs: events.map((event, minute): Sign => ({ ...event, createdAt: minute * 60_000 })),
    comments: [],
    ...rest
  }
}

/** Bob competes. */
const consent = (of: IssueSigns, writers: ReadonlyArray<number> = []) => {
  const found = consentOf(consentIn("acme/widgets", REPOSITORY, of, { writers: new Set(writers), competitors: [BOB, null] }))
  return found._tag === "Unknown" && !found.isForPeople ? "hidden" : found._tag
}

const NO = "no bounty"

describe("labels and locks", () => {
  it("count as they would stand without the competitors", () => {
    for (const [expected, events] of [
      ["Refused", [labeled(CLEO, NO)]],
      ["Silent", [labeled(CLEO, NO), labeled(ADA, NO, false)]],
      ["Silent", [labeled(BOB, NO)]],
      ["Refused", [labeled(CLEO, NO), labeled(BOB, NO, false)]],
      ["Refused", [labeled(CLEO, NO), labeled(BOB, NO, false), labeled(BOB, NO)]],
      ["Silent", [labeled(CLEO, NO), labeled(BOB, NO, false), labeled(BOB, NO), labeled(ADA, NO, false)]],
      ["Refused", [labeled(CLEO, NO), ...Array.from({ length: 300 }, (_, n) => labeled(BOB, `x${n % 3}`, n % 2 === 0))]],
      ["Silent", [labeled(BOB, NO), ...Array.from({ length: 300 }, (_, n) => labeled(BOB, `x${n % 3}`, n % 2 === 0))]],
      ["Refused", [locked(ADA)]],
      ["Silent", [locked(BOB)]],
      ["Refused", [locked(ADA), locked(BOB, false)]],
      ["Refused", [locked(ADA), locked(BOB, false), locked(BOB)]],
      ["Silent", [locked(ADA), locked(ADA, false), locked(BOB)]]
    ] as const)
      assert.strictEqual(consent(issue(events)), expected, JSON.stringify(events.slice(0, 4)))
  })

  it("are nobody's where GitHub does not show who set them, or took them off", () => {
    for (const [expected, events, change] of [
      ["Unknown", [labeled(null, NO)], {}],
      ["Unknown", [], { labelled: [NO] }],
      ["Unknown", [labeled(CLEO, NO), labeled(null, NO, false)], {}],
      ["Unknown", [labeled(null, NO), labeled(BOB, NO, false)], {}],
      ["Silent", [labeled(null, NO), labeled(CLEO, NO, false)], {}],
      ["Unknown", [locked(null)], {}],
      ["Unknown", [], { locked: true }],
      ["Unknown", [locked(ADA), locked(null, false)], {}],
      // The label was taken out of the repository, which takes push access.
      ["Silent", [labeled(CLEO, NO)], { labelled: [] }]
    ] as const)
      assert.strictEqual(consent(issue(events, change)), expected, JSON.stringify(events))
  })

  it("ask only by the documented one, set by who may push", () => {
    assert.strictEqual(consent(issue([labeled(ADA, "gittensor")]), [ADA]), "Asked")
    assert.strictEqual(consent(issue([labeled(ADA, "gittensor")])), "Silent")
    assert.strictEqual(consent(issue([labeled(BOB, "gittensor")]), [BOB]), "Silent")
    assert.strictEqual(consent(issue([labeled(ADA, "gittensor"), labeled(BOB, "gittensor", false)]), [ADA]), "Asked")
    assert.strictEqual(consent(issue([labeled(ADA, "🚫 gittensor")]), [ADA]), "Refused")
    assert.strictEqual(consent(issue([labeled(ADA, "gittensor"), labeled(CLEO, NO)]), [ADA]), "Refused")
    assert.strictEqual(consent(issue([labeled(CLEO, NO), labeled(ADA, "gittensor")]), [ADA]), "Asked", "the newest word counts")
  })
})

const comment = (by: number | null, body: string, minute: number, change: Partial<Spoken> = {}): Spoken => ({
  createdAt: minute * 60_000,
  author: account(by),
  body,
  authorAssociation: "NONE",
  ...change
})
const talk = (...comments: ReadonlyArray<Spoken>) => issue([], { comments })
const member = { authorAssociation: "MEMBER" }
const YES = "/gittensor bounty"

describe("comments", () => {
  it("count from the project's people, the newest of them", () => {
    for (const [expected, of, writers] of [
      ["Asked", talk(comment(ADA, YES, 1)), [ADA]],
      ["Silent", talk(comment(ADA, YES, 1, member)), []],
      ["Refused", talk(comment(ADA, YES, 1), comment(ADA, "/gittensor no", 2)), [ADA]],
      ["Refused", talk(comment(ADA, "/gittensor no", 1, member)), []],
      ["Silent", talk(comment(CLEO, "/gittensor no", 1)), []],
      ["Silent", talk(comment(BOB, "/gittensor no", 1, member)), [BOB]],
      ["Asked", talk(comment(ADA, "/gittensor no", 1), comment(ADA, YES, 2)), [ADA]],
      ["Asked", talk(comment(ADA, YES, 1), comment(CLEO, "/gittensor no", 2)), [ADA]],
      // An old comment that was edited into a no is a new no; into a yes, an old yes.
      ["Refused", talk(comment(ADA, "/gittensor no", 1, { lastEditedAt: 180_000 }), comment(ADA, YES, 2)), [ADA]],
      ["Refused", talk(comment(ADA, YES, 1, { lastEditedAt: 180_000 }), comment(ADA, "/gittensor no", 2)), [ADA]],
      // Who may hide comments may compete: that takes no no away.
      ["Silent", talk(comment(ADA, YES, 1, { isMinimized: true })), [ADA]],
      ["Refused", talk(comment(ADA, "/gittensor no", 1, { isMinimized: true })), [ADA]],
      ["Silent", talk(comment(null, "/gittensor no", 1)), []]
    ] as const)
      assert.strictEqual(consent(of, writers), expected, JSON.stringify(of.comments))
  })

  it("of strangers bury nobody's: who is nearer to the project is checked first", () => {
    const crowd = Array.from({ length: 40 }, (_, n) => comment(100 + n, YES, 100 + n))
    const names = (of: IssueSigns, isForYes: boolean) =>
      doubtfulSpeakers(REPOSITORY, of, { writers: new Set(), competitors: [BOB] }, isForYes).map(({ id }) => id)
    const asked = names(talk(comment(ADA, YES, 1, member), comment(CLEO, YES, 2, { authorAssociation: "CONTRIBUTOR" }), ...crowd), true)
    assert.deepStrictEqual(asked.slice(0, 3), [ADA, CLEO, 139])
    assert.strictEqual(asked.length, 10)
    assert.deepStrictEqual(names(talk(comment(BOB, YES, 1)), true), [], "a competitor's word is none")
    assert.deepStrictEqual(names(talk(...crowd), false), [], "a yes matters only beside a no")
    assert.deepStrictEqual(names(talk(comment(ADA, YES, 1), comment(CLEO, "/gittensor no", 2, member)), true), [], "an older word is none")
    assert.deepStrictEqual(names(talk(comment(CLEO, "/gittensor no", 1, member), comment(ADA, YES, 2)), false), [ADA])
  })
})
