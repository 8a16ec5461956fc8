/** A server that does not know GitHub's young fields refuses a query that has one. It is asked again without them, and then no more with them. */
import { assert, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import type { Answer } from "../../../src/layers/github/client/answers.ts"
import { YOUNG_FIELDS } from "../../../src/layers/github/client/graphql.ts"
import * as Rest from "../../../src/layers/github/client/rest.ts"
import type { Question, Transport } from "../../../src/layers/github/client/transport.ts"
import { ISSUE_QUERY } from "../../../src/layers/github/evidence/queries.ts"
import { CONSENT } from "../../../src/layers/github/open/consent.ts"

const queryOf = ({ parameters }: Question): string => String(parameters?.query ?? "")
const isYoung = (query: string): boolean => Object.values(YOUNG_FIELDS).some((field) => query.includes(field))

it.effect("a server that does not know them is asked without them", () =>
  Effect.gen(function* () {
    const asked: Array<string> = []
    const transport: Transport = {
      ask: (question) =>
        Effect.sync((): Answer => {
          const query = queryOf(question)
          asked.push(query)
          const refused = {
            errors: [{ message: "Field 'intent' doesn't exist on type 'ClosedEvent'", extensions: { code: "undefinedField" } }]
          }
          const isRefused = isYoung(query) && question.reject?.(refused) === undefined
          return { status: 200, headers: {}, data: isRefused ? refused : { data: { repository: null } } }
        })
    }
    const rest = Rest.make(transport, true)
    const schema = Schema.Struct({ repository: Schema.Null })
    for (const query of [ISSUE_QUERY, CONSENT]) yield* rest.graphql("read", query, {}, schema)
    assert.deepStrictEqual(asked.map(isYoung), [true, false, false])
    assert.isTrue(isYoung(CONSENT))
  })
)
