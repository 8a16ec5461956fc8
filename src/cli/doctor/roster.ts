/** Checks the roster of `validate --roster`: without one, a validator scores no contributions. */
import { Effect } from "effect"
import { defaultEmission } from "../../domain/Emission.ts"
import { readRoster } from "../../layers/chain/roster/readRoster.ts"
import { surveyRoster } from "../../roles/owner/roster.ts"
import { recycling } from "../../scoring/oss_contributions/ContributionScoring.ts"
import type { RosterSource } from "../shared/rosterSource.ts"
import { type CheckResult, ok, warning, wrong } from "./Check.ts"

const checkFile = (path: string) =>
  Effect.gen(function* () {
    const { repositories } = yield* readRoster(path)
    const count = Object.keys(repositories).length
    const text = `${path} has ${count === 1 ? "one repository" : `${count} repositories`}`
    const { committed, sources } = yield* surveyRoster([path])
    if (committed === null) return ok(`${text}; the roster's signer is committed to no roster`)
    return sources.every(({ agrees }) => agrees)
      ? ok(`${text}, and is version ${committed.version}, which the roster's signer is committed to`)
      : warning(
          `${text}, and is not the signed version ${committed.version}, which the roster's signer is committed to`,
          "gittensor owner roster show lists the differences; --roster takes the addresses of its mirrors"
        )
  }).pipe(
    Effect.catchTag("UnusableRoster", ({ message }) =>
      Effect.succeed<CheckResult>({ ...wrong(message, "mend the file, or name another with --roster"), isOwn: true })
    )
  )

const checkMirrors = (urls: ReadonlyArray<string>) =>
  Effect.map(surveyRoster(urls), ({ committed, sources }): CheckResult => {
    if (committed === null)
      return wrong("the roster's signer is committed to no roster, so no mirror can have it", "give a roster as a file with --roster")
    const failed = sources.filter(({ agrees }) => !agrees)
    const text = `version ${committed.version}, which the roster's signer is committed to, is at ${sources.length - failed.length} of ${sources.length} mirrors`
    if (failed.length === 0) return ok(text)
    const problems = failed.map(({ source, problem }) => `${source}: ${problem}`).join("; ")
    return (failed.length === sources.length ? wrong : warning)(`${text} (${problems})`, "name other mirrors with --roster")
  })

export const noRoster = warning(
  `no roster is given, so contributions are not scored: ${recycling(defaultEmission)}`,
  "give validate and the doctor the subnet's roster (--roster or GITTENSOR_ROSTER): a file, or the addresses of its mirrors"
)

/** Names of the roster's repositories; none if the roster cannot be read, which its own check reports. */
export const repositoriesOf = (source: RosterSource) =>
  source._tag === "Path"
    ? readRoster(source.path).pipe(
        Effect.map(({ repositories }) => Object.keys(repositories)),
        Effect.orElseSucceed(() => [])
      )
    : Effect.map(surveyRoster(source.urls), ({ sources }) => sources.find(({ agrees }) => agrees)?.repositories ?? [])

export const rosterResult = (source: RosterSource) => (source._tag === "Path" ? checkFile(source.path) : checkMirrors(source.urls))
