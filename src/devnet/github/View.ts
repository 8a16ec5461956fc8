/** What REST and GraphQL answers share: the state they show, times, node ids, avatars. */
import type * as State from "./state/State.ts"

/** A state as seen at one address: `base` is where the stand-in listens, without a slash at the end. */
export interface View {
  readonly state: State.State
  readonly base: string
}

export const iso = (milliseconds: number) => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`

export const isoOrNull = (milliseconds: number | null) => (milliseconds === null ? null : iso(milliseconds))

/** What GitHub gives a label that nobody chose a colour for. */
export const LABEL_COLOR = "ededed"

export const avatarOf = (base: string, account: number) => `${base}/avatars/u/${account}`

/** An opaque id that is one and the same in REST (`node_id`) and GraphQL (`id`). */
export const nodeId = (kind: string, id: number | string): string => `${kind}_${Buffer.from(`${kind}:${id}`).toString("base64url")}`

/** What a node id stands for, or undefined. */
export const fromNodeId = (text: string): { readonly kind: string; readonly id: string } | undefined => {
  const [kind, id] = Buffer.from(text.slice(text.indexOf("_") + 1), "base64url")
    .toString("utf8")
    .split(":")
  return kind === undefined || id === undefined || nodeId(kind, id) !== text ? undefined : { kind, id }
}

/** Lines of all files; a binary file has none. */
export const total = (numbers: ReadonlyArray<number | null>) => numbers.reduce<number>((all, number) => all + (number ?? 0), 0)
