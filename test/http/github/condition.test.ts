/** Whether GitHub works, by a repository that always exists and by GitHub's status page. */
import { assert, describe } from "@effect/vitest"
import { Duration, Effect, Redacted } from "effect"
import { makeWith } from "../../../src/layers/github/GitHub.ts"
import { AskedVersion } from "../../support/github/AskedVersion.ts"
import { inEachVersion } from "../../support/github/restVersions.ts"
import { story } from "../../support/github/story.ts"
import { serve } from "../../support/serve.ts"

/** A status page with these components; null: it fails. */
const statusPage = (components: Readonly<Record<string, string>> | null) =>
  serve(() =>
    components === null
      ? new Response("no", { status: 503 })
      : Response.json({ page: {}, components: Object.entries(components).map(([name, status]) => ({ id: "x", name, status })) })
  ).pipe(Effect.map(({ port }) => `http://127.0.0.1:${port}/api/v2/components.json`))

const operational = { "Git Operations": "operational", "API Requests": "operational", Issues: "operational" }

const conditionWith = (components?: Readonly<Record<string, string>> | null) =>
  Effect.gen(function* () {
    const { url, control, observer } = yield* story()
    const statusUrl = components === undefined ? undefined : yield* statusPage(components)
    const github = yield* makeWith({
      url,
      apiVersion: yield* AskedVersion,
      tokens: [Redacted.make(observer.token)],
      timeout: Duration.seconds(2),
      patience: Duration.seconds(1),
      pause: Duration.millis(1),
      statusUrl
    })
    return { control, condition: github.condition }
  })

describe("GitHub's condition", () => {
  inEachVersion("is good when the known repository answers and the status page has nothing against it", () =>
    Effect.gen(function* () {
      for (const components of [undefined, operational, { ...operational, Copilot: "major_outage" }]) {
        const { condition } = yield* conditionWith(components)
        assert.isNull(yield* condition)
      }
    })
  )

  inEachVersion("is bad when the status page says so, does not say, or does not answer", () =>
    Effect.gen(function* () {
      const rows = [
        [{ ...operational, "API Requests": "partial_outage" }, /"API Requests": partial_outage$/],
        [{ ...operational, "Git Operations": "degraded_performance" }, /"Git Operations": degraded/],
        [{ Pages: "operational" }, /does not name its API$/],
        [null, /does not answer$/]
      ] as const
      for (const [components, why] of rows) {
        const { condition } = yield* conditionWith(components)
        assert.match((yield* condition) ?? "well", why)
      }
    })
  )

  inEachVersion("is bad when the known repository is not found, or GitHub fails or does not know the token", () =>
    Effect.gen(function* () {
      for (const [status, why] of [
        [404, /does not find octocat\/Hello-World either/],
        [502, /status 502/],
        [401, /token/]
      ] as const) {
        const { condition, control } = yield* conditionWith(operational)
        yield* control.addFault({ payload: { fault: { _tag: "Status", status, times: 100, path: "^/repos/octocat" } } })
        assert.match((yield* condition) ?? "well", why)
      }
    })
  )
})
