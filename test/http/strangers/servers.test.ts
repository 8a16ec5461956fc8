/**
 * Which answers the servers of GitHub, models, buckets and receivers, and those named by the operator, may give, and their cost for the requester.
 */
import { describe } from "@effect/vitest"
import { Clock, ConfigProvider, Duration, Effect, Option, Redacted, Schedule } from "effect"
import { indexAt } from "../../../src/consensus/audit/indexApi.ts"
import { post } from "../../../src/dashboard/webhooks/WebhookSender.ts"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import * as DrandBeacon from "../../../src/layers/chain/drand/DrandBeacon.ts"
import { ChainHead, layer as chainHeadLayer } from "../../../src/layers/chain/node/ChainHead.ts"
import { fetchFromMirror } from "../../../src/layers/chain/roster/mirrors.ts"
import * as Rest from "../../../src/layers/github/client/rest.ts"
import { askWith, RATE_LIMIT } from "../../../src/layers/github/client/tokenRequest.ts"
import * as Transport from "../../../src/layers/github/client/transport.ts"
import { conditionOf } from "../../../src/layers/github/condition.ts"
import type { GitHubSettings } from "../../../src/layers/github/settings.ts"
import { bucketObjects } from "../../../src/layers/storage/objects/bucketObjects.ts"
import type { ObjectStore } from "../../../src/layers/storage/objects/ObjectStore.ts"
import { sendOnce } from "../../../src/quality/judges/completion.ts"
import { type Reader, withstands } from "../../support/strangers/attacks.ts"
import type { HostileServer } from "../../support/strangers/hostileServer.ts"

const MB = 1_048_576

const settingsAt = (url: string): GitHubSettings => ({
  url,
  tokens: [Redacted.make("token")],
  timeout: Duration.millis(500),
  patience: Duration.seconds(1),
  pause: Duration.millis(1)
})

/** GitHub's answer to one request. A status other than 200 means that there is none. */
const gitHub = ({ url }: HostileServer) =>
  Effect.gen(function* () {
    const transport = yield* Transport.make(settingsAt(url))
    const { status } = yield* transport.ask({
      operation: "see a repository",
      route: "GET /repos/{owner}/{repo}",
      parameters: { owner: "a", repo: "b" }
    })
    return status === 200 ? status : yield* Effect.fail(status)
    // Its pauses are fractions of milliseconds, which the test's clock does not support.
  }).pipe(Effect.withClock(Clock.make()))

const KNOWN = {
  id: 1,
  full_name: RepositoryName.make("octocat/Hello-World"),
  private: false,
  archived: false,
  disabled: false,
  default_branch: "master",
  owner: { id: 1, login: "octocat" }
}

const statusPage = ({ url }: HostileServer) =>
  Effect.gen(function* () {
    const rest = Rest.make(yield* Transport.make(settingsAt(url)), true)
    const known = { ...rest, repository: () => Effect.succeedSome(KNOWN) }
    const why = yield* conditionOf(known, { ...settingsAt(url), statusUrl: `${url}/status.json` })
    return why === null ? why : yield* Effect.fail(why)
  })

const judge = ({ url }: HostileServer) =>
  sendOnce({ url: `${url}/v1/chat/completions`, method: "POST", body: "{}" }, Duration.seconds(10), [])

const inBucket =
  <A, E>(use: (store: ObjectStore) => Effect.Effect<A, E>) =>
  ({ url }: HostileServer) =>
    Effect.flatMap(
      bucketObjects(
        {
          bucket: "findings",
          prefix: "subnet-74",
          endpoint: url,
          region: "us-east-1",
          style: "path",
          accessKeyId: Redacted.make("key"),
          secretAccessKey: Redacted.make("secret"),
          sessionToken: Option.none()
        },
        Schedule.recurs(0)
      ),
      use
    )

const index =
  <A, E>(use: (index: ReturnType<typeof indexAt>) => Effect.Effect<A, E>) =>
  (server: HostileServer) =>
    use(indexAt(server.url))

const beacon = ({ url }: HostileServer) =>
  DrandBeacon.read.pipe(Effect.withConfigProvider(ConfigProvider.fromMap(new Map([["GITTENSOR_DRAND_URL", url]]))))

/** Whether the watcher has a head after enough time for one request. */
const chainHead = (server: HostileServer) =>
  Effect.gen(function* () {
    const watcher = yield* ChainHead
    yield* Effect.promise(() => server.reached)
    yield* Effect.withClock(Effect.sleep("200 millis"), Clock.make())
    return yield* Effect.flatMap(watcher.seen, ({ number }) => number)
  }).pipe(Effect.provide(chainHeadLayer({ endpoints: [server.url.replace("http:", "ws:")] })))

const webhook = ({ url }: HostileServer) => post({ url: new URL(url), headers: {}, body: "{}" }, { toPrivateHosts: true })

const readers: Readonly<Record<string, Reader>> = {
  "a mirror": { read: ({ url }) => fetchFromMirror(`${url}/roster.json`), limit: 2 * MB },
  GitHub: { read: gitHub, limit: MB / 4, growth: 128 * MB },
  "GitHub, asked about a token": { read: ({ url }) => askWith(settingsAt(url), RATE_LIMIT, undefined), limit: MB, growth: 128 * MB },
  "GitHub's status page": { read: statusPage, limit: MB },
  "a judge": { read: judge, limit: MB },
  "an object in a bucket": { read: inBucket((store) => store.get("a.txt", 2 * MB)), limit: 2 * MB, keepsRedirects: true },
  "a bucket's list": { read: inBucket((store) => store.list), limit: 2 * MB },
  "an index": { read: index(({ facts }) => facts(3)), limit: MB },
  "drand's beacon": { read: beacon, limit: 65_536 },
  "a chain node's head": { read: chainHead, limit: MB },
  "a webhook's receiver": { read: webhook, limit: MB, onlyStatus: true }
}

describe("a server", () => {
  for (const [name, reader] of Object.entries(readers)) withstands(name, reader)
})
