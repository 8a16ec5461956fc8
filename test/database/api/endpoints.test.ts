/** The endpoints' answers on both databases, decoded with the API's own schemas through the typed client. */
import { HttpApiClient, HttpClient, HttpClientResponse } from "@effect/platform"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Api } from "../../../src/dashboard/api/definition/Api.ts"
import { ISSUE_SORTS, MINER_SORTS } from "../../../src/dashboard/api/definition/choices.ts"
import { ApiError } from "../../../src/dashboard/api/definition/errors.ts"
import { AccountAddress } from "../../../src/domain/Account.ts"
import { ALICE, BOB, CAROL, COMPETITION, HEAD, ISSUE, seed, VALIDATOR } from "../../support/api/seed.ts"
import { ask, serveBoth } from "../../support/api/serving.ts"
import { asked, handled } from "../../support/api/support.ts"
import { variants } from "../../support/database/support.ts"

const account = Schema.decodeUnknownSync(AccountAddress)

/** A typed client whose requests are answered in this process. */
const client = Effect.gen(function* () {
  const handler = yield* handled
  const http = HttpClient.make((request, url) =>
    Effect.map(
      Effect.promise(() => handler(new Request(url.href, { method: request.method }))),
      (response) => HttpClientResponse.fromWeb(request, response)
    )
  )
  return yield* HttpApiClient.make(Api, { baseUrl: "http://api.test" }).pipe(Effect.provideService(HttpClient.HttpClient, http))
})

const isError = Schema.is(Schema.encodedSchema(ApiError))

for (const { name, skip, layer } of variants) {
  describe.skipIf(skip)(`the API on the ${name} database`, () => {
    it.scoped("ranks only miners with a rated game, and counts only those that ever enrolled as players", () =>
      Effect.gen(function* () {
        yield* seed
        const sql = yield* SqlClient
        // A validator is rated like every registered hotkey. A newcomer has enrolled but has no rated game.
        yield* sql`INSERT INTO miners (hotkey, uid, first_seen_at, rating, rated_at) VALUES (${VALIDATOR}, 4, 2, 1500000, 30)`
        yield* sql`UPDATE miners SET rating = 1500000, rated_games = 0, enrolled_at = 12 WHERE hotkey = ${CAROL}`
        const api = yield* client
        const all = { limit: 25 }

        const leaders = yield* api.miners.leaderboard({ urlParams: all })
        assert.deepStrictEqual(
          leaders.items.map(({ rank, hotkey }) => [rank, hotkey]),
          [
            [1, ALICE],
            [2, BOB]
          ]
        )
        // Alice loses once more, and then wins seven times.
        yield* sql`INSERT INTO competitions SELECT (jsonb_populate_record(NULL::competitions,
            to_jsonb(old) || jsonb_build_object('id', others.id, 'winner', CASE others.id WHEN 102 THEN 1 ELSE 0 END))).*
          FROM (SELECT * FROM competitions WHERE id = ${COMPETITION}) old, generate_series(101, 109) others (id)`
        const runs = yield* api.miners.leaderboard({ urlParams: all })
        assert.deepStrictEqual(
          runs.items.map(({ form, streak }) => [form.join(), streak]),
          [
            ["won,won,won,won,won", 7],
            ["lost,lost,lost,lost,lost", 7]
          ]
        )
        const last = yield* api.miners.leaderboard({
          urlParams: { limit: 1, cursor: (yield* api.miners.leaderboard({ urlParams: { limit: 1 } })).next ?? "" }
        })
        assert.deepStrictEqual([last.items.map(({ rank, hotkey }) => [rank, hotkey]), last.next], [[[2, BOB]], null])

        const ranks = yield* Effect.forEach([ALICE, BOB, CAROL, VALIDATOR], (hotkey) =>
          Effect.map(api.miners.miner({ path: { hotkey: account(hotkey) } }), ({ rank, rating }) => [rank, rating])
        )
        assert.deepStrictEqual(ranks, [
          [1, 1532.345],
          [2, 1487.655],
          [null, 1500],
          [null, null]
        ])

        const listed = (urlParams: { readonly enrolled?: boolean; readonly rated?: boolean }) =>
          Effect.map(api.miners.miners({ urlParams: { ...all, sort: "rating", ...urlParams } }), ({ items }) =>
            items.map(({ hotkey }) => hotkey)
          )
        assert.deepStrictEqual(
          yield* listed({}),
          [ALICE, BOB, CAROL, VALIDATOR].map((hotkey) => account(hotkey))
        )
        assert.deepStrictEqual(yield* listed({ enrolled: true, rated: false }), [account(CAROL)])
        assert.deepStrictEqual(yield* listed({ enrolled: false }), [account(VALIDATOR)])
        yield* sql`UPDATE config_changes SET config = config || '{"roundLength": 20, "attestBlocks": 10}' WHERE config IS NOT NULL`
        const { miners, nextDraw } = yield* api.chain.stats()
        assert.deepStrictEqual(nextDraw, { block: 50, expected: null })
        assert.deepStrictEqual(miners, { known: 4, registered: 4, linked: 3, enrolled: 3, rated: 2 })

        const odds = yield* api.competitions.headToHead({ urlParams: { a: account(ALICE), b: account(VALIDATOR), ...all } })
        assert.deepStrictEqual([odds.b.rating, odds.expected], [null, null])
      }).pipe(Effect.provide(layer))
    )

    it.scoped("answers every endpoint according to its schema", () =>
      Effect.gen(function* () {
        yield* seed
        const api = yield* client
        const first = { limit: 25 }
        const newest = { ...first, sort: "newest" } as const

        const issues = yield* api.issues.issues({ urlParams: newest })
        assert.deepStrictEqual(
          issues.items.map(({ id, status }) => [id, status]),
          [
            [3, "Cancelled"],
            [2, "Funding"],
            [1, "Paid"]
          ]
        )
        const [cancelled, funding, paid] = issues.items
        assert.deepStrictEqual(cancelled?.reason, { _tag: "SubmittedTooEarly", hotkey: account(ALICE) })
        assert.strictEqual(funding?.queuePosition, 1)
        assert.strictEqual(paid?.target, 100_000_000_000n)
        assert.deepStrictEqual(paid?.registeredAt, { block: 5, time: new Date(Date.UTC(2026, 0, 1, 0, 0, 5)) })
        assert.strictEqual(paid?.competition?.a.login, "login-1")

        const issue = yield* api.issues.issue({ path: { id: ISSUE } })
        assert.deepStrictEqual(
          issue.enrolment?.miners.map(({ uid, miner, enrolledBy, skippedBy }) => [uid, miner?.hotkey, enrolledBy, skippedBy]),
          [
            [1, ALICE, 1, 0],
            [2, BOB, 1, 0],
            [3, undefined, 0, 1]
          ]
        )
        assert.deepStrictEqual(issue.enrolment?.field, { size: 2, needed: 2 })
        assert.strictEqual(issue.liveVotes.length, 1)
        assert.strictEqual(issue.paid?.amount, 100_000_000_000n)

        const quality = yield* api.competitions.competitionQuality({ path: { id: COMPETITION } })
        assert.strictEqual(quality.validators, 1)
        assert.deepStrictEqual(
          quality.heads.map(({ side, number, records }) => [side, number, records.map(({ validator, state }) => [validator, state])]),
          [["a", 77, [[VALIDATOR, "done"]]]]
        )
        const signed = yield* api.competitions.qualityDocument({ path: { id: COMPETITION, hotkey: account(VALIDATOR) } })
        assert.deepStrictEqual(signed.body, { issue: ISSUE })

        const competition = yield* api.competitions.competition({ path: { id: COMPETITION } })
        assert.deepStrictEqual(competition.enrolled, [1, 2, 255])
        assert.strictEqual(competition.a.rating, 1512.345)
        assert.strictEqual(competition.winner, "a")
        assert.deepStrictEqual([competition.outcomeUntil.block, competition.expiresFrom.block], [60, 85])
        assert.deepStrictEqual(
          competition.steps.map(({ name }) => name),
          ["CompetitionStarted", "BountyPaid"]
        )
        assert.deepStrictEqual(
          competition.votes.map(({ kind, call }) => [kind, call]),
          [
            ["pair", { extrinsic: 2, position: 0 }],
            ["outcome", { extrinsic: 2, position: 0 }]
          ]
        )
        assert.deepStrictEqual(competition.records.b.form, ["lost"])

        const pair = yield* api.competitions.headToHead({ urlParams: { a: account(BOB), b: account(ALICE), ...first } })
        assert.deepStrictEqual(pair.meetings, { aWon: 0, bWon: 1, expired: 0, void: 0, running: 0 })
        assert.closeTo((pair.expected?.a ?? 0) + (pair.expected?.b ?? 0), 1, 1e-9)
        assert.isBelow(pair.expected?.a ?? 1, 0.5)
        const byLogin = yield* api.competitions.headToHead({ urlParams: { a: "login-2", b: "LOGIN-1", ...first } })
        assert.deepStrictEqual([byLogin.a.miner.hotkey, byLogin.b.miner.hotkey, byLogin.meetings], [BOB, ALICE, pair.meetings])
        assert.strictEqual(byLogin.items.length, 1)

        const miner = yield* api.miners.miner({ path: { hotkey: account(ALICE) } })
        assert.strictEqual(miner.rank, 1)
        assert.deepStrictEqual([miner.form, miner.streak], [["won"], 1])
        assert.strictEqual(miner.recent[0]?.id, COMPETITION)
        assert.strictEqual(miner.links[0]?.gist, "abcdef")
        assert.isNull((yield* api.miners.miner({ path: { hotkey: account(CAROL) } })).rank)

        const activity = yield* api.miners.activity({ path: { hotkey: account(ALICE) }, urlParams: first })
        assert.deepStrictEqual(activity.items, [{ round: 1, issue: ISSUE, at: 12, enrolledBy: 1, skippedBy: 0 }])

        const leaders = yield* api.miners.leaderboard({ urlParams: first })
        assert.deepStrictEqual(
          leaders.items.map(({ rank, hotkey }) => [rank, hotkey]),
          [
            [1, ALICE],
            [2, BOB]
          ]
        )
        const validator = yield* api.validators.validator({ path: { hotkey: account(VALIDATOR) } })
        assert.deepStrictEqual([validator.votes.decided, validator.votes.agreed], [1, 1])
        assert.strictEqual(validator.stakes[0]?.day, "2026-01-01")

        const config = yield* api.chain.config()
        assert.strictEqual(config.announced.length, 1)
        assert.isFalse(config.paused)
        assert.isNull(config.ended)
        assert.isNull(config.contact)
        const stats = yield* api.chain.stats()
        assert.strictEqual(stats.head?.block, HEAD)
        assert.deepStrictEqual(stats.issues, { Cancelled: 1, Funding: 1, Paid: 1 })
        assert.deepStrictEqual(stats.languages, [
          { name: "Rust", issues: 1 },
          { name: "TypeScript", issues: 1 }
        ])
        const treasury = yield* api.money.treasury()
        assert.deepStrictEqual(treasury.streams, [
          { kind: "funded", source: "free", destination: "issue", amount: 100_000_000_000n, flows: 1 }
        ])
        assert.strictEqual(treasury.wanted, 150_000_000_000n)

        const one = [
          yield* api.issues.attestations({ urlParams: first }),
          yield* api.issues.pullRequests({ urlParams: first }),
          yield* api.money.treasuryFlows({ urlParams: first }),
          yield* api.money.collateral({ urlParams: first }),
          yield* api.money.payouts({ urlParams: first }),
          yield* api.miners.scores({ urlParams: first }),
          yield* api.validators.validators({ urlParams: first }),
          yield* api.validators.weights({ urlParams: first }),
          yield* api.validators.reports({ urlParams: first })
        ]
        assert.deepStrictEqual(
          one.map(({ items }) => items.length),
          one.map(() => 1)
        )
        assert.strictEqual((yield* api.issues.votes({ urlParams: newest })).items.length, 2)
        assert.strictEqual((yield* api.miners.miners({ urlParams: { ...first, sort: "rating" } })).items.length, 3)
        assert.strictEqual((yield* api.miners.registrations({ urlParams: first })).items.length, 2)
        assert.strictEqual((yield* api.competitions.competitions({ urlParams: newest })).items.length, 1)
        assert.strictEqual((yield* api.competitions.ratings({ urlParams: first })).items.length, 2)
        assert.strictEqual((yield* api.records.events({ urlParams: newest })).items.length, 10)
        assert.strictEqual((yield* api.records.calls({ urlParams: newest })).items.length, 11)
        assert.strictEqual((yield* api.records.blocks({ urlParams: newest })).items[0]?.number, HEAD)
        assert.strictEqual((yield* api.chain.configChanges({ urlParams: first })).items.length, 2)

        const epochs = yield* api.consensus.consensusEpochs({ urlParams: first })
        assert.deepStrictEqual(
          epochs.items.map(({ epoch, reporting, severities, looks }) => [epoch, reporting, severities, looks.next]),
          [
            [2, { voters: 2, reports: 1 }, { wrong: 1, missing: 0 }, 60],
            [1, { voters: 1, reports: 0 }, { wrong: 0, missing: 1 }, null],
            [0, { voters: 0, reports: 0 }, { wrong: 0, missing: 0 }, null]
          ]
        )
        assert.deepStrictEqual(epochs.items[0]?.weights, { asExpected: 1, other: 0, hidden: 1, none: 0 })
        assert.deepStrictEqual(epochs.items[2]?.committedRoster, null)
        const byValidator = yield* api.consensus.consensusEpochs({ urlParams: { ...first, validator: account(CAROL) } })
        assert.deepStrictEqual(
          byValidator.items.map(({ epoch }) => epoch),
          [2]
        )
        const audited = yield* api.consensus.consensusEpoch({ path: { epoch: 2 } })
        assert.deepStrictEqual(
          audited.voters.map(({ hotkey, reason, weights }) => [hotkey, reason, weights.state]),
          [
            [VALIDATOR, null, "set"],
            [CAROL, "equivocation", "hidden"]
          ]
        )
        const [value] = audited.values
        assert.deepStrictEqual(
          [value?.login, value?.value, value?.part, value?.measuringStake],
          ["login-1", 550_000, 700_000, 3_000_000_000n]
        )
        assert.deepStrictEqual(
          value?.votes.map(({ validator, value, pull }) => [validator, value, pull]),
          [
            [VALIDATOR, 600_000, "above"],
            [CAROL, null, null]
          ]
        )
        assert.deepStrictEqual(
          audited.findings.map(({ kind }) => kind),
          ["equivocation"]
        )
        const facts = yield* api.consensus.consensusFacts({ path: { epoch: 2 } })
        assert.strictEqual(facts.voters[0]?.stake, 3_000_000_000n)
        const report = yield* api.consensus.consensusReport({ path: { epoch: 2, hotkey: account(VALIDATOR) } })
        assert.property(report.body, "miners")
        const [divergence] = (yield* api.consensus.divergence({ urlParams: first })).items
        assert.deepStrictEqual([divergence?.spearman, divergence?.copies.length], [-987_654, 1])
        const evidence = yield* api.consensus.evidence({ urlParams: first })
        assert.deepStrictEqual(
          evidence.items.map(({ epoch, kind, at }) => [epoch, kind, at.block]),
          [
            [2, "equivocation", 32],
            [1, "no report", 24]
          ]
        )
        const wrong = yield* api.consensus.evidence({ urlParams: { ...first, severity: "wrong", validator: account(CAROL) } })
        assert.strictEqual(wrong.items.length, 1)
      }).pipe(Effect.provide(layer))
    )

    it.scoped("names competitors by the accounts that they had in the match", () =>
      Effect.gen(function* () {
        yield* seed
        const sql = yield* SqlClient
        const api = yield* client
        const logins = Effect.map(api.competitions.competition({ path: { id: COMPETITION } }), ({ a, b }) => [a.login, b.login, b.avatar])
        assert.deepStrictEqual((yield* logins).slice(0, 2), ["login-1", "login-2"])
        // Bob links another account while the match runs: whose pull requests counted is not whom he names now.
        yield* sql`INSERT INTO github_links (hotkey, linked_at, account, gist) VALUES (${BOB}, 16, 777, 'other')`
        yield* sql`UPDATE miners SET github_account = 777, github_login = 'somebody-else' WHERE hotkey = ${BOB}`
        assert.deepStrictEqual(yield* logins, ["login-1", null, null])
        assert.strictEqual((yield* api.miners.miner({ path: { hotkey: account(BOB) } })).github?.login, "somebody-else")
        // What happened before names nobody else either, and what is about the new account's time does.
        const named = Effect.gen(function* () {
          const events = yield* api.records.events({ urlParams: { limit: 100, sort: "newest" } })
          const [ratings, payouts] = yield* Effect.all([
            api.competitions.ratings({ urlParams: { limit: 100 } }),
            api.money.payouts({ urlParams: { limit: 100 } })
          ])
          return [
            ...events.items.flatMap(({ at, names }) => names.miners.map(({ hotkey, login }) => ({ block: at.block, hotkey, login }))),
            ...ratings.items.map(({ at, hotkey, login }) => ({ block: at.block, hotkey, login })),
            ...payouts.items.map(({ at, miner }) => ({ block: at.block, hotkey: miner.hotkey, login: miner.login }))
          ].filter(({ hotkey }) => hotkey === BOB)
        })
        const before = yield* named
        assert.isNotEmpty(before)
        for (const { block, login } of before) assert.strictEqual(login, block < 16 ? null : "somebody-else", `block ${block}`)
        const { competition } = yield* api.issues.issue({ path: { id: ISSUE } })
        assert.deepStrictEqual([competition?.a.login, competition?.b.login], ["login-1", null])
      }).pipe(Effect.provide(layer))
    )

    it.scoped("pages a list without gaps or overlaps, in every order", () =>
      Effect.gen(function* () {
        yield* seed
        const api = yield* client
        for (const sort of ISSUE_SORTS.filter((sort) => sort !== "queue")) {
          const whole = (yield* api.issues.issues({ urlParams: { limit: 100, sort } })).items.map(({ id }) => id)
          const paged: Array<number> = []
          let cursor: string | undefined
          do {
            const { items, next } = yield* api.issues.issues({ urlParams: { limit: 1, sort, ...(cursor === undefined ? {} : { cursor }) } })
            paged.push(...items.map(({ id }) => id))
            cursor = next ?? undefined
            // A cursor that does not advance would otherwise page until the test's timeout.
          } while (cursor !== undefined && paged.length <= whole.length)
          assert.deepStrictEqual(paged, whole)
          assert.strictEqual(new Set(paged).size, 3)
        }
        const get = yield* asked
        const next = Schema.decodeUnknown(Schema.Struct({ items: Schema.Array(Schema.Unknown), next: Schema.NullOr(Schema.String) }))
        for (const list of [
          "miners",
          ...MINER_SORTS.map((sort) => `miners?sort=${sort}`),
          "leaderboard",
          "ratings",
          "votes",
          "events",
          "calls"
        ].concat("blocks?from=30", "registrations", "config/changes", "consensus/epochs", "consensus/evidence")) {
          const [mark, all] = [list.includes("?") ? "&" : "?", yield* next((yield* get(`/v1/${list}`)).body)]
          let items: ReadonlyArray<unknown> = []
          let cursor = ""
          for (let pages = 0; pages < 50; pages++) {
            const page = yield* next((yield* get(`/v1/${list}${mark}limit=1${cursor}`)).body)
            items = [...items, ...page.items]
            if (page.next === null) break
            cursor = `&cursor=${page.next}`
          }
          assert.isAbove(items.length, 1)
          assert.deepStrictEqual(items, all.items, list)
        }
      }).pipe(Effect.provide(layer))
    )

    it.scoped("filters lists", () =>
      Effect.gen(function* () {
        yield* seed
        const get = yield* asked
        const Ids = Schema.Struct({ items: Schema.Array(Schema.Struct({ id: Schema.Int })) })
        const idsOf = (query: string) =>
          Effect.flatMap(get(`/v1/issues?${query}`), ({ body }) => Schema.decodeUnknown(Ids)(body)).pipe(
            Effect.map(({ items }) => items.map(({ id }) => id))
          )
        assert.deepStrictEqual(yield* idsOf("status=Paid&status=Funding"), [2, 1])
        assert.deepStrictEqual(yield* idsOf("repository=ACME/Widgets"), [1])
        assert.deepStrictEqual(yield* idsOf("label=bug"), [1])
        assert.deepStrictEqual(yield* idsOf("label=bugs"), [])
        assert.deepStrictEqual(yield* idsOf("language=typescript"), [1])
        assert.deepStrictEqual(yield* idsOf("language=Rust&language=TypeScript"), [3, 1])
        assert.deepStrictEqual(yield* idsOf("language=Type"), [])
        assert.deepStrictEqual(yield* idsOf("language=Rust&status=Paid"), [])
        assert.deepStrictEqual(yield* idsOf("search=crash%20wid"), [1])
        assert.deepStrictEqual(yield* idsOf("search=acme"), [2, 1])
        assert.deepStrictEqual(yield* idsOf("search=%27%3B%20drop%20table"), [])
        assert.deepStrictEqual(yield* idsOf("search=%23%23"), [])
        assert.deepStrictEqual(yield* idsOf(`competitor=${BOB}`), [1])
        assert.deepStrictEqual(yield* idsOf("sort=queue"), [2])
        const counted = (path: string) =>
          Effect.map(get(`/v1/${path}`), ({ body }) => (body as { readonly items: ReadonlyArray<unknown> }).items.length)
        assert.strictEqual(yield* counted(`competitions?miner=${BOB}`), 1)
        assert.strictEqual(yield* counted(`competitions?miner=${CAROL}`), 0)
        assert.strictEqual(yield* counted("events?issue=1&name=BountyPaid"), 1)
        assert.strictEqual(yield* counted("events?competition=1"), 3)
        assert.strictEqual(yield* counted("calls?success=false"), 1)
        assert.strictEqual(yield* counted("calls?message=vote_outcome&from=21"), 1)
        assert.strictEqual(yield* counted("votes?live=true"), 1)
        assert.strictEqual(yield* counted("votes?live=false&kind=pair"), 1)
        assert.strictEqual(yield* counted("attestations?uid=3"), 1)
        assert.strictEqual(yield* counted("attestations?uid=4"), 0)
        assert.strictEqual(yield* counted("miners?login=LOGIN-2"), 1)
        assert.strictEqual(yield* counted("blocks?from=10&to=12"), 3)
        assert.strictEqual(yield* counted("blocks?from=2026-01-01T00:00:10Z&to=2026-01-01T01:00:11.500%2B01:00"), 2)
        assert.strictEqual(yield* counted("blocks?from=2026-01-02"), 0)
        assert.strictEqual(yield* counted("blocks?to=2025-12-31"), 0)
        assert.strictEqual(yield* counted("blocks?from=2026-01-01&to=2026-01-01&limit=100"), HEAD, "a day is whole")
        assert.strictEqual(yield* counted("payouts?from=2026-01-01&to=2026-01-02T00:00Z"), 1)
        assert.strictEqual(yield* counted("ratings?to=2025-12-31"), 0)
        assert.strictEqual(yield* counted("validators?current=false"), 0)
      }).pipe(Effect.provide(layer))
    )

    it.scoped("filters lists by a miner's proven login as by its hotkey", () =>
      Effect.gen(function* () {
        yield* seed
        const { url } = yield* serveBoth({})
        const itemsOf = (path: string) =>
          Effect.map(ask(url + path), ({ status, bytes }) => [status, JSON.parse(new TextDecoder().decode(bytes)).items] as const)
        for (const path of [
          "payouts?hotkey=",
          "ratings?hotkey=",
          "collateral?hotkey=",
          "scores?hotkey=",
          "pull-requests?hotkey=",
          "registrations?hotkey=",
          "competitions?miner="
        ]) {
          const [status, items] = yield* itemsOf(`/v1/${path}${ALICE}`)
          assert.strictEqual(status, 200, path)
          assert.deepStrictEqual(yield* itemsOf(`/v1/${path}LOGIN-1`), [200, items], path)
          assert.deepStrictEqual(yield* itemsOf(`/v1/${path}nobody-has-it`), [200, []], path)
        }
        const textOf = (path: string) => Effect.map(ask(url + path), ({ bytes }) => new TextDecoder().decode(bytes))
        for (const part of ["", "/activity"])
          assert.strictEqual(yield* textOf(`/v1/miners/LOGIN-1${part}`), yield* textOf(`/v1/miners/${ALICE}${part}`))
        assert.strictEqual((yield* ask(`${url}/v1/miners/nobody-has-it`)).status, 404)
        const { bytes } = yield* ask(`${url}/v1/ratings.csv?hotkey=login-1`)
        assert.include(new TextDecoder().decode(bytes), ALICE)
        assert.strictEqual((yield* ask(`${url}/v1/payouts?hotkey=not_a_login`)).status, 400)
      }).pipe(Effect.provide(layer))
    )

    it.scoped("refuses invalid input, and says when nothing is found", () =>
      Effect.gen(function* () {
        yield* seed
        const get = yield* asked
        const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")
        const malformed = [
          "issues?cursor=nonsense",
          `issues?cursor=${cursor(["issues", "1; DROP TABLE issues"])}`,
          `issues?cursor=${cursor(["issues", "99999999999"])}`,
          `issues?cursor=${cursor(["issues"])}`,
          `issues?cursor=${cursor(["issues", "1", "2"])}`,
          `issues?cursor=${cursor(["issues oldest", "1"])}`,
          `pull-requests?cursor=${cursor(["pull requests", "2026-02-31T00:00:00.000000Z", "1", "1", "a"])}`,
          `miners?cursor=${cursor(["miners", "1", "a\u0000"])}`,
          "head-to-head",
          `head-to-head?a=${ALICE}`,
          "head-to-head?a=login-1&b=two%20words",
          "payouts?from=yesterday",
          "payouts?from=2026-13-01",
          "payouts?from=2026-02-30",
          "payouts?from=0000-01-01",
          "payouts?to=9999-12-31T23:59:59-23:59",
          "payouts?to=2147483648"
        ]
        for (const path of malformed) {
          const { status } = yield* get(`/v1/${path}`)
          assert.strictEqual(status, 400, path)
        }
        const { body: unread } = yield* get("/v1/payouts?from=yesterday")
        assert.include(JSON.stringify(unread), "neither a block, from 0 to 2147483647, nor a time, such as 2026-11-30")
        const missing = [
          "issues/999",
          "competitions/999",
          "competitions/999/plays",
          `miners/${VALIDATOR}`,
          `miners/${VALIDATOR}/activity`,
          `validators/${ALICE}`
        ]
        for (const path of missing.concat(`head-to-head?a=${ALICE}&b=${VALIDATOR}`, "head-to-head?a=login-1&b=nobody")) {
          const { status, body } = yield* get(`/v1/${path}`)
          assert.strictEqual(status, 404, path)
          assert.isTrue(isError(body), JSON.stringify(body))
        }
        // An empty database also gives answers.
        const sql = yield* SqlClient
        yield* sql`TRUNCATE blocks, chain CASCADE`
        for (const path of ["issues", "stats", "treasury", "config", "leaderboard", "validators", "events", "attestations", "blocks"]) {
          const { status } = yield* get(`/v1/${path}`)
          assert.strictEqual(status, 200, path)
        }
      }).pipe(Effect.provide(layer))
    )
  })
}
