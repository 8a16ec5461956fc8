/** Shared by REST and GraphQL answers: the state to show, times, node ids and avatars. */
import { API_VERSIONS, type ApiVersionName } from "./rest/ApiVersion.ts"
import type { Caller } from "./server/rateLimits.ts"
import type * as State from "./state/State.ts"

/** A state, and the address of the stand-in (without a trailing slash) for the URLs in answers. */
export interface View {
  readonly state: State.State
  readonly base: string
  /** The version of the REST API of the answer. GraphQL has no versions. */
  readonly version: ApiVersionName
  /** The account that the answer is for. */
  readonly caller: Caller
}

/** These fields in the first version of the REST API; nothing in 2026-03-10, which dropped them. */
export const untilVersion2026 = <A extends object>({ version }: View, fields: A): A | Record<string, never> =>
  version === API_VERSIONS[0] ? fields : {}

export const iso = (milliseconds: number) => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`

export const isoOrNull = (milliseconds: number | null) => (milliseconds === null ? null : iso(milliseconds))

/** GitHub's colour for labels without a chosen one. */
export const LABEL_COLOR = "ededed"

export const avatarOf = (base: string, account: number) => `${base}/avatars/u/${account}`

/** An opaque id, the same in REST (`node_id`) and GraphQL (`id`). */
export const nodeId = (kind: string, id: number | string): string => `${kind}_${Buffer.from(`${kind}:${id}`).toString("base64url")}`

/** The kind and id in a node id; undefined if it is invalid. */
export const fromNodeId = (text: string): { readonly kind: string; readonly id: string } | undefined => {
  const [kind, id] = Buffer.from(text.slice(text.indexOf("_") + 1), "base64url")
    .toString("utf8")
    .split(":")
  return kind === undefined || id === undefined || nodeId(kind, id) !== text ? undefined : { kind, id }
}

/** Sums lines over files; binary files have none. */
export const total = (numbers: ReadonlyArray<number | null>) => numbers.reduce<number>((all, number) => all + (number ?? 0), 0)
