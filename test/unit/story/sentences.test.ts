/** Every event of the contract has a sentence. */
import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { EVENT_KINDS, type EventName, KIND_OF } from "../../../src/story/eventKinds.ts"
import { clean, plain } from "../../../src/story/sentence.ts"
import { type EventNames, tellEvent, tellVotes } from "../../../src/story/sentences.ts"

const [AMBER, HAZEL] = ["5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"]
const [VALIDATOR, COLDKEY] = ["5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy", "5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw"]

const names: EventNames = {
  miners: [
    { hotkey: AMBER, login: "amber-kite" },
    { hotkey: HAZEL, login: "hazel-rook" }
  ],
  issue: { id: 1, repository: "acme/widgets", number: 42, title: "Crash when saving" },
  competition: { id: 3, a: AMBER, b: HAZEL }
}

const alpha = (amount: number) => `${amount * 1_000_000_000}`
const competitor = (hotkey: string) => ({ uid: 1, hotkey, coldkey: COLDKEY })
const on = { issue: 1, competition: 3 }
const votes = { validator: VALIDATOR, weight: alpha(35), totalWeight: alpha(100) }
const vote = { ...on, validator: VALIDATOR, since: 5 }
const EDITED = { issue: 1, repository: "acme/gadgets", number: 7, bounty: alpha(50) }
const bits = `0x07${"0".repeat(62)}`

/** Each event with its fields, as the index stores them, and its sentence. */
const TABLE: { readonly [Name in EventName]: ReadonlyArray<readonly [fields: object, sentence: string]> } = {
  BountyFunded: [
    [
      { issue: 1, amount: alpha(10), funded: alpha(40), bounty: alpha(100) },
      "10 α went to the bounty of “Crash when saving”, which has 40 α of 100 α"
    ],
    [{ issue: 1, amount: alpha(60), funded: alpha(100), bounty: alpha(100) }, "The bounty of “Crash when saving” is complete: 100 α"]
  ],
  BountyPaid: [[{ ...on, hotkey: AMBER, coldkey: COLDKEY, amount: alpha(100) }, "amber-kite was paid 100 α for “Crash when saving”"]],
  ChangeAnnounced: [
    [{ change: 1, what: { _tag: "Owner", owner: COLDKEY } }, "The owner announced change 1: the contract is offered to 5HGjWA…UMaw"],
    [{ change: 2, what: { _tag: "AddValidator", hotkey: VALIDATOR } }, "The owner announced change 2: 5DAAnr…TXFy joins the whitelist"],
    [{ change: 3, what: { _tag: "RemoveValidator", hotkey: VALIDATOR } }, "The owner announced change 3: 5DAAnr…TXFy leaves the whitelist"],
    [{ change: 4, what: { _tag: "Code", codeHash: "0x00" } }, "The owner announced change 4: the contract gets new code"],
    [
      {
        change: 5,
        what: {
          _tag: "Config",
          value: [
            { _tag: "MinBounty", value: "1" },
            { _tag: "OwnerDelay", value: 5 }
          ]
        }
      },
      "The owner announced change 5: a new min bounty, owner delay"
    ],
    [{ change: 7, what: { _tag: "Rest", to: COLDKEY } }, "The owner announced change 7: the TAO that nobody can claim goes to 5HGjWA…UMaw"],
    [
      { change: 8, what: { _tag: "CancelIssue", issue: 1, reason: { _tag: "Refused" } } },
      "The owner announced change 8: “Crash when saving” is cancelled: the project's maintainers do not want a bounty on the issue"
    ],
    [
      { change: 9, what: { _tag: "EditIssue", ...EDITED } },
      "The owner announced change 9: “Crash when saving” becomes acme/gadgets#7 with a bounty of 50 α"
    ],
    [{ change: 6, what: { _tag: "OfALaterContract" } }, "The owner announced change 6: something new"]
  ],
  ChangeApplied: [[{ change: 1 }, "Change 1 took effect"]],
  ChangeVetoVoted: [[{ change: 1, ...votes }, "Validator 5DAAnr…TXFy voted against change 1, 35% of the stake so far"]],
  ChangeVetoed: [[{ change: 1 }, "The validators vetoed change 1 for good"]],
  ChangeWithdrawn: [[{ change: 1 }, "The owner withdrew change 1"]],
  EndForgotten: [[{}, "The chain shows that the subnet goes on"]],
  EndShown: [[{ from: 7 }, "The chain shows that the subnet has ended, which can be recorded from block 7 on"]],
  StakesUnknown: [[{ change: 1 }, "The chain gave no stakes, so the recorded stakes weighed for and against change 1"]],
  VetoWithdrawn: [[{ change: 1, validator: votes.validator }, "Validator 5DAAnr…TXFy withdrew its vote against change 1"]],
  EnrolmentsRenewed: [[{ validator: votes.validator, from: 7 }, "Validator 5DAAnr…TXFy renewed its attestations of enrolments"]],
  ClaimPaid: [
    [
      { claim: { _tag: "Collateral", hotkey: AMBER, coldkey: COLDKEY }, to: COLDKEY, amount: "1234567890" },
      "5HGjWA…UMaw got 1.23 TAO for the collateral of amber-kite"
    ],
    [
      { claim: { _tag: "Bounty", issue: 1 }, to: COLDKEY, amount: "123456789" },
      "5HGjWA…UMaw got 0.1234 TAO for the bounty of “Crash when saving”"
    ],
    [{ claim: { _tag: "Rest" }, to: COLDKEY, amount: alpha(123) }, "5HGjWA…UMaw got 123 TAO that nobody could claim"],
    [{ claim: { _tag: "OfALaterContract" }, to: COLDKEY, amount: alpha(2) }, "5HGjWA…UMaw got 2 TAO by a claim"]
  ],
  CodeChanged: [[{ codeHash: "0x00" }, "The contract runs new code"]],
  CollateralDeposited: [
    [{ hotkey: AMBER, coldkey: COLDKEY, amount: alpha(5), deposited: alpha(5) }, "amber-kite deposited 5 α of collateral"]
  ],
  CollateralSlashed: [
    [{ competition: 3, hotkey: HAZEL, coldkey: COLDKEY, amount: alpha(2), deposited: "0" }, "hazel-rook lost 2 α of collateral in match 3"]
  ],
  CollateralWithdrawn: [[{ hotkey: AMBER, coldkey: COLDKEY, amount: "1", deposited: "0" }, "amber-kite withdrew <0.0001 α of collateral"]],
  CompetitionExpired: [[{ ...on, attempts: 1 }, "No verdict came in time for amber-kite and hazel-rook on “Crash when saving”"]],
  CompetitionStarted: [
    [
      { ...on, round: 1, a: competitor(AMBER), b: competitor(HAZEL) },
      "amber-kite and hazel-rook started to compete for “Crash when saving”"
    ]
  ],
  CompetitionUnsolved: [
    [
      { ...on, attempts: 1, slashA: true, slashB: true },
      "Neither amber-kite nor hazel-rook solved “Crash when saving” in time, at the cost of amber-kite and hazel-rook"
    ],
    [
      { ...on, attempts: 1, slashA: false, slashB: true },
      "Neither amber-kite nor hazel-rook solved “Crash when saving” in time, at the cost of hazel-rook"
    ]
  ],
  CompetitionVoided: [
    [{ ...on, reason: { _tag: "NotPlanned" } }, "Match 3 of amber-kite and hazel-rook is void: the issue was closed as not planned"]
  ],
  CompetitionWon: [
    [{ ...on, hotkey: AMBER, winner: 0, pullRequest: 77 }, "amber-kite beat hazel-rook on “Crash when saving” with #77"],
    [{ ...on, hotkey: HAZEL, winner: 1, pullRequest: 78 }, "hazel-rook beat amber-kite on “Crash when saving” with #78"]
  ],
  ConfigChanged: [[{ config: { netuid: 74 } }, "The contract has new settings"]],
  ContractCreated: [[{ owner: COLDKEY, config: {} }, "5HGjWA…UMaw created the contract"]],
  EnrolmentAttested: [
    [
      { issue: 1, validator: VALIDATOR, round: 1, enrolled: bits, skipped: bits },
      "Validator 5DAAnr…TXFy saw 3 miners enrolled for “Crash when saving”"
    ]
  ],
  Harvested: [
    [
      { received: alpha(20), funded: alpha(15), recycled: alpha(5), fetchRefused: null, recyclingRefused: null },
      "The treasury collected 20 α; 15 α went to bounties and 5 α was recycled"
    ],
    [
      { received: "0", funded: "0", recycled: "0", fetchRefused: { _tag: "Overflow" }, recyclingRefused: null },
      "The treasury collected 0 α; 0 α went to bounties; the chain refused the transfer"
    ]
  ],
  IssueCancelled: [
    [{ issue: 1, reason: { _tag: "Deleted" }, freed: "0" }, "“Crash when saving” was cancelled: the issue was deleted on GitHub"],
    [
      { issue: 1, reason: { _tag: "Deleted" }, freed: alpha(5) },
      "“Crash when saving” was cancelled: the issue was deleted on GitHub; 5 α is free for other issues"
    ]
  ],
  IssueEdited: [
    [
      { ...EDITED, funded: alpha(50), freed: alpha(50) },
      "The owner edited “Crash when saving”: it is acme/gadgets#7 with a bounty of 50 α now; 50 α is free for other issues"
    ]
  ],
  IssueRegistered: [
    [{ issue: 1, repository: "acme/widgets", number: 42, bounty: alpha(100) }, "“Crash when saving” was listed with a bounty of 100 α"],
    [{ issue: 2, repository: "acme/gadgets", number: 7, bounty: alpha(1_234) }, "acme/gadgets#7 was listed with a bounty of 1,234 α"]
  ],
  OfferWithdrawn: [[{ owner: COLDKEY }, "The owner no longer offers the contract to 5HGjWA…UMaw"]],
  OutcomeVoteWithdrawn: [[{ issue: 1, validator: VALIDATOR }, "Validator 5DAAnr…TXFy withdrew its vote on “Crash when saving”"]],
  OutcomeVoted: [
    [
      { ...vote, choice: { _tag: "Solved", hotkey: AMBER, pullRequest: 77 } },
      "Validator 5DAAnr…TXFy voted that amber-kite solved “Crash when saving” with #77; the vote has to stand before it counts"
    ],
    [
      { ...vote, choice: { _tag: "Cancelled", reason: { _tag: "Duplicate" } } },
      "Validator 5DAAnr…TXFy voted to cancel “Crash when saving”: the issue is a duplicate of another; the vote has to stand before it counts"
    ],
    [
      { ...vote, choice: { _tag: "Unsolved", slashA: false, slashB: false } },
      "Validator 5DAAnr…TXFy voted that nobody solved “Crash when saving” in time, at nobody's cost; the vote has to stand before it counts"
    ],
    [
      { ...vote, choice: { _tag: "Dissolved" } },
      "Validator 5DAAnr…TXFy voted to dissolve the pair on “Crash when saving”; the vote has to stand before it counts"
    ]
  ],
  OwnerChanged: [[{ previous: AMBER, owner: COLDKEY }, "5HGjWA…UMaw owns the contract now"]],
  OwnerProposed: [[{ owner: COLDKEY, until: 9 }, "The owner offered the contract to 5HGjWA…UMaw"]],
  PairVoted: [
    [
      { issue: 1, round: 1, ...votes, a: competitor(AMBER), b: competitor(HAZEL) },
      "Validator 5DAAnr…TXFy voted for amber-kite against hazel-rook on “Crash when saving”, 35% of the stake so far"
    ]
  ],
  Paused: [[{}, "The owner paused new issues and matches"]],
  PayeeNamed: [
    [
      { ...on, hotkey: AMBER, coldkey: COLDKEY },
      "The coldkey of amber-kite named 5HGjWA…UMaw to be paid instead of it if “Crash when saving” is won"
    ]
  ],
  RestAssigned: [[{ to: COLDKEY }, "The TAO that nobody can claim goes to 5HGjWA…UMaw"]],
  TaoCollected: [[{ amount: alpha(3) }, "3 TAO arrived from the treasury's coldkey, and nobody can claim it"]],
  TreasuryMoved: [
    [{ hotkey: AMBER, coldkey: COLDKEY, moved: alpha(50), left: "0" }, "The treasury moved with 50 α"],
    [{ hotkey: AMBER, coldkey: COLDKEY, moved: alpha(50), left: alpha(1) }, "The treasury moved with 50 α; 1 α stayed behind"]
  ],
  Unpaused: [[{}, "New issues and matches are possible again"]],
  ValidatorAdded: [[{ hotkey: VALIDATOR, coldkeys: [] }, "Validator 5DAAnr…TXFy joined the whitelist"]],
  ValidatorRemoved: [[{ hotkey: VALIDATOR }, "Validator 5DAAnr…TXFy left the whitelist"]],
  WeightsNoted: [[{ turnedAt: 7, entries: [{ before: "0", day: "1", since: "1" }] }, "The stake of 1 validator was recorded"]],
  WoundUp: [
    [
      { tao: alpha(12), booked: alpha(360), claims: alpha(220) },
      "The subnet has ended, and everything stops: the contract's 360 α became 12 TAO, and 220 α of it can be claimed"
    ]
  ]
}

const isReadable = (text: string) => {
  assert.notMatch(text, /undefined|null|NaN|\[object|[{}"_]|^[a-z]* ?$/)
  assert.notMatch(text, /\b[A-Z][a-z]+[A-Z]/, "no tag")
  assert.notMatch(text, / {2}|\s[,.;:]|\p{Cc}/u)
}

describe("sentences", () => {
  for (const [name, cases] of Object.entries(TABLE))
    it(`of ${name}`, () => {
      for (const [fields, sentence] of cases) assert.strictEqual(plain(tellEvent({ name, fields }, names)), sentence)
    })

  it("link what they name", () => {
    const won = tellEvent({ name: "CompetitionWon", fields: { ...on, hotkey: AMBER, pullRequest: 77 } }, names)
    assert.deepStrictEqual(won, [
      { kind: "miner", text: "amber-kite", address: AMBER },
      { kind: "text", text: " beat " },
      { kind: "miner", text: "hazel-rook", address: HAZEL },
      { kind: "text", text: " on " },
      { kind: "issue", id: 1, text: "“Crash when saving”" },
      { kind: "text", text: " with " },
      { kind: "pullRequest", text: "#77", repository: "acme/widgets", number: 77 }
    ])
  })

  it("use numbers and short addresses where names are unknown", () => {
    assert.strictEqual(
      plain(tellEvent({ name: "BountyPaid", fields: { ...on, hotkey: AMBER, amount: "1500000000" } })),
      "5Grwva…utQY was paid 1.5 α for issue 1"
    )
    assert.strictEqual(
      plain(tellEvent({ name: "IssueCancelled", fields: { issue: 7, reason: { _tag: "Owner" } } })),
      "Issue 7 was cancelled: the owner cancelled the issue"
    )
  })

  it("are readable whatever the figures are, and whichever fields and names are missing", () => {
    const cases = Object.entries(TABLE).flatMap(([name, list]) => list.map(([fields]) => ({ name, fields })))
    fc.assert(
      fc.property(
        fc.constantFrom(...cases),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.nat(4_294_967_295),
        fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
        fc.boolean(),
        ({ name, fields }, rao, id, kept, isNamed) => {
          const changed = Object.entries(fields)
            .filter((_, index) => kept[index % 8])
            .map(([field, value]) => [
              field,
              typeof value === "number" ? id : typeof value === "string" && /^\d+$/.test(value) ? rao.toString() : value
            ])
          const told = tellEvent({ name, fields: Object.fromEntries(changed) }, isNamed ? names : undefined)
          isReadable(plain(told).replace(/5\w+…\w+|GitHub/g, "an address"))
          assert.isTrue(told.every(({ text }) => text !== ""))
        }
      ),
      { numRuns: 2_000 }
    )
  })

  it("survive records that lack every field, and events of a later contract", () => {
    for (const name of Object.keys(TABLE)) for (const fields of [{}, null, [], "text"]) isReadable(plain(tellEvent({ name, fields })))
    assert.strictEqual(plain(tellEvent({ name: "SomethingElseHappened", fields: {} })), "Something else happened")
    assert.strictEqual(plain(tellEvent({ name: "constructor", fields: {} })), "Constructor")
  })

  it("keep hostile titles and logins on one line", () => {
    const title = `\u001b[31mred\u202e\n${"x".repeat(500)}`
    const told = tellEvent(
      { name: "BountyPaid", fields: { ...on, hotkey: AMBER, amount: "1" } },
      { ...names, miners: [{ hotkey: AMBER, login: "a\u0007b" }], issue: { id: 1, repository: "a/b", number: 1, title } }
    )
    assert.match(plain(told), /^a b was paid <0.0001 α for “\[31mred x+…”$/)
    assert.strictEqual([...clean("🦊".repeat(100))].length, 80)
  })

  it("leave the issue and the match unnamed where the reader sees them", () => {
    const inView = { ...names, areInView: true }
    const told = (name: EventName, fields: object) => plain(tellEvent({ name, fields }, inView))
    assert.strictEqual(
      told("CompetitionStarted", { ...on, a: competitor(AMBER), b: competitor(HAZEL) }),
      "amber-kite and hazel-rook started to compete for the issue"
    )
    assert.strictEqual(
      told("CompetitionWon", { ...on, hotkey: HAZEL, pullRequest: 77 }),
      "hazel-rook beat amber-kite on the issue with #77"
    )
    assert.strictEqual(
      told("CollateralSlashed", { ...on, hotkey: AMBER, amount: alpha(5) }),
      "amber-kite lost 5 α of collateral in the match"
    )
    assert.strictEqual(
      told("CompetitionVoided", { ...on, reason: { _tag: "NotPlanned" } }),
      plain(tellEvent({ name: "CompetitionVoided", fields: { ...on, reason: { _tag: "NotPlanned" } } }, names)).replace(
        "Match 3",
        "The match"
      )
    )
  })

  it("count validators that vote alike", () => {
    const choice = { _tag: "Solved", hotkey: AMBER, pullRequest: 77 }
    const cast = { kind: "outcome", issue: 1, choice, validators: [VALIDATOR, COLDKEY] } as const
    assert.strictEqual(plain(tellVotes(cast, names)), "2 validators voted that amber-kite solved “Crash when saving” with #77")
    const pair = { ...cast, kind: "pair", choice: { a: competitor(AMBER), b: competitor(HAZEL) } } as const
    assert.strictEqual(plain(tellVotes(pair, names)), "2 validators voted for amber-kite against hazel-rook on “Crash when saving”")
    assert.strictEqual(
      plain(tellVotes({ ...pair, validators: [VALIDATOR] }, names)),
      "Validator 5DAAnr…TXFy voted for amber-kite against hazel-rook on “Crash when saving”"
    )
  })

  it("have a kind for each event", () => {
    assert.sameMembers([...new Set(Object.values(KIND_OF))], [...EVENT_KINDS])
  })
})
