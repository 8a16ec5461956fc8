/** The simulated GraphQL and the program's queries, checked against GitHub's own schema. */
import { assert, describe, it } from "@effect/vitest"
import {
  buildSchema,
  type GraphQLField,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isUnionType,
  parse,
  validate
} from "graphql"
import { costOf } from "../../../lab/devnet/github/graphql/cost.ts"
import { SDL } from "../../../lab/devnet/github/graphql/schema.ts"
import { blobsQuery } from "../../../src/layers/github/client/blobs.ts"
import { broughtQuery, furtherPage, ISSUES, LIST_NAMES, PULL_REQUESTS } from "../../../src/layers/github/contributions/queries.ts"
import { choicesQuery, VERSIONS } from "../../../src/layers/github/contributions/refusals.ts"
import { BURDEN_QUERY } from "../../../src/layers/github/display/burden.ts"
import { CHECKS, issuesQuery } from "../../../src/layers/github/display/queries.ts"
import { timelinesQuery } from "../../../src/layers/github/display/timeline.ts"
import { ARRIVALS_QUERY, ASSOCIATED_QUERY, detailsQuery, ISSUE_QUERY, MERGED_QUERY } from "../../../src/layers/github/evidence/queries.ts"
import { CONSENT } from "../../../src/layers/github/open/consent.ts"
import { INTERACTIONS } from "../../../src/layers/github/open/interactions.ts"
import { CHOICES, ISSUES as OPEN_ISSUES } from "../../../src/layers/github/open/queries.ts"
import { assertCost } from "../../support/github/cost.ts"
import { graphqlSchema as github } from "../../support/github/schemas.ts"

const standIn = buildSchema(SDL)

const differencesOfField = (where: string, own: GraphQLField<unknown, unknown>, theirs: GraphQLField<unknown, unknown> | undefined) => {
  if (theirs === undefined) return [`${where} is not GitHub's`]
  const type = String(own.type) === String(theirs.type) ? [] : [`${where} is ${theirs.type}, not ${own.type}`]
  const given = own.args.flatMap((argument) => {
    const other = theirs.args.find(({ name }) => name === argument.name)
    if (other === undefined) return [`${where}(${argument.name}) is not GitHub's`]
    const same = String(other.type) === String(argument.type) && String(other.defaultValue) === String(argument.defaultValue)
    return same
      ? []
      : [`${where}(${argument.name}) is ${other.type} = ${other.defaultValue}, not ${argument.type} = ${argument.defaultValue}`]
  })
  const required = theirs.args.filter(
    (argument) => String(argument.type).endsWith("!") && !own.args.some(({ name }) => name === argument.name)
  )
  return [...type, ...given, ...required.map(({ name }) => `${where} needs ${name}`)]
}

/** Everything in `subset` that differs from `whole`. */
const differences = (subset: GraphQLSchema, whole: GraphQLSchema): ReadonlyArray<string> =>
  Object.values(subset.getTypeMap())
    .filter(({ name }) => !name.startsWith("__"))
    .flatMap((own) => {
      const theirs = whole.getType(own.name)
      if (theirs === undefined) return [`${own.name} is not GitHub's`]
      if (isEnumType(own) && isEnumType(theirs)) {
        return own.getValues().flatMap(({ name }) => (theirs.getValue(name) ? [] : [`${own.name}.${name} is not GitHub's`]))
      }
      if (isUnionType(own) && isUnionType(theirs)) {
        const names = new Set(theirs.getTypes().map(({ name }) => name))
        return own.getTypes().flatMap(({ name }) => (names.has(name) ? [] : [`${own.name} has no ${name}`]))
      }
      if ((isObjectType(own) && isObjectType(theirs)) || (isInterfaceType(own) && isInterfaceType(theirs))) {
        const interfaces = new Set(theirs.getInterfaces().map(({ name }) => name))
        return [
          ...own.getInterfaces().flatMap(({ name }) => (interfaces.has(name) ? [] : [`${own.name} is no ${name}`])),
          ...Object.values(own.getFields()).flatMap((field) =>
            differencesOfField(`${own.name}.${field.name}`, field, theirs.getFields()[field.name])
          )
        ]
      }
      if (isInputObjectType(own) && isInputObjectType(theirs)) {
        const given = theirs.getFields()
        return Object.values(own.getFields()).flatMap(({ name, type }) =>
          String(given[name]?.type) === String(type) ? [] : [`${own.name}.${name} is ${given[name]?.type}, not ${type}`]
        )
      }
      return isScalarType(own) && isScalarType(theirs) ? [] : [`${own.name} is another kind of type`]
    })

describe("GraphQL", () => {
  it("of the simulated GitHub is part of GitHub's schema", () => {
    assert.deepStrictEqual(differences(standIn, github), [])
  })

  it("is compared in a way that detects a difference", () => {
    const wrong = buildSchema("type Query { rateLimit(dryRun: Int): RateLimit! viewr: RateLimit } type RateLimit { cost: String! }")
    assert.strictEqual(differences(wrong, github).length, 4)
  })

  it("validates the program's queries, on GitHub's schema and the simulated one", () => {
    const contributions = [
      PULL_REQUESTS,
      ISSUES,
      blobsQuery(1),
      blobsQuery(40),
      broughtQuery(1),
      broughtQuery(25),
      ...LIST_NAMES.map(furtherPage)
    ]
    const evidence = [
      ISSUE_QUERY,
      ARRIVALS_QUERY,
      MERGED_QUERY,
      ASSOCIATED_QUERY,
      detailsQuery([{ words: false, branch: false }]),
      detailsQuery(Array.from({ length: 30 }, () => ({ words: true, branch: true })))
    ]
    const display = [BURDEN_QUERY, CHECKS, issuesQuery(1), issuesQuery(10), timelinesQuery(1), timelinesQuery(5)]
    for (const query of [
      ...evidence,
      ...display,
      OPEN_ISSUES,
      CHOICES,
      CONSENT,
      INTERACTIONS,
      VERSIONS,
      choicesQuery(2),
      ...contributions
    ]) {
      assert.deepStrictEqual(validate(github, parse(query)), [])
      assert.deepStrictEqual(validate(standIn, parse(query)), [])
    }
  })

  it("costs what GitHub's documentation says", () => {
    // The documentation's example: 1 + 100 + 100 × 50 requests.
    const documented =
      "query { viewer { login repositories(first: 100) { edges { node { id issues(first: 50) { edges { node { id labels(first: 60) { edges { node { id name } } } } } } } } } } }"
    assert.strictEqual(costOf(documented), 51)
    assert.strictEqual(costOf("{ not a query"), 1)
  })

  it("is asked for no more points than before", () => {
    const ids = (number: number) => ({ ids: Array.from({ length: number }, String) })
    const costs: ReadonlyArray<readonly [list: string, points: number, allowed: number]> = [
      ["a list of 25 pull requests", costOf(PULL_REQUESTS, ids(25)), 1],
      ["a list of 25 issues", costOf(ISSUES, ids(25)), 1],
      ["a list of open issues", costOf(OPEN_ISSUES), 3],
      ["a list of what maintainers bear", costOf(BURDEN_QUERY), 1],
      ["a list of 40 texts", costOf(blobsQuery(40)), 1],
      ["who brought 25 commits", costOf(broughtQuery(25)), 1],
      ["a list of five timelines", costOf(timelinesQuery(5)), 3],
      ["a list of ten issues to show", costOf(issuesQuery(10)), 5],
      ["a list of the checks of 100 pull requests", costOf(CHECKS, ids(100)), 1]
    ]
    for (const [list, points, allowed] of costs) assertCost(list, points, allowed, "points")
  })
})
