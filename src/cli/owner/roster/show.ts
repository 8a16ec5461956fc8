/** Shows the roster that the signer is committed to, and whether files and mirrors have it. */
import { Effect } from "effect"
import { OperationFailed } from "../../../domain/failures.ts"
import { green, print, red, table } from "../../../layers/machine/terminal/output.ts"
import { type RosterSurvey, surveyRoster } from "../../../roles/owner/roster.ts"
import { type ContractOptions, contractLayer } from "../../shared/chainServices.ts"
import { emissionText } from "../../shared/poolText.ts"

export interface ShowOptions extends ContractOptions {
  readonly sources: ReadonlyArray<string>
  readonly json: boolean
}

const linesOf = ({ netuid, block, signer, committed, epoch, nextEpoch, sources }: RosterSurvey): ReadonlyArray<string> => {
  const isInForce = epoch.roster !== null && epoch.roster.sha256 === committed?.sha256
  const since = `epoch ${epoch.index} (from block ${epoch.firstBlock})`
  const emission = sources.find(({ agrees }) => agrees)?.emission ?? null
  const later = nextEpoch === null ? "the next epoch" : `the epoch that begins at block ${nextEpoch}`
  return [
    `subnet ${netuid} at block ${block}, rosters are signed by ${signer}`,
    ...(committed === null
      ? ["the signer is committed to no roster"]
      : [
          `version ${committed.version} of the roster, in a commitment of block ${committed.block}`,
          `  sha256    ${committed.sha256}`,
          // The chain has only the roster's hash.
          ...(emission === null ? [] : [`  emission  ${emissionText(emission)}`]),
          isInForce ? `it applies in ${since}` : `it applies from ${later}`
        ]),
    ...(isInForce || epoch.roster === null ? [] : [`until then version ${epoch.roster.version} applies: sha256 ${epoch.roster.sha256}`]),
    ...table(
      sources.map(({ source, version, sha256, agrees, problem }) => [
        agrees ? green("agrees") : red("differs"),
        source,
        version === null ? "" : `version ${version}, ${sha256?.slice(0, 8)}…`,
        problem ?? ""
      ])
    )
  ]
}

export const run = (options: ShowOptions) =>
  Effect.gen(function* () {
    const survey = yield* surveyRoster(options.sources)
    yield* print(options.json, survey, linesOf)
    const differing = survey.sources.filter(({ agrees }) => !agrees).map(({ source }) => source)
    if (differing.length > 0)
      yield* new OperationFailed({ message: `not what the signer is committed to: ${differing.join(", ")}; the list above says why` })
  }).pipe(Effect.provide(contractLayer(options)))
