/** The real contract's refusals to announce, apply, withdraw and veto changes. Each names its error and changes no byte. */
import { assert, describe } from "@effect/vitest"
import { Effect, Either } from "effect"
import type { ConfigField, MessageArguments, Setting } from "../../../src/contract-client/generated.ts"
import { treasuryOf } from "../../../src/contract-client/keyless.ts"
import { account, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { newTreasury } from "../../support/contract/deployment.ts"
import { type Built, lastReleased, next, present } from "../../support/contract/editions.ts"
import { whileFailing } from "../../support/contract/faults.ts"
import { nextProgram } from "../../support/contract/nextProgram.ts"
import { equal, refuses } from "../../support/contract/refusals/table.ts"
import { ATTEST, BOUNTY, DAY, ROUND } from "../../support/contract/settings.ts"
import { changed, vetoed as dropped, end, openIssue, started } from "../../support/contract/steps.ts"
import { answerOf, transact } from "../../support/contract/threats/support.ts"
import type { World } from "../../support/contract/World.ts"

const [VALIDATOR, SECOND] = VALIDATORS
const DELAY = 20
const YEAR = 2_628_000
const UNKNOWN_CODE = `0x${"11".repeat(32)}` as const
const CHEAPER: Setting = { _tag: "MinBounty", value: 1n }

/** Gives the owner's changes a delay. */
const delayed = (chain: World) => changed(chain, "setConfig", { settings: [{ _tag: "OwnerDelay", value: DELAY }] })

/** Announces settings and returns the change's id. */
const announced = (chain: World, ...settings: ReadonlyArray<Setting>) =>
  Effect.map(chain.ok(OWNER, "setConfig", { settings }), (sent) => answerOf(sent).change)

/** Changes that were applied, vetoed and withdrawn. */
const closed = (chain: World) =>
  Effect.gen(function* () {
    yield* delayed(chain)
    const [applied, vetoed, withdrawn] = [
      yield* announced(chain, CHEAPER),
      yield* announced(chain, CHEAPER),
      yield* announced(chain, CHEAPER)
    ]
    yield* dropped(chain, vetoed, [VALIDATOR, SECOND])
    yield* chain.ok(OWNER, "withdrawChange", { change: withdrawn })
    yield* chain.toBlock((yield* chain.block) + DELAY)
    yield* chain.ok(STRANGER, "apply", { change: applied })
    return { applied, vetoed, withdrawn }
  })

/** Values outside each setting's bounds, on both sides if there are two. */
const OUT_OF_BOUNDS: ReadonlyArray<readonly [ConfigField["_tag"], ReadonlyArray<Setting>]> = [
  ["MinBounty", [{ _tag: "MinBounty", value: 0n }]],
  [
    "MaxBounty",
    [
      { _tag: "MaxBounty", value: 0n },
      { _tag: "MaxBounty", value: 21_000_000_000_000_001n }
    ]
  ],
  [
    "SubmissionWindow",
    [
      { _tag: "SubmissionWindow", value: 40 },
      { _tag: "CompetitionLength", value: 4 }
    ]
  ],
  [
    "CompetitionLength",
    [
      { _tag: "CompetitionLength", value: 0 },
      { _tag: "CompetitionLength", value: YEAR + 1 }
    ]
  ],
  ["OutcomeGrace", [{ _tag: "OutcomeGrace", value: YEAR + 1 }]],
  [
    "ChallengePeriod",
    [
      { _tag: "ChallengePeriod", value: DAY - 1 },
      { _tag: "ChallengePeriod", value: YEAR + 1 }
    ]
  ],
  [
    "RecycleAfter",
    [
      { _tag: "RecycleAfter", value: 7 * DAY - 1 },
      { _tag: "RecycleAfter", value: YEAR + 1 }
    ]
  ],
  [
    "RoundLength",
    [
      { _tag: "RoundLength", value: 1 },
      { _tag: "RoundLength", value: YEAR + 1 }
    ]
  ],
  [
    "AttestBlocks",
    [
      { _tag: "AttestBlocks", value: 0 },
      { _tag: "AttestBlocks", value: ROUND },
      { _tag: "RoundLength", value: ATTEST }
    ]
  ],
  [
    "QuorumBps",
    [
      { _tag: "QuorumBps", value: 5_000 },
      { _tag: "QuorumBps", value: 10_001 }
    ]
  ],
  [
    "MaxCompetitionsPerMiner",
    [
      { _tag: "MaxCompetitionsPerMiner", value: 0 },
      { _tag: "MaxCompetitionsPerMiner", value: 257 }
    ]
  ],
  ["CollateralBps", [{ _tag: "CollateralBps", value: 10_001 }]],
  ["SlashBps", [{ _tag: "SlashBps", value: 10_001 }]],
  [
    "HarvestStep",
    [
      { _tag: "HarvestStep", value: 0 },
      { _tag: "HarvestStep", value: 101 }
    ]
  ],
  [
    "OwnerDelay",
    [
      { _tag: "OwnerDelay", value: 0 },
      { _tag: "OwnerDelay", value: DELAY - 1 },
      { _tag: "OwnerDelay", value: YEAR + 1 }
    ]
  ]
]

describe("the real contract: announcing changes", () => {
  refuses("setConfig", "what is out of bounds", (chain) =>
    Effect.gen(function* () {
      yield* delayed(chain)
      for (const [field, settings] of OUT_OF_BOUNDS) {
        for (const setting of settings) {
          // All or nothing: the valid setting beside it does not apply either.
          const answer = yield* chain.refused(OWNER, "setConfig", { settings: [CHEAPER, setting] })
          equal(answer, { _tag: "ConfigOutOfBounds", value: { _tag: field } })
        }
      }
    })
  )

  refuses("setConfig", "a treasury that somebody may have a key to", (chain) =>
    Effect.gen(function* () {
      const { treasuryBirth: birth, treasuryColdkey: coldkey, treasuryHotkey: hotkey } = chain
      const refusal = (setting: Omit<Extract<Setting, { readonly _tag: "Treasury" }>, "_tag">) =>
        chain.refused(OWNER, "setConfig", { settings: [{ _tag: "Treasury", ...setting }] })
      const pair = yield* account("//Other")
      equal(yield* refusal({ hotkey, coldkey: pair, birth }), { _tag: "TreasuryNotKeyless", derived: coldkey })
      equal(yield* refusal({ hotkey: pair, coldkey, birth }), { _tag: "TreasuryHotkeyNotDerived", derived: hotkey })
      for (const other of [
        { spawner: pair },
        { block: birth.block + 1 },
        { extrinsic: birth.extrinsic + 1 },
        { proxyType: birth.proxyType + 1 },
        { index: birth.index + 1 }
      ]) {
        const made = { ...birth, ...other }
        const derived = treasuryOf(made).treasuryColdkey
        equal(yield* refusal({ hotkey, coldkey, birth: made }), { _tag: "TreasuryNotKeyless", derived })
      }
    })
  )

  refuses("setConfig", "a treasury whose coldkey backs a validator", (chain) =>
    Effect.gen(function* () {
      const { treasuryBirth: birth, treasuryColdkey: coldkey, treasuryHotkey: hotkey } = yield* newTreasury(chain.api)
      yield* changed(chain, "addValidator", { hotkey: yield* account("//Other"), coldkeys: [coldkey] })
      equal(yield* chain.refused(OWNER, "setConfig", { settings: [{ _tag: "Treasury", hotkey, coldkey, birth }] }), {
        _tag: "TreasuryCannotVote"
      })
    })
  )

  refuses("setConfig", "no setting and more than seventeen", (chain) =>
    Effect.gen(function* () {
      equal(yield* chain.refused(OWNER, "setConfig", { settings: [] }), { _tag: "NothingToChange" })
      equal(yield* chain.refused(OWNER, "setConfig", { settings: Array<Setting>(18).fill(CHEAPER) }), { _tag: "TooManyChanges" })
    })
  )

  refuses("setConfig", "a seventeenth change that waits", (chain) =>
    Effect.gen(function* () {
      yield* delayed(chain)
      for (let waiting = 0; waiting < 16; waiting++) yield* announced(chain, CHEAPER)
      equal(yield* chain.refused(OWNER, "setConfig", { settings: [CHEAPER] }), { _tag: "TooManyChanges" })
      equal(yield* chain.refused(OWNER, "addValidator", { hotkey: yield* account("//Other"), coldkeys: [] }), { _tag: "TooManyChanges" })
    })
  )

  refuses("apply", "a treasury that the money does not follow to", (chain) =>
    Effect.gen(function* () {
      yield* openIssue(chain, 1)
      const { treasuryBirth: birth, treasuryColdkey: coldkey, treasuryHotkey: hotkey } = yield* newTreasury(chain.api)
      const change = yield* announced(chain, { _tag: "Treasury", hotkey, coldkey, birth })
      yield* chain.toBlock((yield* chain.block) + DAY)
      const move = chain.refused(STRANGER, "apply", { change })
      equal(yield* whileFailing(chain, "moveStake", 13, move), { _tag: "Subtensor", value: { _tag: "AmountTooLow" } })
      // The chain reports success but moves nothing.
      equal(yield* whileFailing(chain, "moveStake", 0, move), { _tag: "TreasuryNotMoved" })
    })
  )

  refuses("setConfig", "whoever is not the owner", (chain) =>
    Effect.gen(function* () {
      for (const who of [STRANGER, VALIDATOR]) equal(yield* chain.refused(who, "setConfig", { settings: [CHEAPER] }), { _tag: "NotOwner" })
    })
  )

  refuses(
    "setCode",
    "code that the chain does not know",
    (chain) =>
      Effect.gen(function* () {
        equal(yield* chain.refused(OWNER, "setCode", { codeHash: UNKNOWN_CODE }), { _tag: "UnknownCode" })
      }),
    Effect.succeed({ ownerDelay: 0 })
  )

  refuses("setCode", "code that is announced already", (chain) =>
    Effect.gen(function* () {
      yield* transact(chain, STRANGER, "contracts", "uploadCode", next.wasm, null, "Enforced")
      const { change } = answerOf(yield* chain.ok(OWNER, "setCode", { codeHash: next.hash }))
      equal(yield* chain.refused(OWNER, "setCode", { codeHash: next.hash }), { _tag: "AlreadyAnnounced", change })
      yield* chain.ok(OWNER, "withdrawChange", { change })
      yield* chain.ok(OWNER, "setCode", { codeHash: next.hash })
    })
  )

  refuses("setCode", "whoever is not the owner", (chain) =>
    Effect.gen(function* () {
      for (const who of [STRANGER, VALIDATOR]) equal(yield* chain.refused(who, "setCode", { codeHash: UNKNOWN_CODE }), { _tag: "NotOwner" })
    })
  )
})

/** Runs other code from now on. */
const running = (chain: World, { hash: codeHash, wasm }: Built) =>
  Effect.gen(function* () {
    yield* transact(chain, STRANGER, "contracts", "uploadCode", wasm, null, "Enforced")
    yield* changed(chain, "setCode", { codeHash })
  })

describe("the real contract: changes of other editions", () => {
  refuses("setConfig", "beside changes that another edition wrote", (chain) =>
    Effect.scoped(
      Effect.gen(function* () {
        yield* delayed(chain)
        yield* running(chain, next)
        const later = chain.by(yield* nextProgram)
        const madeUp = { settings: [{ _tag: "MadeUp", value: 9 }] } as unknown as MessageArguments<"setConfig"> // of the next edition
        const { change } = answerOf(yield* later.ok(OWNER, "setConfig", madeUp))
        yield* running(chain, present)
        equal(yield* chain.refused(OWNER, "setConfig", { settings: [CHEAPER] }), { _tag: "UnreadableCell", cell: 12 })
        // Code waits elsewhere: so the way back is open, and what waited still does.
        yield* running(chain, next)
        assert.deepStrictEqual(
          (yield* later.stored("announced", {})).map(({ change }) => change),
          [change]
        )
      })
    )
  )

  refuses("apply", "code that an earlier edition announced", (chain) =>
    Effect.gen(function* () {
      yield* delayed(chain)
      yield* running(chain, yield* lastReleased)
      yield* transact(chain, STRANGER, "contracts", "uploadCode", next.wasm, null, "Enforced")
      const { change } = answerOf(yield* chain.ok(OWNER, "setCode", { codeHash: next.hash }))
      yield* running(chain, present)
      equal(yield* chain.refused(STRANGER, "apply", { change }), { _tag: "AnnouncedBefore", change })
      assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "removeCode", next.hash), "CodeInUse")
      yield* chain.ok(OWNER, "withdrawChange", { change })
      assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "removeCode", next.hash), "done")
    })
  )
})

describe("the real contract: applying, withdrawing and vetoing changes", () => {
  refuses("apply", "too early", (chain) =>
    Effect.gen(function* () {
      yield* delayed(chain)
      const change = yield* announced(chain, CHEAPER)
      const from = (yield* chain.stored("announced", {}))[0]?.appliesFrom ?? 0
      equal(yield* chain.refused(STRANGER, "apply", { change }), { _tag: "TooEarly", from })
      // A transaction is in the block after its dry run's.
      yield* chain.toBlock(from - 2)
      equal(yield* chain.refused(OWNER, "apply", { change }), { _tag: "TooEarly", from })
      yield* chain.toBlock(from)
      yield* chain.ok(STRANGER, "apply", { change })
    })
  )

  refuses("apply", "too late", (chain) =>
    Effect.gen(function* () {
      yield* delayed(chain)
      const change = yield* announced(chain, CHEAPER)
      const until = (yield* chain.stored("announced", {}))[0]?.appliesUntil ?? 0
      // A week of blocks later, which would take a minute to build.
      const late = yield* chain.answerIn(until + 1, STRANGER, "apply", { change })
      equal(Either.getOrThrow(Either.flip(late)), { _tag: "TooLate", until })
      assert.isTrue(Either.isRight(yield* chain.answerIn(until, STRANGER, "apply", { change })))
    })
  )

  refuses("apply", "what those have more against than the others weigh", (chain) =>
    Effect.gen(function* () {
      yield* delayed(chain)
      const change = yield* announced(chain, CHEAPER)
      for (const validator of [VALIDATOR, SECOND]) yield* chain.ok(validator, "veto", { change })
      yield* chain.toBlock((yield* chain.block) + DELAY)
      const [against, others] = [80_000n * 10n ** 9n, 20_000n * 10n ** 9n]
      equal(yield* chain.refused(STRANGER, "apply", { change }), { _tag: "Vetoed", against, others })
    })
  )

  refuses("drop", "what no majority is against", (chain) =>
    Effect.gen(function* () {
      yield* delayed(chain)
      const change = yield* announced(chain, CHEAPER)
      yield* chain.ok(VALIDATOR, "veto", { change })
      const [weight, totalWeight] = [50_000n * 10n ** 9n, 100_000n * 10n ** 9n]
      equal(yield* chain.refused(STRANGER, "drop", { change }), { _tag: "NotOutvoted", weight, totalWeight })
    })
  )

  refuses("drop", "what does not wait", (chain) =>
    Effect.gen(function* () {
      const { applied } = yield* closed(chain)
      equal(yield* chain.refused(STRANGER, "drop", { change: applied }), { _tag: "ChangeClosed", change: applied })
      equal(yield* chain.refused(STRANGER, "drop", { change: 99 }), { _tag: "UnknownChange", change: 99 })
    })
  )

  refuses("withdrawVeto", "who has not voted", (chain) =>
    Effect.gen(function* () {
      yield* delayed(chain)
      const change = yield* announced(chain, CHEAPER)
      equal(yield* chain.refused(VALIDATOR, "withdrawVeto", { change }), { _tag: "NothingToDo" })
      yield* chain.ok(VALIDATOR, "veto", { change })
      yield* chain.ok(VALIDATOR, "withdrawVeto", { change })
      assert.deepStrictEqual((yield* chain.stored("announced", {}))[0]?.vetoes, [])
      equal(yield* chain.refused(STRANGER, "withdrawVeto", { change }), { _tag: "NotAValidator" })
    })
  )

  refuses("apply", "what was vetoed", (chain) =>
    Effect.gen(function* () {
      const { vetoed } = yield* closed(chain)
      equal(yield* chain.refused(STRANGER, "apply", { change: vetoed }), { _tag: "ChangeClosed", change: vetoed })
      equal(yield* chain.refused(OWNER, "apply", { change: vetoed }), { _tag: "ChangeClosed", change: vetoed })
    })
  )

  refuses("apply", "what was applied or withdrawn", (chain) =>
    Effect.gen(function* () {
      const { applied, withdrawn } = yield* closed(chain)
      for (const change of [applied, withdrawn])
        equal(yield* chain.refused(STRANGER, "apply", { change }), { _tag: "ChangeClosed", change })
    })
  )

  refuses("apply", "what is possible no more", (chain) =>
    Effect.gen(function* () {
      for (let index = VALIDATORS.length; index < 63; index++) {
        yield* changed(chain, "addValidator", { hotkey: yield* account(`//Hot${index}`), coldkeys: [] })
      }
      yield* delayed(chain)
      const add = (uri: string) =>
        Effect.gen(function* () {
          const sent = yield* chain.ok(OWNER, "addValidator", { hotkey: yield* account(uri), coldkeys: [] })
          return answerOf(sent).change
        })
      const remove = Effect.flatMap(account(VALIDATOR), (hotkey) =>
        Effect.map(chain.ok(OWNER, "removeValidator", { hotkey }), (sent) => answerOf(sent).change)
      )
      const [first, again, other] = [yield* add("//Other"), yield* add("//Other"), yield* add("//Another")]
      const [shorter, longer] = [
        yield* announced(chain, { _tag: "RoundLength", value: ATTEST + 1 }),
        yield* announced(chain, { _tag: "AttestBlocks", value: ATTEST + 1 })
      ]
      const [cancelled, running] = [yield* openIssue(chain, 1), yield* openIssue(chain, 2)]
      const cancel = (id: number) =>
        Effect.map(chain.ok(OWNER, "cancelIssue", { id, reason: { _tag: "Owner" } }), (sent) => answerOf(sent).change)
      const edit = (id: number, number: number) =>
        Effect.map(
          chain.ok(OWNER, "editIssue", { id, repository: "acme/widgets", number, bounty: BOUNTY }),
          (sent) => answerOf(sent).change
        )
      const [gone, goneAgain, away, alike] = [
        yield* cancel(cancelled),
        yield* edit(cancelled, 7),
        yield* cancel(running),
        yield* edit(running, 8)
      ]
      yield* started(chain, running, [5, 6])
      yield* chain.toBlock((yield* chain.block) + DELAY)
      const apply = (change: number) => chain.refused(STRANGER, "apply", { change })
      yield* chain.ok(STRANGER, "apply", { change: gone })
      equal(yield* apply(goneAgain), { _tag: "IssueClosed", issue: cancelled })
      equal(yield* apply(away), { _tag: "CompetitionRunning", issue: running })
      yield* end(chain, running, { _tag: "Dissolved" })
      // Once that may be applied, who is removed decides nothing.
      const [removal, removalAgain] = [yield* remove, yield* remove]
      yield* chain.toBlock((yield* chain.block) + DELAY)
      yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 8, bounty: BOUNTY })
      equal(yield* apply(alike), { _tag: "DuplicateIssue", issue: 3 })
      yield* chain.ok(STRANGER, "apply", { change: first })
      equal(yield* apply(again), { _tag: "DuplicateValidator", hotkey: yield* account("//Other") })
      equal(yield* apply(other), { _tag: "ValidatorsFull" })
      yield* chain.ok(STRANGER, "apply", { change: removal })
      equal(yield* apply(removalAgain), { _tag: "UnknownValidator", hotkey: yield* account(VALIDATOR) })
      yield* chain.ok(STRANGER, "apply", { change: shorter })
      equal(yield* apply(longer), { _tag: "ConfigOutOfBounds", value: { _tag: "AttestBlocks" } })
      yield* chain.ok(STRANGER, "apply", { change: other })
    })
  )

  refuses("apply", "an unknown change", (chain) =>
    Effect.gen(function* () {
      for (const change of [0, 99]) equal(yield* chain.refused(STRANGER, "apply", { change }), { _tag: "UnknownChange", change })
    })
  )

  refuses("withdrawChange", "what was applied, vetoed or withdrawn", (chain) =>
    Effect.gen(function* () {
      for (const change of Object.values(yield* closed(chain))) {
        equal(yield* chain.refused(OWNER, "withdrawChange", { change }), { _tag: "ChangeClosed", change })
      }
    })
  )

  refuses("withdrawChange", "an unknown change", (chain) =>
    Effect.gen(function* () {
      for (const change of [0, 99]) equal(yield* chain.refused(OWNER, "withdrawChange", { change }), { _tag: "UnknownChange", change })
    })
  )

  refuses("withdrawChange", "whoever is not the owner", (chain) =>
    Effect.gen(function* () {
      yield* delayed(chain)
      const change = yield* announced(chain, CHEAPER)
      for (const who of [STRANGER, VALIDATOR]) equal(yield* chain.refused(who, "withdrawChange", { change }), { _tag: "NotOwner" })
    })
  )

  refuses("veto", "an unknown change", (chain) =>
    Effect.gen(function* () {
      for (const change of [0, 99]) equal(yield* chain.refused(VALIDATOR, "veto", { change }), { _tag: "UnknownChange", change })
    })
  )

  refuses("veto", "what was applied, vetoed or withdrawn", (chain) =>
    Effect.gen(function* () {
      for (const change of Object.values(yield* closed(chain))) {
        equal(yield* chain.refused(VALIDATOR, "veto", { change }), { _tag: "ChangeClosed", change })
      }
    })
  )

  refuses("veto", "whom the change removes", (chain) =>
    Effect.gen(function* () {
      yield* delayed(chain)
      const { change } = answerOf(yield* chain.ok(OWNER, "removeValidator", { hotkey: yield* account(VALIDATOR) }))
      equal(yield* chain.refused(VALIDATOR, "veto", { change }), { _tag: "OwnRemoval" })
    })
  )

  refuses("veto", "whoever is not a validator", (chain) =>
    Effect.gen(function* () {
      yield* delayed(chain)
      const change = yield* announced(chain, CHEAPER)
      for (const who of [STRANGER, OWNER]) equal(yield* chain.refused(who, "veto", { change }), { _tag: "NotAValidator" })
    })
  )
})
