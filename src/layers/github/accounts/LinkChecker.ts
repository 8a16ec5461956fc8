/** Checks whether a gist proves a miner's link to a GitHub account. */
import { Clock, Duration, Effect, Either, Ref } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import * as GitHubLink from "../../../domain/GitHubLink.ts"
import { Chain } from "../../chain/Chain.ts"
import * as RareLines from "../../effects/rareLines.ts"
import { type Commitment, Subnet } from "../../subnet/Subnet.ts"
import { type Gist, GitHub } from "../GitHub.ts"
import type { CheckedLink } from "./linkedAccounts.ts"

/** A commitment on the chain that names an account and a gist. */
export type Claim = Commitment & { readonly link: GitHubLink.Commitment }

/** What GitHub last answered about a claim. */
interface Answered {
  /** What speaks against the link; null if it is proven. */
  readonly against: string | null
  /** Milliseconds since 1970. */
  readonly at: number
}

/** Status codes with which GitHub permanently withholds a gist: disabled, too long to be one of ours, taken down. */
const WITHHELD: ReadonlySet<number | undefined> = new Set([403, 413, 451])

/** How often the log names a link that cannot be checked: while GitHub is down, none can. */
const SAID_EVERY = Duration.hours(1)

/** An answer is not asked for again while it is `fresh`. An older one still counts while GitHub does not answer. */
export const make = Effect.fn("LinkChecker.make")(function* (fresh: Duration.Duration) {
  const [chain, subnet, github] = yield* Effect.all([Chain, Subnet, GitHub])
  const answers = yield* Ref.make<ReadonlyMap<string, Answered>>(new Map())
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
      const checked = ({ against }: Answered): CheckedLink =>
        against === null ? { ...claim, _tag: "Proven" } : { ...claim, _tag: "Refused", why: against }
      const now = yield* Clock.currentTimeMillis
      const before = (yield* Ref.get(answers)).get(key)
      if (before !== undefined && now - before.at < Duration.toMillis(fresh)) return checked(before)
      const learn = (against: string | null) => {
        const answered: Answered = { against, at: now }
        return Ref.update(answers, (all) => new Map(all).set(key, answered)).pipe(
          Effect.zipRight(lines.over("links to GitHub accounts are checked again")),
          Effect.as(checked(answered))
        )
      }
      return yield* github.gist(link.gist).pipe(
        Effect.flatMap((found) => learn(objection(hotkey, link, found))),
        Effect.catchTags({
          GistNotFound: () => learn(`gist ${link.gist} does not exist`),
          GitHubUnavailable: (error): Effect.Effect<CheckedLink> =>
            WITHHELD.has(error.status)
              ? Effect.succeed({ ...claim, _tag: "Forbidden", why: `GitHub does not show gist ${link.gist} (status ${error.status})` })
              : Effect.as(
                  lines.warn("unchecked", `the link of ${hotkey} and perhaps of others could not be checked: ${error.message}`),
                  before === undefined ? { ...claim, _tag: "Unknown" } : checked(before)
                )
        })
      )
    })
})
