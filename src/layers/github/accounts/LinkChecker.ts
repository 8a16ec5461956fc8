/** Checks whether a gist proves a miner's link to a GitHub account. */
import { Clock, Duration, Effect, Either, Ref } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import * as GitHubLink from "../../../domain/GitHubLink.ts"
import { Chain } from "../../chain/node/Chain.ts"
import { type Commitment, Subnet } from "../../chain/subnet/Subnet.ts"
import { cachedOutcome } from "../../machine/effects/cachedOutcome.ts"
import { contained } from "../../machine/effects/contained.ts"
import * as RareLines from "../../machine/effects/rareLines.ts"
import { processAbsences as sharedAbsences } from "../Absences.ts"
import { type Gist, GitHub } from "../GitHub.ts"
import type { CheckedLink } from "./linkedAccounts.ts"

/** A commitment on the chain that names an account and a gist. */
export type Claim = Commitment & { readonly link: GitHubLink.Commitment }

/** The cached result of a claim. `until`: when it expires, in milliseconds since 1970. */
interface CachedCheck {
  readonly link: CheckedLink
  readonly until: number
}

/** The remembered value of a gist that proves its link. For another gist it is the objection. */
const PROVEN_LINK = "proven"

/** A gist that GitHub does not show is requested again after this time. */
const MISSING_TTL = Duration.minutes(5)

/** How long a check of GitHub's condition counts. */
const CONDITION_TTL = Duration.minutes(1)

/** Status codes with which GitHub permanently withholds a gist: disabled, too long to be one of ours, taken down. */
const WITHHELD_STATUSES: ReadonlySet<number | undefined> = new Set([403, 413, 451])

/** The log names links that cannot be checked at most this often: during an outage none can. */
const SAID_EVERY = Duration.hours(1)

/**
 * A result counts without a request while it is `fresh`. An older result counts while GitHub does not answer. It also counts while GitHub does not
 * show the gist, until that is proved to be gone.
 */
export const make = Effect.fn("LinkChecker.make")(function* (fresh: Duration.Duration) {
  const [chain, subnet, github] = yield* Effect.all([Chain, Subnet, GitHub])
  const absences = yield* sharedAbsences
  const condition = yield* cachedOutcome(github.condition, CONDITION_TTL)
  const answers = yield* Ref.make<ReadonlyMap<string, CachedCheck>>(new Map())
  const lines = yield* RareLines.make(SAID_EVERY)

  const objection = (hotkey: AccountAddress, { account, gist }: GitHubLink.Commitment, found: Gist): string | null => {
    const content = found.files.find(({ name }) => name === GitHubLink.GIST_FILE)?.content
    if (content === undefined || found.ownerId === null) return `gist ${gist} has no file ${GitHubLink.GIST_FILE}`
    const context = { genesisHash: chain.genesisHash, netuid: subnet.netuid, hotkey, account, gistOwner: found.ownerId }
    return Either.match(GitHubLink.verify(content, context), { onLeft: ({ detail }) => detail, onRight: () => null })
  }

  return ({ account: hotkey, block: committedAt, link }: Claim): Effect.Effect<CheckedLink> =>
    Effect.gen(function* () {
      const key = `${hotkey} ${link.account} ${link.gist}`
      const claim = { hotkey, account: link.account, committedAt }
      const knownAs = (seen: string): CheckedLink =>
        seen === PROVEN_LINK ? { ...claim, _tag: "Proven" } : { ...claim, _tag: "Refused", why: seen }
      const now = yield* Clock.currentTimeMillis
      const before = (yield* Ref.get(answers)).get(key)
      if (before !== undefined && now < before.until) return before.link
      const learn = (checked: CheckedLink, time: Duration.Duration) =>
        Ref.update(answers, (all) => new Map(all).set(key, { link: checked, until: now + Duration.toMillis(time) })).pipe(
          Effect.zipRight(lines.over("links to GitHub accounts are checked again")),
          Effect.as(checked)
        )
      const look = (seen: string | null) => absences.look("gist", [{ name: key, owner: String(link.account), seen }], condition)
      const missing = Effect.flatMap(look(null), (absent) => {
        const absence = absent.get(key)
        if (absence?.isProved === true) return learn(knownAs(`gist ${link.gist} does not exist`), fresh)
        const last = absence?.last
        return learn(last === undefined ? { ...claim, _tag: "Unknown", isUnseen: true } : knownAs(last), Duration.min(fresh, MISSING_TTL))
      })
      return yield* github.gist(link.gist).pipe(
        Effect.flatMap((found) =>
          contained(
            "gist",
            `gist ${link.gist}`,
            Effect.sync(() => objection(hotkey, link, found) ?? PROVEN_LINK),
            Effect.succeed
          )
        ),
        Effect.flatMap((seen) => Effect.zipRight(look(seen), learn(knownAs(seen), fresh))),
        Effect.catchTags({
          GistNotFound: () => missing,
          GitHubUnavailable: (error): Effect.Effect<CheckedLink> =>
            WITHHELD_STATUSES.has(error.status)
              ? Effect.succeed({ ...claim, _tag: "Forbidden", why: `GitHub does not show gist ${link.gist} (status ${error.status})` })
              : Effect.as(
                  lines.warn("unchecked", `the link of ${hotkey} and perhaps of others could not be checked: ${error.message}`),
                  before?.link ?? { ...claim, _tag: "Unknown", isUnseen: false }
                )
        })
      )
    })
})
