/** The page's endpoints match the API's definition. */
import { HttpApi } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Api } from "../../../src/dashboard/api/definition/Api.ts"
import { PAGES } from "../../../src/dashboard/api/definition/pages.ts"
import { TOPICS } from "../../../src/dashboard/api/definition/stream.ts"
import { addressOf, endpoints } from "../../../web/src/api/endpoints.ts"
import { findPage, pageAddress } from "../../../web/src/routes/addresses.ts"

const HOTKEY = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
const DIGEST = "0f".repeat(32)

/** Each endpoint's path by its name, from the server's definition. */
const defined = new Map<string, string>()
HttpApi.reflect(Api, { onGroup: () => {}, onEndpoint: ({ endpoint: { name, path } }) => void defined.set(name, path) })

/** A request to each of the page's endpoints, with all required parameters. */
const questions = {
  issues: endpoints.issues({ sort: undefined }),
  issue: endpoints.issue(7),
  votes: endpoints.votes({ sort: undefined }),
  attestations: endpoints.attestations({}),
  pullRequests: endpoints.pullRequests({}),
  suggestions: endpoints.suggestions({}),
  repositories: endpoints.repositories({}),
  competitions: endpoints.competitions({ sort: undefined }),
  competition: endpoints.competition(7),
  plays: endpoints.plays(7)({ sort: undefined }),
  competitionQuality: endpoints.competitionQuality(7),
  qualityDocument: endpoints.qualityDocument(7)(HOTKEY),
  artefact: endpoints.artefact(DIGEST),
  headToHead: endpoints.headToHead({ a: HOTKEY, b: HOTKEY }),
  ratings: endpoints.ratings({}),
  miners: endpoints.miners({ sort: undefined }),
  miner: endpoints.miner(HOTKEY),
  activity: endpoints.activity(HOTKEY)({}),
  leaderboard: endpoints.leaderboard({}),
  registrations: endpoints.registrations({}),
  scores: endpoints.scores({}),
  treasury: endpoints.treasury(),
  treasuryFlows: endpoints.treasuryFlows({}),
  collateral: endpoints.collateral({}),
  payouts: endpoints.payouts({}),
  validators: endpoints.validators({}),
  validator: endpoints.validator(HOTKEY),
  weights: endpoints.weights({}),
  reports: endpoints.reports({}),
  consensusEpochs: endpoints.consensusEpochs({}),
  consensusEpoch: endpoints.consensusEpoch(7),
  consensusFacts: endpoints.consensusFacts(7),
  consensusReport: endpoints.consensusReport(7)(HOTKEY),
  divergence: endpoints.divergence({}),
  evidence: endpoints.evidence({}),
  blocks: endpoints.blocks({ sort: undefined }),
  calls: endpoints.calls({ sort: undefined }),
  events: endpoints.events({ sort: undefined }),
  config: endpoints.config(),
  configChanges: endpoints.configChanges({}),
  stats: endpoints.stats()
} satisfies Readonly<Record<keyof typeof endpoints, unknown>>

describe("the page's endpoints", () => {
  it("cover the whole API, at its paths", () => {
    assert.sameMembers(Object.keys(questions), [...defined.keys()])
    for (const [name, { path }] of Object.entries(questions))
      assert.strictEqual(
        path,
        defined
          .get(name)
          ?.replace(/:id|:epoch/, "7")
          .replace(":hotkey", HOTKEY)
          .replace(":digest", DIGEST),
        name
      )
  })

  it("are queried again when the stream says so", () => {
    const known: ReadonlyArray<string> = TOPICS
    for (const [name, { topics }] of Object.entries(questions)) {
      assert.isAbove(topics.length, 0, name)
      for (const topic of topics) assert.include(known, topic, name)
    }
    const used = new Set(Object.values(questions).flatMap(({ topics }) => topics))
    assert.sameMembers([...used], [...TOPICS])
  })

  it("write parameters as the server reads them", () => {
    assert.strictEqual(
      addressOf(endpoints.issues({ status: ["Open", "Funding"], search: "a b&c", label: undefined, sort: "queue" })),
      "/v1/issues?status=Open&status=Funding&search=a+b%26c&sort=queue"
    )
    assert.strictEqual(addressOf(endpoints.issue("../x?y")), "/v1/issues/..%2Fx%3Fy")
  })
})

describe("the page's addresses", () => {
  it("lead to their views, and back", () => {
    assert.deepStrictEqual(findPage("/issues/7"), { name: "issue", parameters: { id: "7" } })
    assert.deepStrictEqual(findPage("/miners/"), { name: "miners", parameters: {} })
    assert.strictEqual(pageAddress("miner", { hotkey: "a/b" }), "/miners/a%2Fb")
    assert.deepStrictEqual(findPage("/miners/a%2Fb"), { name: "miner", parameters: { hotkey: "a/b" } })
    for (const path of ["/nothing", "/issues/7/8", "/issues//", "/v1/issues", "/issues/%zz/"]) {
      const found = findPage(path)
      assert.isTrue(found === undefined || found.parameters.id === "%zz", path)
    }
  })

  it("do not overlap with the API's", () => {
    for (const path of Object.values(PAGES)) assert.isFalse([...defined.values()].includes(path), path)
  })
})
