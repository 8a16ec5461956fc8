import { existsSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Either, Schema } from "effect"
import { RoundRecord } from "../../../../src/domain/contributions/RoundRecord.ts"
import { defaultRoster } from "../../../../src/domain/defaultRoster.ts"
import { problemOf } from "../../../../src/domain/jsonProblem.ts"
import {
  LanguageTable,
  mayBeNamed,
  RosterDocument,
  RosterRepositories,
  rosterRepositoryOf,
  TokenWeights
} from "../../../../src/domain/Roster.ts"
import { givenRounds } from "./rounds.ts"

const SHARED = new URL("../../../../../shared/data/roster/", import.meta.url)
const published = (name: string): unknown => JSON.parse(readFileSync(new URL(name, SHARED), "utf8"))

const problem = <A, I>(schema: Schema.Schema<A, I>, document: unknown): string =>
  Either.match(Schema.decodeUnknownEither(schema)(document), { onLeft: problemOf, onRight: () => "none" })

const repository = (fields: object) => ({ "acme/site.js": { emission_share: 0.5, ...fields } })
const eligibility = (fields: object) => repository({ eligibility: fields })
const scoring = (fields: object) => repository({ scoring: fields })
const decay = (fields: object) => scoring({ time_decay: fields })

describe("the roster", () => {
  it("contains the subnet's own figures", () => {
    assert.deepStrictEqual(Object.keys(defaultRoster.repositories), ["gittensor-ai-lab/sparkinfer"])
    assert.deepStrictEqual(defaultRoster.languages.py, { weight: 1.5, language: "python" })
    assert.strictEqual(Object.keys(defaultRoster.languages).length, 125)
    assert.strictEqual(Object.keys(defaultRoster.token_weights.structural_bonus).length, 57)
    assert.strictEqual(Object.keys(defaultRoster.token_weights.leaf_tokens).length, 41)
  })

  it.skipIf(!existsSync(SHARED))("reads what the owner published (../shared/data/roster)", () => {
    const june = Schema.decodeUnknownSync(RosterRepositories)(published("master_repositories-2026-06-21.json"))
    const august = Schema.decodeUnknownSync(RosterRepositories)(published("master_repositories-2026-08-06.json"))
    assert.deepStrictEqual([Object.keys(june).length, Object.keys(august).length], [22, 1])
    const ours = Object.entries(defaultRoster.repositories).map(([name, { burden: _, named_on: __, ...settings }]) => [name, settings])
    assert.deepStrictEqual(Object.fromEntries(ours), august)
    assert.deepStrictEqual(Schema.decodeUnknownSync(LanguageTable)(published("programming_languages.json")), defaultRoster.languages)
    assert.deepStrictEqual(Schema.decodeUnknownSync(TokenWeights)(published("token_weights.json")), defaultRoster.token_weights)
  })

  it("knows repositories without an id from later ones of their names by the day, whichever part of it", () => {
    const at = (time: string) => mayBeNamed({ named_on: "2026-08-06" }, Date.parse(time))
    assert.deepStrictEqual([at("2026-08-06T23:59:59Z"), at("2026-08-07T00:00:00Z"), at("2020-01-01T00:00:00Z")], [true, false, true])
    assert.isTrue(mayBeNamed({}, Date.parse("2100-01-01T00:00:00Z")))
    assert.strictEqual(problem(RosterRepositories, repository({ named_on: "2024-02-29" })), "none")
    for (const named_on of ["2026-02-30", "2026-8-6", "yesterday", 20260806, "2026-08-06T00:00:00Z"])
      assert.include(problem(RosterRepositories, repository({ named_on })), "named_on")
  })

  it("keeps no place for an id that is not given, and gives no id to two repositories", () => {
    const [plain] = Object.values(Schema.decodeUnknownSync(RosterRepositories)(repository({})))
    for (const name of ["github_id", "named_on"]) assert.isFalse(Object.hasOwn(plain ?? {}, name))
    assert.strictEqual(problem(RosterRepositories, repository({ github_id: 5 })), "none")
    const twice = { ...repository({ github_id: 5 }), "acme/other": { emission_share: 0.1, github_id: 5 } }
    assert.include(problem(RosterRepositories, twice), "acme/site.js has the same id")
    for (const github_id of [0, -1, 1.5, "5"]) assert.include(problem(RosterRepositories, repository({ github_id })), "github_id")
  })

  it("fills in every figure that a repository omits or leaves empty", () => {
    const all = {
      emission_share: 0.5,
      issue_discovery_share: 0.5,
      maintainer_cut: 0,
      fixed_base_score: null,
      label_multipliers: {},
      default_label_multiplier: 1,
      trusted_label_pipeline: false,
      additional_acceptable_branches: [],
      eligibility: {
        min_valid_merged_prs: 3,
        min_credibility: 0.8,
        excessive_pr_penalty_base_threshold: 2,
        open_pr_threshold_token_score: 300,
        max_open_pr_threshold: 30,
        min_valid_solved_issues: 3,
        min_issue_credibility: 0.8,
        min_token_score_for_valid_issue: 5,
        open_issue_spam_base_threshold: 2,
        open_issue_spam_token_score_per_slot: 300,
        max_open_issue_threshold: 30
      },
      scoring: {
        pr_lookback_days: 30,
        open_pr_collateral_percent: 0.2,
        review_penalty_rate: 0.15,
        standard_issue_multiplier: 1.33,
        maintainer_issue_multiplier: 1.66,
        src_tok_saturation_scale: 58,
        time_decay: { grace_period_hours: 12, sigmoid_midpoint_days: 10, sigmoid_steepness: 0.4, min_multiplier: 0.05 }
      }
    }
    const empty = { ...all, eligibility: null, scoring: { time_decay: null, pr_lookback_days: null }, label_multipliers: null }
    for (const written of [{ emission_share: 0.5 }, empty, all])
      assert.deepStrictEqual(Schema.decodeUnknownSync(RosterRepositories)({ "a/b": written }), { "a/b": all })
  })

  it("may have a repository's test command, and has no key for it otherwise", () => {
    const decode = Schema.decodeUnknownSync(RosterRepositories)
    assert.strictEqual(rosterRepositoryOf(decode(repository({ test_command: "make test" })), "Acme/Site.js")?.test_command, "make test")
    // A new key, even an empty one, would change the hash of every earlier signed roster.
    assert.notInclude(JSON.stringify(Schema.encodeSync(RosterRepositories)(decode(repository({})))), "test_command")
  })

  it("may score what landed, and has no key for it otherwise", () => {
    const decode = Schema.decodeUnknownSync(RosterRepositories)
    const coded = (more: object) => JSON.stringify(Schema.encodeSync(RosterRepositories)(decode(repository(more))))
    assert.isTrue(rosterRepositoryOf(decode(repository({ score_what_landed: true })), "Acme/Site.js")?.score_what_landed)
    assert.notInclude(coded({}), "score_what_landed")
    assert.include(coded({ score_what_landed: true }), '"score_what_landed":true')
  })

  it("has every key with its default in docs/reference/scoring.md", () => {
    const [, section = ""] = readFileSync(new URL("../../../../docs/reference/scoring.md", import.meta.url), "utf8").split(
      "\n## The roster\n"
    )
    const rows = (section.split("\n## ", 1)[0] ?? "").matchAll(/^\| `([a-z_.]+)` \|[^|]*\| ([^|]*?) ?\|$/gm)
    const flat = (value: unknown, path: ReadonlyArray<string> = []): ReadonlyArray<string> =>
      typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
        ? Object.entries(value).flatMap(([key, inner]) => flat(inner, [...path, key]))
        : [`${path.join(".")} ${JSON.stringify(value)}`]
    const { "a/b": plain } = Schema.decodeUnknownSync(RosterRepositories)({ "a/b": { emission_share: 0 } })
    const documented = [...rows].map(([, key, figure]) => `${key} ${figure === "" ? 0 : figure}`)
    assert.sameMembers(documented, [...flat(plain)])
  })

  it.each([
    [repository({ emission_shares: 1 }), '["acme/site.js"].emission_shares: is not a known key'],
    [eligibility({ min_credability: 1 }), '["acme/site.js"].eligibility.min_credability: is not a known key'],
    [scoring({ lookback: 1 }), '["acme/site.js"].scoring.lookback: is not a known key'],
    [decay({ steepness: 1 }), '["acme/site.js"].scoring.time_decay.steepness: is not a known key'],
    [{ "acme/site.js": {} }, '["acme/site.js"].emission_share: is missing'],
    [repository({ emission_share: 1.01 }), '["acme/site.js"].emission_share: '],
    [repository({ emission_share: "0.5" }), '["acme/site.js"].emission_share: '],
    [repository({ emission_share: Number.NaN }), '["acme/site.js"].emission_share: '],
    [repository({ issue_discovery_share: -0.1 }), '["acme/site.js"].issue_discovery_share: '],
    [repository({ maintainer_cut: 0.51 }), '["acme/site.js"].maintainer_cut: '],
    [repository({ fixed_base_score: 100.5 }), '["acme/site.js"].fixed_base_score: '],
    [repository({ label_multipliers: { "a*": -1 } }), '["acme/site.js"].label_multipliers["a*"]: '],
    [repository({ label_multipliers: { bug: "2" } }), '["acme/site.js"].label_multipliers.bug: '],
    [repository({ default_label_multiplier: true }), '["acme/site.js"].default_label_multiplier: '],
    [repository({ test_command: "" }), '["acme/site.js"].test_command: '],
    [repository({ test_command: "x".repeat(1_001) }), '["acme/site.js"].test_command: '],
    [repository({ score_what_landed: 1 }), '["acme/site.js"].score_what_landed: '],
    [repository({ trusted_label_pipeline: 1 }), '["acme/site.js"].trusted_label_pipeline: '],
    [repository({ additional_acceptable_branches: "test" }), '["acme/site.js"].additional_acceptable_branches: '],
    [repository({ additional_acceptable_branches: [1] }), '["acme/site.js"].additional_acceptable_branches[0]: '],
    [eligibility({ min_valid_merged_prs: 1.5 }), '["acme/site.js"].eligibility.min_valid_merged_prs: '],
    [eligibility({ min_valid_solved_issues: -1 }), '["acme/site.js"].eligibility.min_valid_solved_issues: '],
    [eligibility({ min_credibility: 1.1 }), '["acme/site.js"].eligibility.min_credibility: '],
    [eligibility({ min_issue_credibility: -1 }), '["acme/site.js"].eligibility.min_issue_credibility: '],
    [eligibility({ open_pr_threshold_token_score: 0 }), '["acme/site.js"].eligibility.open_pr_threshold_token_score: '],
    [eligibility({ open_issue_spam_token_score_per_slot: 0 }), '["acme/site.js"].eligibility.open_issue_spam_token_score_per_slot: '],
    [scoring({ pr_lookback_days: 91 }), '["acme/site.js"].scoring.pr_lookback_days: '],
    [scoring({ pr_lookback_days: 0 }), '["acme/site.js"].scoring.pr_lookback_days: '],
    [scoring({ open_pr_collateral_percent: 1.1 }), '["acme/site.js"].scoring.open_pr_collateral_percent: '],
    [scoring({ review_penalty_rate: 0 }), '["acme/site.js"].scoring.review_penalty_rate: '],
    [scoring({ standard_issue_multiplier: 0.9 }), '["acme/site.js"].scoring.standard_issue_multiplier: '],
    [scoring({ maintainer_issue_multiplier: 5.1 }), '["acme/site.js"].scoring.maintainer_issue_multiplier: '],
    [scoring({ src_tok_saturation_scale: 9 }), '["acme/site.js"].scoring.src_tok_saturation_scale: '],
    [decay({ grace_period_hours: 169 }), '["acme/site.js"].scoring.time_decay.grace_period_hours: '],
    [decay({ sigmoid_midpoint_days: 0.5 }), '["acme/site.js"].scoring.time_decay.sigmoid_midpoint_days: '],
    [decay({ sigmoid_steepness: 5.1 }), '["acme/site.js"].scoring.time_decay.sigmoid_steepness: '],
    [decay({ min_multiplier: 1.1 }), '["acme/site.js"].scoring.time_decay.min_multiplier: '],
    [{ "a/b": { emission_share: 0.6 }, "a/c": { emission_share: 0.5 } }, "the emission_share of all repositories is 1.1"],
    [{ "a/b": { emission_share: 0.1 }, "A/b": { emission_share: 0.1 } }, '["A/b"]: a/b is the same repository'],
    [[], "Expected a JSON object"],
    [null, "Expected a JSON object"]
  ])("refuses %j by its place", (document, expected) => {
    const found = problem(RosterRepositories, document)
    assert.strictEqual(found.slice(0, expected.length), expected)
  })

  it("refuses unknown keys and wrong weights of languages, tokens and the roster itself", () => {
    assert.match(problem(LanguageTable, { Py: { weight: 1 } }), /^Py: is not a known key/)
    assert.match(problem(LanguageTable, { py: { weight: -1 } }), /^py\.weight: /)
    assert.match(problem(LanguageTable, { py: { weight: 1, lang: "python" } }), /^py\.lang: is not a known key/)
    assert.match(problem(TokenWeights, { structural_bonus: {}, leaf_tokens: { a: "1" } }), /^leaf_tokens\.a: /)
    assert.match(problem(TokenWeights, { structural_bonus: {} }), /^leaf_tokens: is missing/)
    assert.match(
      problem(RosterDocument, { ...Schema.encodeSync(RosterDocument)(defaultRoster), signature: "" }),
      /^signature: is not a known key/
    )
    assert.strictEqual(problem(RosterDocument, Schema.encodeSync(RosterDocument)(defaultRoster)), "none")
  })
})

describe("a recorded round", () => {
  const [round] = givenRounds
  if (round === undefined) throw new Error("there are no rounds")
  const written = Schema.encodeSync(RoundRecord)(round.record)
  const pull = {
    repo_full_name: "acme/site",
    pr_number: 1,
    state: "OPEN",
    author_github_id: 7,
    created_at: "2026-07-01T10:00:00.000001+02:00"
  }

  it("is unchanged after writing and reading", () => {
    assert.deepStrictEqual(Schema.decodeSync(RoundRecord)(written), round.record)
  })

  it("fills in what a pull request omits, and reads times to the microsecond", () => {
    const [read] = Schema.decodeUnknownSync(RoundRecord)({ ...written, pulls: { "7": [pull] } }).pulls["7"] ?? []
    assert.deepStrictEqual(
      [read?.author_github_id, read?.created_at, read?.linked_issues, read?.scoring_data_stored, read?.review_summary.approved_count],
      ["7", 1_782_892_800_000_001, [], false, 0]
    )
  })

  it("reads account ids as numbers or digits up to the largest, and takes 0 or an empty text for nobody", () => {
    const uids = { "1": 1, "2": "2", "3": Number.MAX_SAFE_INTEGER, "4": "9007199254740991", "5": null, "6": 0, "7": "" }
    const ghost = { ...pull, author_github_id: "" }
    const read = Schema.decodeUnknownSync(RoundRecord)({ ...written, uids, pulls: { "7": [ghost] }, treasury_uid: 4 })
    assert.deepStrictEqual(Object.values(read.uids), ["1", "2", "9007199254740991", "9007199254740991", null, "0", ""])
    assert.strictEqual(read.pulls["7"]?.[0]?.author_github_id, "")
    assert.strictEqual(read.treasury_uid, 4)
    assert.deepStrictEqual(Schema.decodeUnknownSync(RoundRecord)(Schema.encodeSync(RoundRecord)(read)), read)
    assert.isFalse(Object.hasOwn(Schema.decodeUnknownSync(RoundRecord)({ ...written, treasury_uid: null }), "treasury_uid"))
  })

  it.each([
    [{ now: undefined }, "now: is missing"],
    [{ now: "yesterday" }, 'now: "yesterday" is not a time'],
    [{ now: "2026-02-30T00:00:00Z" }, 'now: "2026-02-30T00:00:00Z" is not a time'],
    [{ uids: { x: null } }, "uids.x: is not a known key: expected a UID"],
    [{ uids: { "01": null } }, 'uids["01"]: is not a known key'],
    [{ pulls: { "7": [pull, { ...pull, state: "DRAFT" }] } }, 'pulls["7"][1].state: "DRAFT" is not one of OPEN, CLOSED, MERGED'],
    [{ pulls: { "7": [{ ...pull, created_at: null }] } }, 'pulls["7"][0].created_at: '],
    [{ pulls: { "7": [{ ...pull, linked_issues: [{ number: 1 }] }] } }, 'pulls["7"][0].linked_issues[0].state: is missing'],
    [{ pulls: [] }, "pulls: Expected a JSON object"],
    [{ issues: { "7": [{ repo_full_name: "a/b", issue_number: 0.5, state: "OPEN" }] } }, 'issues["7"][0].issue_number: '],
    [{ uids: { "7": -5 } }, 'uids["7"]: -5 is no GitHub account id, which is a whole number from 1 to 9007199254740991'],
    [{ uids: { "7": "00" } }, 'uids["7"]: "00" is no GitHub account id'],
    [{ uids: { "7": 1.5 } }, 'uids["7"]: 1.5 is no GitHub account id'],
    [{ uids: { "7": 2 ** 53 } }, 'uids["7"]: 9007199254740992 is no GitHub account id'],
    [{ uids: { "7": "9007199254740992" } }, 'uids["7"]: "9007199254740992" is no GitHub account id'],
    [{ uids: { "7": 1e300 } }, 'uids["7"]: 1e+300 is no GitHub account id'],
    [{ uids: { "7": "ann" } }, 'uids["7"]: "ann" is no GitHub account id'],
    [{ pulls: { "0": [] } }, 'pulls["0"]: "0" is no GitHub account id'],
    [{ uids: { "7": "007" } }, 'uids["7"]: "007" is no GitHub account id'],
    [{ uids: { "7": true } }, 'uids["7"]: true is no GitHub account id'],
    [{ uids: { "7": [7] } }, 'uids["7"]: [7] is no GitHub account id'],
    [{ pulls: { ann: [] } }, 'pulls.ann: "ann" is no GitHub account id'],
    [{ issues: { "-7": [] } }, 'issues["-7"]: "-7" is no GitHub account id'],
    [{ pulls: { "7": [{ ...pull, author_github_id: -1 }] } }, 'pulls["7"][0].author_github_id: -1 is no GitHub account id'],
    [
      { pulls: { "7": [{ ...pull, labels: [{ name: "bug", actor_github_id: "ann" }] }] } },
      'pulls["7"][0].labels[0].actor_github_id: "ann" is no GitHub account id'
    ],
    [{ treasury_uid: 65_536 }, "treasury_uid: "],
    [{ treasury_uid: "111" }, "treasury_uid: "],
    [{ files: { "a/b#1": [{ status: "added" }] } }, 'files["a/b#1"][0].filename: is missing'],
    [{ maintainer_uids_by_repo: { "a/b": ["1"] } }, 'maintainer_uids_by_repo["a/b"][0]: ']
  ])("with %j is refused by its place", (fields, expected) => {
    const found = problem(RoundRecord, JSON.parse(JSON.stringify({ ...written, ...fields })))
    assert.strictEqual(found.slice(0, expected.length), expected)
  })
})
