/** Which account belongs to which hotkey, as validators determine it while GitHub works and fails; and who may compete as a result. */

import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Logger, LogLevel, TestClock } from "effect"
import { AccountAddress } from "../../../src/domain/Account.ts"
import * as GitHubLink from "../../../src/domain/GitHubLink.ts"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { fromSeed, type KeyPair } from "../../../src/domain/KeyPair.ts"
import type { Metagraph } from "../../../src/domain/Metagraph.ts"
import { type ConsentRules, refusedAt } from "../../../src/domain/Roster.ts"
import { type BlockReference, Chain } from "../../../src/layers/chain/node/Chain.ts"
import { type Commitment, Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import * as Absences from "../../../src/layers/github/Absences.ts"
import * as GitHubAccounts from "../../../src/layers/github/accounts/GitHubAccounts.ts"
import { GitHub } from "../../../src/layers/github/GitHub.ts"
import * as Watches from "../../../src/layers/storage/dataFolder/Watches.ts"
import { issueNow, objectionTo } from "../../../src/scoring/issue_competitions/attest.ts"
import { raw } from "../../support/bittensor/commitments.ts"
import { assertCost } from "../../support/github/cost.ts"
import { inEachVersion } from "../../support/github/restVersions.ts"
import { genesisHash, never, silentChain } from "../../support/github/silentChain.ts"
import { number, service, story, WIDGETS } from "../../support/github/story.ts"

const NETUID = 74
const key = (byte: number): KeyPair => fromSeed(new Uint8Array(32).fill(byte))
const [BOB, CLEO, DORA] = [key(1), key(2), key(3)] as const
const S: BlockReference = { number: 1_000, hash: "0x00" }

/** A simulated GitHub and a subnet whose registrations and commitments the test sets. */
const begin = Effect.gen(function* () {
  const { url, control, observer } = yield* story()
  const registered = new Set<string>([BOB.address, CLEO.address, DORA.address])
  const committed = new Map<string, Commitment>()
  const chain = silentChain({ finalisedHead: Effect.succeed(S) })
  const metagraph = (): Metagraph => ({
    netuid: NETUID,
    block: S.number,
    neurons: [...registered].map((hotkey, uid) => ({
      uid,
      hotkey: AccountAddress.make(hotkey),
      coldkey: AccountAddress.make(hotkey),
      stake: 0n,
      registeredAt: 1,
      validatorPermit: false,
      lastUpdate: 0,
      axon: null
    }))
  })
  const subnet = Subnet.of({
    netuid: NETUID,
    metagraph: () => Effect.sync(metagraph),
    stakeOf: () => never("a stake"),
    commitments: (_, hotkeys) => Effect.sync(() => hotkeys.flatMap((hotkey) => committed.get(hotkey) ?? [])),
    setCommitment: () => never("a commitment"),
    weightRules: () => never("weights"),
    epochAt: () => never("weights"),
    revealRules: never("weights"),
    setWeights: () => never("weights"),
    commitWeights: () => never("weights"),
    serveAxon: () => never("an axon"),
    seedAfter: () => never("a seed")
  })
  const world = { block: S.number }
  /** A separate validator with its own view of GitHub. It caches answers for `fresh`. `watches`: its stored checks of absences. */
  const validator = (fresh: Duration.DurationInput = 0, watches?: Watches.Watches["Type"]) =>
    Effect.gen(function* () {
      const absences = yield* Absences.make({
        watches: watches ?? (yield* Watches.makeInMemory),
        block: Effect.sync(() => world.block)
      })
      const github = yield* service(url, [observer.token], { fresh }).pipe(Effect.provideService(Absences.Absences, absences))
      const accounts = yield* GitHubAccounts.makeWith(Duration.decode(fresh)).pipe(
        Effect.provideService(Chain, chain),
        Effect.provideService(Subnet, subnet),
        Effect.provideService(GitHub, github),
        Effect.provideService(Absences.Absences, absences)
      )
      return { ...accounts, github }
    })
  const gist = (login: string, hotkey: KeyPair, content?: string) =>
    Effect.gen(function* () {
      const { id, token } = yield* control.user({ payload: { login } })
      const github = yield* service(url, [token])
      const link = GitHubLink.GitHubLink.make({
        genesisHash,
        netuid: NETUID,
        hotkey: hotkey.address,
        account: GitHubLink.GitHubAccountId.make(id)
      })
      const files = [{ name: GitHubLink.GIST_FILE, content: content ?? GitHubLink.gistContent(link, hotkey) }]
      return { id, gist: (yield* github.createGist({ description: "", public: true, files })).id }
    })
  const commit = (hotkey: KeyPair, account: number, gistId: string, block: number) =>
    void committed.set(hotkey.address, { account: hotkey.address, block, fields: raw(`gh:${account}:${gistId}`) })
  const link = (login: string, hotkey: KeyPair, block: number) =>
    Effect.tap(gist(login, hotkey), ({ id, gist: gistId }) => Effect.sync(() => commit(hotkey, id, gistId, block)))
  return { url, control, registered, committed, metagraph, validator, gist, commit, link, world }
})

const names = new Map([
  [BOB.address, "bob"],
  [CLEO.address, "cleo"],
  [DORA.address, "dora"]
])
const whoIn = (hotkeys: Iterable<AccountAddress>) => [...hotkeys].map((hotkey) => names.get(hotkey)).sort()
const down = { _tag: "Status", status: 502, times: 10_000 } as const

describe("an account", () => {
  inEachVersion("belongs to the hotkey that committed first; linking again commits anew", () =>
    Effect.gen(function* () {
      const { link, validator } = yield* begin
      yield* link("bob", BOB, 100)
      yield* link("bob", CLEO, 200)
      const { linkedAt } = yield* validator()
      const first = yield* linkedAt(S)
      assert.deepStrictEqual(whoIn(first.accounts.keys()), ["bob"])
      assert.match(first.refused.get(CLEO.address) ?? "", /another hotkey linked GitHub account \d+ first/)
      yield* link("bob", BOB, 300)
      assert.deepStrictEqual(whoIn((yield* linkedAt(S)).accounts.keys()), ["cleo"])
    }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
  )

  inEachVersion("belongs to registered hotkeys only", () =>
    Effect.gen(function* () {
      const { link, validator, registered } = yield* begin
      yield* link("bob", BOB, 100)
      yield* link("bob", CLEO, 200)
      registered.delete(BOB.address)
      assert.deepStrictEqual(whoIn((yield* (yield* validator()).linkedAt(S)).accounts.keys()), ["cleo"])
    }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
  )

  inEachVersion("stays linked after a rename, but not if its gist is edited, deleted or owned by another account", () =>
    Effect.gen(function* () {
      const { link, control, validator, commit, gist, world } = yield* begin
      const { id, gist: gistId } = yield* link("bob", BOB, 100)
      const watches = yield* Watches.makeInMemory
      const old = yield* validator(0, watches)
      const linkedTo = Effect.map(old.linkedAt(S), ({ accounts }) => accounts.get(BOB.address))
      const why = Effect.map(old.linkedAt(S), ({ refused }) => refused.get(BOB.address) ?? "")
      yield* control.renameUser({ payload: { login: "bob", to: "robert" } })
      assert.strictEqual(yield* linkedTo, id)
      yield* control.changeGist({ payload: { id: gistId, files: { [GitHubLink.GIST_FILE]: "nothing to see" } } })
      assert.match(yield* why, /does not hold the text/)
      yield* control.changeGist({ payload: { id: gistId, files: { "other.txt": "nothing to see" } } })
      assert.match(yield* why, /has no file/)
      yield* control.changeGist({ payload: { id: gistId, files: null } })
      for (let hours = 0; hours < 6; hours++) {
        assert.match(yield* why, /has no file/, "what was last known of it")
        world.block += 300
      }
      assert.match(yield* why, /does not exist/)
      assert.deepStrictEqual(
        yield* old.linkedAt(S),
        yield* (yield* validator(0, watches)).linkedAt(S),
        "a validator that was started anew sees the same"
      )
      assert.strictEqual((yield* old.claimedAt(S, [BOB.address])).get(BOB.address), id, "and the claim is there for what had begun")
      // Cleo publishes the text that Bob signed for his account, in her own gist.
      const stolen = yield* gist("robert", BOB)
      const text = yield* Effect.flatMap(old.github.gist(stolen.gist), ({ files }) => Effect.succeed(files[0]?.content ?? ""))
      const shown = yield* gist("cleo", CLEO, text)
      commit(CLEO, id, shown.gist, 400)
      assert.match((yield* old.linkedAt(S)).refused.get(CLEO.address) ?? "", /is for the hotkey|belongs to account/)
      commit(BOB, id, shown.gist, 400)
      assert.match(yield* why, /belongs to account/)
    }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
  )

  inEachVersion("stays linked while its gist is missing, also after a restart, until it was missing for six hours", () =>
    Effect.gen(function* () {
      const { link, control, validator, world } = yield* begin
      const { id } = yield* link("bob", BOB, 100)
      const watches = yield* Watches.makeInMemory
      let process = yield* validator(0, watches)
      const account = Effect.suspend(() => Effect.map(process.linkedAt(S), ({ accounts }) => accounts.get(BOB.address)))
      assert.strictEqual(yield* account, id)
      yield* control.addFault({ payload: { fault: { ...down, status: 404, path: "^/gists/" } } })
      for (let hours = 0; hours < 6; hours++) {
        assert.strictEqual(yield* account, id, `${hours} hours`)
        world.block += 300
        if (hours === 3) process = yield* validator(0, watches)
      }
      const gone = yield* process.linkedAt(S)
      assert.match(gone.refused.get(BOB.address) ?? "", /does not exist/)
      yield* control.removeFaults({ payload: {} })
      assert.strictEqual(yield* account, id, "it is back")
    }).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
  )

  inEachVersion("that names a gist which nobody has seen is unknown, and takes nothing from others", () =>
    Effect.gen(function* () {
      const { link, validator, commit } = yield* begin
      const { id } = yield* link("bob", BOB, 100)
      commit(CLEO, id, "0123456789abcdef", 50)
      const seen = yield* (yield* validator()).linkedAt(S)
      assert.deepStrictEqual([seen.accounts.keys(), seen.unknown, seen.unseen, seen.refused.keys()].map(whoIn), [
        ["bob"],
        ["cleo"],
        ["cleo"],
        []
      ])
    }).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
  )

  inEachVersion("is unknown rather than unlinked when GitHub does not answer; earlier answers stand", () =>
    Effect.gen(function* () {
      const { link, control, validator } = yield* begin
      const { id } = yield* link("bob", BOB, 100)
      const old = yield* validator()
      assert.strictEqual((yield* old.linkedAt(S)).accounts.get(BOB.address), id)
      yield* control.addFault({ payload: { fault: down } })
      assert.strictEqual((yield* old.linkedAt(S)).accounts.get(BOB.address), id)
      const young = yield* (yield* validator()).linkedAt(S)
      assert.deepStrictEqual([whoIn(young.unknown), young.accounts.size, young.refused.size], [["bob"], 0, 0])
    }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
  )

  it.scoped("that cannot be checked is one line an hour in the log, however many there are, and one when that is over", () => {
    const said: Array<string> = []
    const logger = Logger.make<unknown, void>(({ logLevel, message }) => {
      if (LogLevel.greaterThanEqual(logLevel, LogLevel.Info)) said.push(`${logLevel.label} ${String(message).replace(/: .*/, "")}`)
    })
    return Effect.gen(function* () {
      const { link, control, validator } = yield* begin
      for (const [login, key] of [["bob", BOB] as const, ["cleo", CLEO] as const]) yield* link(login, key, 100)
      const { linkedAt } = yield* validator("1 second")
      const look = Effect.zipRight(TestClock.adjust("2 seconds"), linkedAt(S))
      const unchecked = /^WARN the link of (\w+) and perhaps of others could not be checked$/
      yield* control.addFault({ payload: { fault: { ...down, status: 400 } } })
      yield* look
      yield* look
      assert.deepStrictEqual(
        said.splice(0).map((line) => unchecked.test(line)),
        [true]
      )
      yield* TestClock.adjust("1 hour")
      yield* look
      assert.deepStrictEqual(
        said.splice(0).map((line) => unchecked.test(line)),
        [true]
      )
      yield* control.removeFaults({ payload: {} })
      yield* look
      yield* look
      assert.deepStrictEqual(said.splice(0), ["INFO links to GitHub accounts are checked again"])
    }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
  })

  inEachVersion("is not taken away by a later claim that cannot be checked, but an earlier one casts doubt on it", () =>
    Effect.gen(function* () {
      const { link, control, validator, commit, gist } = yield* begin
      const { id } = yield* link("bob", BOB, 100)
      const other = yield* gist("cleo", CLEO)
      commit(CLEO, id, other.gist, 200)
      yield* control.addFault({ payload: { fault: { ...down, path: other.gist } } })
      const later = yield* (yield* validator()).linkedAt(S)
      assert.deepStrictEqual([whoIn(later.accounts.keys()), whoIn(later.unknown)], [["bob"], ["cleo"]])
      commit(CLEO, id, other.gist, 50)
      const earlier = yield* (yield* validator()).linkedAt(S)
      assert.deepStrictEqual([whoIn(earlier.accounts.keys()), whoIn(earlier.unknown)], [[], ["bob", "cleo"]])
    }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
  )

  inEachVersion("is not blocked by a gist that GitHub shows to nobody, or that is too long to read", () =>
    Effect.gen(function* () {
      const { link, control, validator, commit, gist } = yield* begin
      const { id } = yield* link("bob", BOB, 100)
      const other = yield* gist("cleo", CLEO)
      commit(CLEO, id, other.gist, 50)
      for (const status of [403, 451]) {
        yield* control.addFault({ payload: { fault: { ...down, status, path: other.gist } } })
        const seen = yield* (yield* validator()).linkedAt(S)
        assert.deepStrictEqual([whoIn(seen.accounts.keys()), whoIn(seen.unknown)], [["bob"], []], String(status))
        yield* control.removeFaults({ payload: {} })
      }
      const long = yield* gist("cleo", CLEO, "x".repeat(2_000_000))
      commit(CLEO, id, long.gist, 50)
      assert.deepStrictEqual(whoIn((yield* (yield* validator()).linkedAt(S)).accounts.keys()), ["bob"])
      // A token without access to gists proves nothing about any gist.
      yield* control.addFault({ payload: { fault: { ...down, status: 403, path: "^/gists/" } } })
      const blind = yield* (yield* validator()).linkedAt(S)
      assert.deepStrictEqual([whoIn(blind.accounts.keys()), whoIn(blind.unknown)], [[], ["bob", "cleo"]])
    }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
  )

  inEachVersion("is looked up once, then only its gist is checked for changes; a miner looks up only its own", () =>
    Effect.gen(function* () {
      const { link, control, validator } = yield* begin
      for (const [login, hotkey, block] of [
        ["bob", BOB, 1],
        ["cleo", CLEO, 2],
        ["ada", DORA, 3]
      ] as const)
        yield* link(login, hotkey, block)
      const requests = <A, E>(work: Effect.Effect<A, E>) =>
        Effect.gen(function* () {
          const before = yield* control.countRequests({ payload: {} })
          yield* work
          const after = yield* control.countRequests({ payload: {} })
          return [after.requests - before.requests, after.notModified - before.notModified]
        })
      const careful = yield* validator("1 hour")
      assert.deepStrictEqual(yield* requests(careful.linkedAt(S)), [3, 0])
      assert.deepStrictEqual(yield* requests(careful.linkedAt(S)), [0, 0])
      const eager = yield* validator(0)
      yield* eager.linkedAt(S)
      assert.deepStrictEqual(yield* requests(eager.linkedAt(S)), [3, 3])
      assert.deepStrictEqual(yield* requests((yield* validator()).linkOf(CLEO.address, S)), [1, 0])
    }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
  )
})

describe("an enrolled and attested miner", () => {
  inEachVersion("is neither the issue's author, nor an owner, member or collaborator, and has its own account", () =>
    Effect.gen(function* () {
      const { link, control, validator, metagraph } = yield* begin
      yield* control.createUser({ payload: { login: "dora" } })
      const { github, linkedAt } = yield* validator()
      const judge = (hotkey: KeyPair, issue = 1) =>
        Effect.gen(function* () {
          const now = yield* issueNow({ repository: WIDGETS, number: issue })
          const state = { metagraph: metagraph(), links: yield* linkedAt(S) }
          const objection = yield* objectionTo(hotkey.address, now, state)
          return objection === undefined ? "attested" : `${objection.uncertain ? "uncertain: " : ""}${objection.why}`
        }).pipe(Effect.provideService(GitHub, github))
      assert.strictEqual(yield* judge(BOB), "no GitHub account is linked")
      assert.match(yield* judge(key(9)), /not registered/)
      yield* link("bob", BOB, 1)
      assert.strictEqual(yield* judge(BOB), "attested")
      yield* link("ada", CLEO, 2)
      assert.match(yield* judge(CLEO), /opened the issue/)
      yield* control.renameUser({ payload: { login: "ada", to: "ada-lovelace" } })
      assert.match(yield* judge(CLEO), /opened the issue/, "whatever it is called now")
      // GitHub shows an account's association with a repository on what the account wrote there.
      yield* control.openIssue({ payload: { repository: WIDGETS, title: "Another", author: "dora" } })
      yield* link("dora", DORA, 3)
      assert.strictEqual(yield* judge(DORA), "attested")
      yield* control.changeRepository({ payload: { repository: WIDGETS, collaborators: ["dora"] } })
      assert.match(yield* judge(DORA), /COLLABORATOR/)
      yield* control.changeRepository({ payload: { repository: WIDGETS, collaborators: [], members: ["dora"] } })
      assert.match(yield* judge(DORA), /MEMBER/)
      yield* control.changeRepository({ payload: { repository: WIDGETS, members: [] } })
      assert.match(yield* judge(DORA), /MEMBER/, "for six hours: to some tokens GitHub calls a member a contributor")
      yield* control.openPullRequest({ payload: { repository: WIDGETS, title: "Oil", author: "bob" } })
      yield* control.mergePullRequest({ payload: { repository: WIDGETS, number: number(3) } })
      assert.strictEqual(yield* judge(BOB), "attested", "a contributor may")
      yield* link("dora", BOB, 9)
      assert.match(yield* judge(BOB), /another hotkey linked/)
      yield* control.close({ payload: { repository: WIDGETS, number: number(1) } })
      assert.match(yield* judge(DORA), /is closed/)
    }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
  )

  inEachVersion("is attested nowhere that the roster says wants none of it, from the day on which it does", () =>
    Effect.gen(function* () {
      const { link, control, validator, metagraph } = yield* begin
      yield* link("bob", BOB, 1)
      const { github, linkedAt } = yield* validator(0)
      const refusals = [{ repository: WIDGETS, since: "2026-07-21" }]
      const on = (moment: string, rules: ConsentRules = { consent: "not-refused", refusals }) =>
        Effect.gen(function* () {
          const now = yield* issueNow({ repository: WIDGETS, number: 1 }, refusedAt(rules, Date.parse(moment)))
          const objection = yield* objectionTo(BOB.address, now, { metagraph: metagraph(), links: yield* linkedAt(S) })
          return objection && [objection.why, objection.uncertain]
        }).pipe(Effect.provideService(GitHub, github))
      assert.isUndefined(yield* on("2026-07-20T23:59:59Z"))
      assert.isUndefined(yield* on("2026-07-21T00:00:00Z", { refusals }))
      yield* control.changeRepository({ payload: { repository: WIDGETS, name: RepositoryName.make("acme/gadgets") } })
      assert.deepStrictEqual(yield* on("2026-07-21T00:00:00Z"), [
        "the issue may have no bounty: its people told the subnet's owner so",
        false
      ])
    }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
  )

  inEachVersion("is left out by a validator that GitHub does not answer, never attested by guess; the others attest it", () =>
    Effect.gen(function* () {
      const { link, control, validator, metagraph } = yield* begin
      yield* link("bob", BOB, 1)
      const [well, ill] = yield* Effect.all([validator(), validator()])
      const judge = ({ github, linkedAt }: typeof well) =>
        Effect.gen(function* () {
          const now = yield* issueNow({ repository: WIDGETS, number: 1 })
          return yield* objectionTo(BOB.address, now, { metagraph: metagraph(), links: yield* linkedAt(S) })
        }).pipe(Effect.provideService(GitHub, github))
      for (const path of [
        "^/gists/",
        "^/repos/acme/widgets/issues/1",
        "^/user/",
        "^/repos/acme/widgets/issues\\?",
        "^/repos/acme/widgets$"
      ]) {
        for (const fault of [
          { ...down, path },
          { _tag: "Truncated", times: 10_000, path },
          { _tag: "Status", status: 403, message: "API rate limit exceeded", times: 10_000, path },
          { _tag: "Status", status: 404, times: 10_000, path }
        ] as const) {
          yield* control.addFault({ payload: { fault } })
          const objection = yield* judge(yield* validator())
          assert.strictEqual(objection?.uncertain, true, `${path}: ${objection?.why}`)
          yield* control.removeFaults({ payload: {} })
        }
      }
      assert.isUndefined(yield* judge(well))
      assert.isUndefined(yield* judge(ill))
    }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
  )

  inEachVersion("stays a maintainer while GitHub does not say so any more, also after a restart, until that was so for six hours", () =>
    Effect.gen(function* () {
      const { link, control, validator, world } = yield* begin
      const { id } = yield* link("bob", BOB, 1)
      yield* control.openIssue({ payload: { repository: WIDGETS, title: "Another", author: "bob" } })
      yield* control.changeRepository({ payload: { repository: WIDGETS, members: ["bob"] } })
      const watches = yield* Watches.makeInMemory
      let process = yield* validator(0, watches)
      const association = Effect.suspend(() => process.github.associationOf(id, WIDGETS))
      assert.strictEqual(yield* association, "MEMBER")
      // His only issue there was deleted, and his membership is private, so GitHub shows nothing of him.
      yield* control.deleteIssue({ payload: { repository: WIDGETS, number: number(2) } })
      yield* control.changeRepository({ payload: { repository: WIDGETS, privateMembers: ["bob"] } })
      for (let hours = 0; hours < 6; hours++) {
        assert.strictEqual(yield* association, "MEMBER", `${hours} hours`)
        world.block += 300
        if (hours === 3) process = yield* validator(0, watches)
      }
      assert.strictEqual(yield* association, "NONE")
    }).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
  )

  inEachVersion("costs one request per miner and repository and one per issue, not one per miner and issue, and no more for hours", () =>
    Effect.gen(function* () {
      const { link, control, validator, metagraph } = yield* begin
      yield* link("bob", BOB, 1)
      for (const title of ["Two", "Three", "Four"]) yield* control.openIssue({ payload: { repository: WIDGETS, title, author: "ada" } })
      const { github, linkedAt } = yield* validator("1 hour")
      const round = Effect.gen(function* () {
        const before = yield* control.countRequests({ payload: {} })
        for (const issue of [1, 2, 3, 4]) {
          const now = yield* issueNow({ repository: WIDGETS, number: issue })
          assert.isUndefined(yield* objectionTo(BOB.address, now, { metagraph: metagraph(), links: yield* linkedAt(S) }))
        }
        const after = yield* control.countRequests({ payload: {} })
        return after.requests - before.requests
      }).pipe(Effect.provideService(GitHub, github))
      // Once: the gist. For each issue: the repository, the issue, and whether its maintainers want a bounty. Once: the repository, the account, its
      // newest entry (there is none), the owner's public members, and whether the account moved the default branch.
      assertCost("a round", yield* round, 1 + 4 * 3 + 5)
      assertCost("the same round again", yield* round, 0)
      yield* control.addFault({ payload: { fault: down } })
      assertCost("the same round while GitHub is down", yield* round, 0)
    })
  )

  it("is not attested twice through an account shared by two hotkeys", () => {
    const proven = (hotkey: KeyPair, committedAt: number) => ({
      hotkey: hotkey.address,
      account: GitHubLink.GitHubAccountId.make(7),
      committedAt
    })
    const accounts = GitHubLink.accountsByHotkey([proven(CLEO, 5), proven(BOB, 5), proven(DORA, 6)])
    assert.strictEqual(accounts.size, 1)
  })
})
